using System.Collections.Immutable;
using Kiln.Learning.Models;
using Kiln.Learning.Preparing;

namespace Kiln.Learning.Explaining;

/// <summary>
/// What a model would answer on average, were a column's value the same in all rows (Friedman 2001, "Greedy function approximation: a gradient
/// boosting machine", section 8.2), and what it would answer to single rows (individual conditional expectations: Goldstein et al. 2015). Answers
/// are what the model gives: probabilities, or values with each row's own exposure.
/// </summary>
public sealed record PartialDependence
{
    const int RowsAtOnce = 1 << 15;

    /// <summary>The column.</summary>
    public required string Column { get; init; }

    /// <summary>Whether its values are categories; else they are in rising order, and lines may be drawn through them.</summary>
    public required bool IsCategory { get; init; }

    /// <summary>Rows that answers are averaged over.</summary>
    public required int Rows { get; init; }

    /// <summary>What the column was set to.</summary>
    public required ImmutableArray<DependencePoint> Points { get; init; }

    /// <summary>One for each class of several; of two classes one, that of the second; of a regression one.</summary>
    public required ImmutableArray<DependenceCurve> Curves { get; init; }

    /// <summary>
    /// Asks for a column's values one by one: of numbers and times the quantiles of the rows' own values (all of them where they are no more than the
    /// points; those that many rows have once each, beside quantiles of the others), of categories the most frequent; and last for a missing one, where a row has none.
    /// </summary>
    /// <param name="model">The model.</param>
    /// <param name="rows">Rows such as it answers.</param>
    /// <param name="column">A column that it reads.</param>
    /// <param name="settings">How many rows, values and lines.</param>
    /// <param name="seed">What rows are drawn by.</param>
    /// <exception cref="KilnException">There are no rows, the model does not read the column, or it holds bytes.</exception>
    public static PartialDependence Of(Model model, Data.TableColumns rows, string column, DependenceSettings? settings = null, int seed = 0)
    {
        settings ??= new();
        SettingsCheck.All("explain.dependence", settings);
        if (rows.RowCount == 0) throw ExplainingErrors.NoRows();
        var inputs = new ModelInputs(model, rows.Take(RowSample.Of(rows.RowCount, settings.Rows, seed)));
        var place = inputs.PlaceOf(column);
        if (inputs.Inputs[place].Kind == InputKind.Bytes) throw ExplainingErrors.NoGrid(column, InputKinds.Describe(InputKind.Bytes));
        var grid = ColumnGrid.Of(inputs, place, settings);
        var outputs = model.Target.Outputs;
        var answers = Ask(inputs, place, grid, outputs);
        var lines = RowSample.Of(inputs.Rows, settings.Lines, seed);
        return new()
        {
            Column = column,
            IsCategory = inputs.IsCategory(place),
            Rows = inputs.Rows,
            Points = grid.Points,
            Curves = [.. Enumerable.Range(0, outputs).Select(output => Curve(model.Target, answers, grid.Points.Length, output, lines))],
        };
    }

    // [rows, points, outputs]
    static float[] Ask(ModelInputs inputs, int place, ColumnGrid grid, int outputs)
    {
        var points = grid.Rows.Length;
        var answers = new float[checked(inputs.Rows * points * outputs)];
        var atOnce = Math.Max(1, RowsAtOnce / points);
        for (var start = 0; start < inputs.Rows; start += atOnce)
        {
            var count = Math.Min(atOnce, inputs.Rows - start);
            var (asked, values) = (new int[count * points], new int[count * points]);
            for (var i = 0; i < asked.Length; i++) (asked[i], values[i]) = (start + (i / points), grid.Rows[i % points]);
            inputs.PredictWith(asked, [place], values).Values.Span.CopyTo(answers.AsSpan(start * points * outputs));
        }
        return answers;
    }

    static DependenceCurve Curve(Target target, float[] answers, int points, int output, int[] lines)
    {
        var rows = answers.Length / points / target.Outputs;
        var means = new double[points];
        for (var row = 0; row < rows; row++)
            for (var point = 0; point < points; point++) means[point] += At(row, point);
        return new()
        {
            Class = target.ClassOfOutput(output),
            Means = [.. means.Select(sum => sum / rows)],
            Lines = [.. lines.Select(row => Enumerable.Range(0, points).Select(point => At(row, point)).ToImmutableArray())],
        };

        float At(int row, int point) => answers[(((row * points) + point) * target.Outputs) + output];
    }
}

/// <summary>A value that a column was set to.</summary>
public sealed record DependencePoint
{
    /// <summary>The value of numbers; of truths 0 or 1, of dates days and of times microseconds since 1970 UTC; null for texts, and for missing.</summary>
    public double? Value { get; init; }

    /// <summary>The value as people read it; null for missing.</summary>
    public string? Text { get; init; }

    /// <summary>The part of the rows that have this value.</summary>
    public required double Share { get; init; }

    /// <summary>The part of the rows to whose value this is the nearest of the points; of categories the same as <see cref="Share"/>. It tells where rows are, and where a curve rests on few.</summary>
    public required double Near { get; init; }
}

/// <summary>Answers at each of the points.</summary>
public sealed record DependenceCurve
{
    /// <summary>The class whose probability it is; null for a regression's values.</summary>
    public string? Class { get; init; }

    /// <summary>The means over the rows.</summary>
    public required ImmutableArray<double> Means { get; init; }

    /// <summary>The answers to some rows, the same of every class.</summary>
    public required ImmutableArray<ImmutableArray<float>> Lines { get; init; }
}
