using System.Collections.Immutable;
using Kiln.Learning.Preparing;

namespace Kiln.Learning.Reporting;

/// <summary>Rows whose value and whose answer fall into one cell of a grid of equal cells.</summary>
public readonly record struct ValueCell(double ActualFrom, double ActualTo, double AnsweredFrom, double AnsweredTo, int Rows);

/// <summary>Rows whose residual (value minus answer) falls between two edges; the lower one is part of it, of the last bin the upper one too.</summary>
public readonly record struct ResidualBin(double From, double To, int Rows);

/// <summary>The residuals of the rows whose answers are alike.</summary>
public sealed record ResidualBand
{
    /// <summary>The mean answer.</summary>
    public required double Answered { get; init; }

    /// <summary>Rows.</summary>
    public required int Rows { get; init; }

    /// <summary>The residuals' quantile at 0.05.</summary>
    public required double Low { get; init; }

    /// <summary>At 0.25.</summary>
    public required double LowerQuarter { get; init; }

    /// <summary>At 0.5.</summary>
    public required double Median { get; init; }

    /// <summary>At 0.75.</summary>
    public required double UpperQuarter { get; init; }

    /// <summary>At 0.95.</summary>
    public required double High { get; init; }
}

/// <summary>
/// What a model of values answered, counted so that a page of a million rows is as small as one of a thousand: a grid of values against answers,
/// the distribution of residuals (value minus answer), and their quantiles by answer.
/// </summary>
public sealed record ValueResults
{
    const int Cells = 40, Bins = 40, Bands = 20;

    static readonly double[] Fractions = [0.05, 0.25, 0.5, 0.75, 0.95];

    /// <summary>Rows judged on.</summary>
    public required int Rows { get; init; }

    /// <summary>The cells of a 40 × 40 grid over all values and answers that hold rows.</summary>
    public required ImmutableArray<ValueCell> Grid { get; init; }

    /// <summary>The distribution of residuals in 40 bins of equal width.</summary>
    public required ImmutableArray<ResidualBin> Residuals { get; init; }

    /// <summary>Residuals by answer: up to 20 groups of equally many rows, answers rising.</summary>
    public required ImmutableArray<ResidualBand> ByAnswer { get; init; }

    /// <summary>The mean residual: above 0 where answers are too low.</summary>
    public required double MeanResidual { get; init; }

    /// <summary>Compares answers with values.</summary>
    /// <param name="answers">An answer a row; finite.</param>
    /// <param name="values">A value a row; finite.</param>
    public static ValueResults Of(ReadOnlySpan<double> answers, ReadOnlySpan<double> values)
    {
        var residuals = new double[values.Length];
        for (var row = 0; row < residuals.Length; row++) residuals[row] = values[row] - answers[row];
        return new()
        {
            Rows = values.Length,
            Grid = GridOf(answers, values),
            Residuals = BinsOf(residuals),
            ByAnswer = BandsOf(answers, residuals),
            MeanResidual = residuals.Average(),
        };
    }

    static ImmutableArray<ValueCell> GridOf(ReadOnlySpan<double> answers, ReadOnlySpan<double> values)
    {
        var edges = new EqualBins(Math.Min(Least(answers), Least(values)), Math.Max(Most(answers), Most(values)), Cells);
        var counts = new int[Cells, Cells];
        for (var row = 0; row < values.Length; row++) counts[edges.Of(values[row]), edges.Of(answers[row])]++;
        var cells = ImmutableArray.CreateBuilder<ValueCell>();
        for (var value = 0; value < Cells; value++)
            for (var answer = 0; answer < Cells; answer++)
                if (counts[value, answer] is > 0 and var rows) cells.Add(new(edges.Edge(value), edges.Edge(value + 1), edges.Edge(answer), edges.Edge(answer + 1), rows));
        return cells.ToImmutable();
    }

    static ImmutableArray<ResidualBin> BinsOf(double[] residuals)
    {
        var edges = new EqualBins(residuals.Min(), residuals.Max(), Bins);
        var counts = new int[Bins];
        foreach (var residual in residuals) counts[edges.Of(residual)]++;
        return [.. counts.Select((rows, bin) => new ResidualBin(edges.Edge(bin), edges.Edge(bin + 1), rows))];
    }

    static ImmutableArray<ResidualBand> BandsOf(ReadOnlySpan<double> answers, double[] residuals)
    {
        var order = Enumerable.Range(0, residuals.Length).ToArray();
        Array.Sort(answers.ToArray(), order);
        var bands = Math.Min(Bands, Math.Max(1, residuals.Length / 10));
        var found = ImmutableArray.CreateBuilder<ResidualBand>(bands);
        for (var band = 0; band < bands; band++)
        {
            var rows = order[(int)((long)band * order.Length / bands)..(int)((long)(band + 1) * order.Length / bands)];
            var quantiles = OrderStatistics.Quantiles(Array.ConvertAll(rows, row => residuals[row]), Fractions);
            var sum = 0.0;
            foreach (var row in rows) sum += answers[row];
            found.Add(new()
            {
                Answered = sum / rows.Length,
                Rows = rows.Length,
                Low = quantiles[0],
                LowerQuarter = quantiles[1],
                Median = quantiles[2],
                UpperQuarter = quantiles[3],
                High = quantiles[4],
            });
        }
        return found.ToImmutable();
    }

    static double Least(ReadOnlySpan<double> values)
    {
        var least = double.PositiveInfinity;
        foreach (var value in values) least = Math.Min(least, value);
        return least;
    }

    static double Most(ReadOnlySpan<double> values)
    {
        var most = double.NegativeInfinity;
        foreach (var value in values) most = Math.Max(most, value);
        return most;
    }
}
