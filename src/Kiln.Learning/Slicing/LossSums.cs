namespace Kiln.Learning.Slicing;

/// <summary>Sums of the losses of some rows, each taken less the mean of all, so that squares lose no digits.</summary>
struct LossSums
{
    public int Rows;
    public double Sum;
    public double Squares;

    public void Add(double loss)
    {
        Rows++;
        Sum += loss;
        Squares += loss * loss;
    }

    public static LossSums Of(ReadOnlySpan<double> losses)
    {
        var sums = default(LossSums);
        foreach (var loss in losses) sums.Add(loss);
        return sums;
    }

    public readonly LossSums Without(LossSums some) => new() { Rows = Rows - some.Rows, Sum = Sum - some.Sum, Squares = Squares - some.Squares };

    public readonly double Mean => Sum / Rows;

    /// <summary>The unbiased variance (divisor n − 1).</summary>
    public readonly double Variance => Math.Max(0, (Squares - (Sum * Sum / Rows)) / (Rows - 1));
}

/// <summary>
/// Welch's test of whether rows lose more than the rest (Welch 1947). Where the smaller side varies less than the larger, the larger's variance
/// stands for its own: thirty rows that are all wrong vary not at all, and would prove anything.
/// </summary>
readonly record struct WelchTest
{
    public WelchTest(LossSums slice, LossSums rest)
    {
        var (here, there) = (slice.Variance, rest.Variance);
        Excess = slice.Mean - rest.Mean;
        EffectSize = Excess == 0 ? 0 : Math.Sqrt(2) * Excess / Math.Sqrt(here + there);
        if (slice.Rows <= rest.Rows) here = Math.Max(here, there);
        else there = Math.Max(here, there);
        var (one, other) = (here / slice.Rows, there / rest.Rows);
        StandardError = Math.Sqrt(one + other);
        T = Excess == 0 ? 0 : Excess / StandardError;
        DegreesOfFreedom = one + other == 0
            ? slice.Rows + rest.Rows - 2
            : (one + other) * (one + other) / ((one * one / (slice.Rows - 1)) + (other * other / (rest.Rows - 1)));
    }

    public double Excess { get; }

    public double EffectSize { get; }

    public double StandardError { get; }

    public double T { get; }

    public double DegreesOfFreedom { get; }

    public double PValue => StudentDistribution.Above(T, DegreesOfFreedom);
}
