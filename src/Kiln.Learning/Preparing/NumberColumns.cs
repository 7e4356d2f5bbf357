using System.Buffers;
using System.Collections.Immutable;
using Kiln.Data;

namespace Kiln.Learning.Preparing;

/// <summary>Columns of numbers and the steps that each goes through, in order. A step returns a longer declaration and leaves this one as it is.</summary>
public sealed record NumberColumns : PreparedColumns
{
    const int MostRented = 1 << 22;

    internal NumberColumns(ImmutableArray<string> names)
        : base(names)
    {
    }

    /// <summary>The steps.</summary>
    public ImmutableArray<NumberStep> Steps { get; private init; } = [];

    /// <summary>Whether another feature tells, as 0 or 1, where the column had no value.</summary>
    public bool Indicator { get; private init; }

    /// <summary>To mean 0 and deviation 1, the population's; a constant column becomes 0.</summary>
    public NumberColumns Standardize() => Then(new StandardizeStep());

    /// <summary>To median 0 and interquartile range 1.</summary>
    public NumberColumns RobustScale() => Then(new RobustScaleStep());

    /// <summary>From the least and greatest training value to these bounds; later values may lie outside.</summary>
    public NumberColumns MinMax(double low = 0, double high = 1) =>
        double.IsFinite(low) && double.IsFinite(high) && low < high ? Then(new MinMaxStep(low, high)) : throw Bounds();

    /// <summary>log(1 + value), for values above −1; signed, for all: sign(value) · log(1 + |value|).</summary>
    public NumberColumns Log(bool signed = false) => Then(new LogStep(signed));

    /// <summary>Values outside these bounds become the bounds.</summary>
    public NumberColumns Clip(double low, double high) =>
        double.IsFinite(low) && double.IsFinite(high) && low <= high ? Then(new ClipStep(low, high)) : throw Bounds();

    /// <summary>Values outside these quantiles of the training rows become the quantiles; shares from 0 to 1.</summary>
    public NumberColumns ClipQuantiles(double low = 0.01, double high = 0.99) =>
        low >= 0 && low <= high && high <= 1 ? Then(new ClipQuantilesStep(low, high)) : throw Bounds();

    /// <summary>Missing values become a statistic of the training rows; with an indicator, a feature beside tells where.</summary>
    public NumberColumns Impute(Fill fill = Fill.Median, bool indicator = false) => Then(new ImputeStep(fill)) with { Indicator = Indicator || indicator };

    /// <summary>Missing values become this value, even where no training row has one; with an indicator, a feature beside tells where.</summary>
    public NumberColumns Impute(double value, bool indicator = false) => double.IsFinite(value)
        ? Then(new ImputeConstantStep(value)) with { Indicator = Indicator || indicator }
        : throw Wrong("A value to impute is not a finite number.", "Give a finite number.");

    /// <summary>To shares from 0 to 1 by quantiles of the training rows, or on to the normal distribution.</summary>
    public NumberColumns Quantile(int quantiles = 1000, bool normal = false) => quantiles is >= 2 and <= QuantileStep.MostQuantiles
        ? Then(new QuantileStep(quantiles, normal))
        : throw Wrong("The number of quantiles has no meaning.", $"Give 2 to {QuantileStep.MostQuantiles:#,0}.");

    internal override FittedPart Fit(Column column, FittingLabels? labels)
    {
        // Of a large column the pool would keep the room for every thread that ever had one.
        if (column.Length > MostRented) return Fit(column, new double[column.Length]);
        // Rented: new pages for every column would take longer than most statistics.
        var room = ArrayPool<double>.Shared.Rent(column.Length);
        try
        {
            return Fit(column, room.AsSpan(0, column.Length));
        }
        finally
        {
            ArrayPool<double>.Shared.Return(room);
        }
    }

    FittedPart Fit(Column column, Span<double> values)
    {
        var place = new Place(column.Schema.Name, 0);
        NumberReader.Read(column, 0, values);
        var missing = 0;
        foreach (var value in values) missing += double.IsNaN(value) ? 1 : 0;
        if (missing == values.Length && Steps is not [ImputeConstantStep, ..]) throw PreparingErrors.AllMissing(place.Column, missing);
        var imputes = Steps.Any(step => step is ImputeStep or ImputeConstantStep);
        var optional = imputes || missing > 0;
        var steps = ImmutableArray.CreateBuilder<FittedNumberStep>(Steps.Length);
        foreach (var step in Steps)
        {
            // Only the next step needs what this one makes; a logarithm's errors are told in any case.
            var isLast = steps.Count == Steps.Length - 1 && step is not LogStep;
            var fitted = step.Fit(missing == 0 ? values : Present(values, isLast ? values : new double[values.Length - missing]), values.Length);
            if (fitted.Flaw is { } flaw) throw TooLarge(column, flaw);
            steps.Add(fitted);
            if (!isLast) fitted.Apply(values, place);
            if (fitted is FittedImpute) missing = 0;
        }
        return new(new FittedNumbers
        {
            Input = new() { Name = place.Column, Kind = InputKinds.Of(column), IsOptional = optional },
            Steps = steps.MoveToImmutable(),
            Indicator = Indicator,
        });
    }

    /// <summary>What finite values can do to a statistic is overflow it: told of the largest, as it stands in its row.</summary>
    static KilnException TooLarge(Column column, string flaw)
    {
        var values = new double[column.Length];
        NumberReader.Read(column, 0, values);
        var row = 0;
        for (var i = 1; i < values.Length; i++)
            if (double.IsNaN(values[row]) || Math.Abs(values[i]) > Math.Abs(values[row])) row = i;
        return PreparingErrors.NoStatistics(new(column.Schema.Name, row), values[row], flaw);
    }

    // Into other room, or to the front of the same.
    static ReadOnlySpan<double> Present(ReadOnlySpan<double> values, Span<double> into)
    {
        var next = 0;
        foreach (var value in values)
            if (!double.IsNaN(value)) into[next++] = value;
        return into[..next];
    }

    NumberColumns Then(NumberStep step) => this with { Steps = Steps.Add(step) };

    KilnException Bounds() => Wrong("The bounds of a step have no meaning.", "Give a low bound that is not above the high one, both finite; shares from 0 to 1.");
}
