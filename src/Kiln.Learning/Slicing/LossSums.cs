namespace Kiln.Learning.Slicing;

/// <summary>Sums of the losses of some rows, each taken less the mean of all, so that squares lose no digits, and as often as its row weighs.</summary>
struct LossSums
{
    public int Rows;
    public double Weight;
    public double WeightSquares;
    public double Sum;
    public double Squares;

    public void Add(double loss, double weight = 1)
    {
        Rows++;
        Weight += weight;
        WeightSquares += weight * weight;
        Sum += weight * loss;
        Squares += weight * loss * loss;
    }

    /// <param name="losses">The losses.</param>
    /// <param name="weights">How much each counts, above 0; empty: each counts 1.</param>
    public static LossSums Of(ReadOnlySpan<double> losses, ReadOnlySpan<double> weights = default)
    {
        var sums = default(LossSums);
        for (var row = 0; row < losses.Length; row++) sums.Add(losses[row], weights.IsEmpty ? 1 : weights[row]);
        return sums;
    }

    public readonly LossSums Without(LossSums some) => new()
    {
        Rows = Rows - some.Rows,
        Weight = Weight - some.Weight,
        WeightSquares = WeightSquares - some.WeightSquares,
        Sum = Sum - some.Sum,
        Squares = Squares - some.Squares,
    };

    /// <summary>The rows of one weight whose mean would be known as well: (Σw)² / Σw² (Kish 1965), where weights have nothing to do with how losses vary. The number of rows where all weigh the same.</summary>
    public readonly double Size => Weight * Weight / Math.Max(WeightSquares, Weight * Weight / Rows);

    public readonly double Mean => Sum / Weight;

    /// <summary>The unbiased variance: Σw (loss − mean)² / (Σw − Σw² / Σw), which is the divisor n − 1 where all weigh 1.</summary>
    public readonly double Variance => Math.Max(0, (Squares - (Sum * Sum / Weight)) / (Weight - (Weight / Size)));
}

/// <summary>
/// Welch's test of whether rows lose more than the rest (Welch 1947). Where the smaller side varies less than the larger, the larger's variance
/// stands for its own: thirty rows that are all wrong vary not at all, and would prove anything. Weighted rows are as many as <see cref="LossSums.Size"/>.
/// </summary>
readonly record struct WelchTest
{
    public WelchTest(LossSums slice, LossSums rest)
    {
        var (here, there) = (slice.Variance, rest.Variance);
        Excess = slice.Mean - rest.Mean;
        EffectSize = Excess == 0 ? 0 : Math.Sqrt(2) * Excess / Math.Sqrt(here + there);
        if (slice.Size <= rest.Size) here = Math.Max(here, there);
        else there = Math.Max(here, there);
        var (one, other) = (here / slice.Size, there / rest.Size);
        StandardError = Math.Sqrt(one + other);
        T = Excess == 0 ? 0 : Excess / StandardError;
        DegreesOfFreedom = one + other == 0
            ? slice.Size + rest.Size - 2
            : (one + other) * (one + other) / ((one * one / (slice.Size - 1)) + (other * other / (rest.Size - 1)));
    }

    public double Excess { get; }

    public double EffectSize { get; }

    public double StandardError { get; }

    public double T { get; }

    public double DegreesOfFreedom { get; }

    public double PValue => StudentDistribution.Above(T, DegreesOfFreedom);
}
