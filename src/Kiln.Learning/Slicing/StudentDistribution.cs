namespace Kiln.Learning.Slicing;

/// <summary>Student's t distribution.</summary>
static class StudentDistribution
{
    const double Smallest = 1e-300;

    /// <summary>
    /// The chance of a value above t: half the regularized incomplete beta function I(ν / (ν + t²); ν / 2, 1 / 2), by its continued fraction (DLMF 8.17.22,
    /// evaluated as Lentz does).
    /// </summary>
    /// <param name="t">Any number; infinite ones too.</param>
    /// <param name="freedom">The degrees of freedom, above 0.</param>
    public static double Above(double t, double freedom)
    {
        if (double.IsInfinity(t)) return t > 0 ? 0 : 1;
        var half = IncompleteBeta(freedom / 2, 0.5, freedom / (freedom + (t * t)), t * t / (freedom + (t * t))) / 2;
        return t >= 0 ? half : 1 - half;
    }

    /// <param name="a">The first parameter.</param>
    /// <param name="b">The second.</param>
    /// <param name="x">Where, from 0 to 1.</param>
    /// <param name="rest">1 − x, given because it may be far smaller than what is left of a subtraction.</param>
    static double IncompleteBeta(double a, double b, double x, double rest)
    {
        if (x <= 0) return 0;
        if (rest <= 0) return 1;
        var logarithm = (a * Math.Log(x)) + (b * Math.Log(rest)) + LogGamma(a + b) - LogGamma(a) - LogGamma(b);
        var front = Math.Exp(logarithm);
        return x < (a + 1) / (a + b + 2) ? front * Fraction(a, b, x) / a : 1 - (front * Fraction(b, a, rest) / b);
    }

    static double Fraction(double a, double b, double x)
    {
        var c = 1.0;
        var d = 1 / Away(1 - ((a + b) * x / (a + 1)));
        var value = d;
        for (var m = 1; m <= 10_000; m++)
        {
            var even = m * (b - m) * x / ((a + (2 * m) - 1) * (a + (2 * m)));
            d = 1 / Away(1 + (even * d));
            c = Away(1 + (even / c));
            value *= d * c;
            var odd = -(a + m) * (a + b + m) * x / ((a + (2 * m)) * (a + (2 * m) + 1));
            d = 1 / Away(1 + (odd * d));
            c = Away(1 + (odd / c));
            value *= d * c;
            if (Math.Abs((d * c) - 1) < 1e-15) break;
        }
        return value;
    }

    static double Away(double value) => Math.Abs(value) < Smallest ? Smallest : value;

    /// <summary>ln Γ(x) for x above 0: Stirling's series (DLMF 5.11.1) of x raised above 15 by Γ(x) = Γ(x + 1) / x.</summary>
    static double LogGamma(double x)
    {
        var product = 1.0;
        for (; x < 15; x++) product *= x;
        var inverse = 1 / (x * x);
        var series = (1 / 12.0 - inverse * (1 / 360.0 - inverse * (1 / 1260.0 - inverse * (1 / 1680.0 - inverse * (1 / 1188.0 - inverse * (691 / 360360.0)))))) / x;
        return ((x - 0.5) * Math.Log(x)) - x + (0.5 * Math.Log(2 * Math.PI)) + series - Math.Log(product);
    }
}
