namespace Kiln.Learning.Preparing;

/// <summary>The standard normal distribution: shares below a value, and quantiles.</summary>
static class NormalDistribution
{
    /// <summary>
    /// The share that lies below a value, exact to about 13 digits, far tails included: the series around 0 (Marsaglia 2004), and Laplace's
    /// continued fraction beyond 3 deviations.
    /// </summary>
    public static double Below(double value)
    {
        if (double.IsNaN(value)) return double.NaN;
        var density = Math.Exp(-value * value / 2) / Math.Sqrt(2 * Math.PI);
        var distance = Math.Abs(value);
        if (distance > 3)
        {
            var tail = density == 0 ? 0 : density / Denominator(distance);
            return value < 0 ? tail : 1 - tail;
        }
        var (sum, term) = (value, value);
        for (var i = 3; Math.Abs(term) > 1e-17 * Math.Abs(sum); i += 2)
        {
            term *= value * value / i;
            sum += term;
        }
        return 0.5 + (density * sum);
    }

    // x + 1 / (x + 2 / (x + 3 / …)), from the inside out.
    static double Denominator(double x)
    {
        var rest = x;
        for (var i = 120; i > 0; i--) rest = x + (i / rest);
        return rest;
    }

    /// <summary>The value below which lies a share of the distribution, exact to about 16 digits; infinite at 0 and 1. Wichura's algorithm AS 241 (PPND16).</summary>
    public static double Quantile(double share)
    {
        var centered = share - 0.5;
        if (Math.Abs(centered) <= 0.425)
        {
            var r = 0.180625 - centered * centered;
            return centered * Ratio(r, Central, CentralBelow);
        }
        var tail = centered < 0 ? share : 1 - share;
        if (tail <= 0) return centered < 0 ? double.NegativeInfinity : double.PositiveInfinity;
        var root = Math.Sqrt(-Math.Log(tail));
        var far = root <= 5 ? Ratio(root - 1.6, Middle, MiddleBelow) : Ratio(root - 5, Far, FarBelow);
        return centered < 0 ? -far : far;
    }

    static double Ratio(double x, ReadOnlySpan<double> above, ReadOnlySpan<double> below) => Polynomial(x, above) / Polynomial(x, below);

    // Coefficients from the highest power down.
    static double Polynomial(double x, ReadOnlySpan<double> coefficients)
    {
        var sum = 0.0;
        foreach (var coefficient in coefficients) sum = sum * x + coefficient;
        return sum;
    }

    static ReadOnlySpan<double> Central =>
    [
        2509.0809287301226727, 33430.575583588128105, 67265.770927008700853, 45921.953931549871457,
        13731.693765509461125, 1971.5909503065514427, 133.14166789178437745, 3.387132872796366608,
    ];

    static ReadOnlySpan<double> CentralBelow =>
    [
        5226.495278852545925, 28729.085735721942674, 39307.89580009271061, 21213.794301586595867,
        5394.1960214247511077, 687.1870074920579083, 42.313330701600911252, 1,
    ];

    static ReadOnlySpan<double> Middle =>
    [
        7.7454501427834140764e-4, 0.0227238449892691845833, 0.24178072517745061177, 1.27045825245236838258,
        3.64784832476320460504, 5.7694972214606914055, 4.6303378461565452959, 1.42343711074968357734,
    ];

    static ReadOnlySpan<double> MiddleBelow =>
    [
        1.05075007164441684324e-9, 5.475938084995344946e-4, 0.0151986665636164571966, 0.14810397642748007459,
        0.68976733498510000455, 1.6763848301838038494, 2.05319162663775882187, 1,
    ];

    static ReadOnlySpan<double> Far =>
    [
        2.01033439929228813265e-7, 2.71155556874348757815e-5, 0.0012426609473880784386, 0.026532189526576123093,
        0.29656057182850489123, 1.7848265399172913358, 5.4637849111641143699, 6.6579046435011037772,
    ];

    static ReadOnlySpan<double> FarBelow =>
    [
        2.04426310338993978564e-15, 1.4215117583164458887e-7, 1.8463183175100546818e-5, 7.868691311456132591e-4,
        0.0148753612908506148525, 0.13692988092273580531, 0.59983220655588793769, 1,
    ];
}
