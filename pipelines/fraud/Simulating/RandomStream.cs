namespace Kiln.Pipelines.Fraud;

/// <summary>What random numbers are drawn for; each purpose has streams of its own.</summary>
enum Purpose
{
    Customer = 1,
    Terminal,
    Spending,
    CompromisedTerminals,
    CompromisedCustomers,
}

/// <summary>
/// A stream of random numbers named by (seed, purpose, two indices), so that no stream depends on what others have drawn.
/// SplitMix64 (Steele, Lea, Flood 2014). The values come from arithmetic that IEEE 754 rounds exactly; the logarithm and the exponential
/// only decide comparisons, so the draws are the same on every platform.
/// </summary>
struct RandomStream(long seed, Purpose purpose, int first = 0, int second = 0)
{
    const ulong Golden = 0x9E37_79B9_7F4A_7C15;

    ulong _state = Mix(Mix(Mix((ulong)seed + Golden) ^ (ulong)purpose * Golden) ^ ((ulong)(uint)first << 32 | (uint)second));

    /// <summary>Uniform in [0, 1), in steps of 2⁻⁵³.</summary>
    public double Uniform() => (Next() >> 11) * (1.0 / (1UL << 53));

    /// <summary>Uniform in [low, high).</summary>
    public double Uniform(double low, double high) => low + (high - low) * Uniform();

    /// <summary>Uniform in 0 … count − 1 (Lemire 2019, without the rejection: the bias is below count / 2⁶⁴).</summary>
    public int Below(int count) => (int)Math.BigMul(Next(), (ulong)count, out _);

    /// <summary>Normal, by the ratio of uniforms with the bounds of Leva (ACM TOMS 18, 1992).</summary>
    public double Normal(double mean, double deviation)
    {
        while (true)
        {
            var u = 1 - Uniform();
            var v = 1.7156 * (Uniform() - 0.5);
            var x = u - 0.449871;
            var y = Math.Abs(v) + 0.386595;
            var q = x * x + y * (0.19600 * y - 0.25472 * x);
            if (q < 0.27597 || (q <= 0.27846 && v * v <= -4 * u * u * Math.Log(u))) return mean + deviation * (v / u);
        }
    }

    /// <summary>Poisson, by multiplying uniforms (Knuth): for small means.</summary>
    public int Poisson(double mean)
    {
        var limit = Math.Exp(-mean);
        var count = 0;
        for (var product = 1 - Uniform(); product > limit; product *= 1 - Uniform()) count++;
        return count;
    }

    ulong Next() => Mix(_state += Golden);

    static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58_476D_1CE4_E5B9;
        z = (z ^ (z >> 27)) * 0x94D0_49BB_1331_11EB;
        return z ^ (z >> 31);
    }
}
