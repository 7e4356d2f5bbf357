using System.Collections.Immutable;
using Kiln.Learning.Evaluating;
using Kiln.Learning.Models;
using Kiln.Learning.Training;

namespace Kiln.Learning.Explaining;

/// <summary>
/// By how much a metric gets worse when a column's values go to other rows (Breiman 2001, "Random forests", section 10; Fisher, Rudin and Dominici
/// 2019, model reliance as a difference). Columns are permuted as they come, before the preparation, so that all features made of one move
/// together. It tells what the model uses, not what there is to know: of two columns that say the same, each may look needless.
/// </summary>
public sealed record PermutationImportance
{
    /// <summary>The metric, by its name.</summary>
    public required string Metric { get; init; }

    /// <summary>Whether more of it is better. Importances are positive where answers get worse, either way.</summary>
    public required bool IsHigherBetter { get; init; }

    /// <summary>The metric of the rows as they are.</summary>
    public required double Score { get; init; }

    /// <summary>Rows that were judged on.</summary>
    public required int Rows { get; init; }

    /// <summary>Permutations of each column.</summary>
    public required int Repeats { get; init; }

    /// <summary>The columns, the most important first.</summary>
    public required ImmutableArray<ColumnImportance> Columns { get; init; }

    /// <summary>Columns that were permuted together, the most important first.</summary>
    public required ImmutableArray<ColumnImportance> Groups { get; init; }

    /// <summary>Permutes a model's columns, one after the other, and judges its answers.</summary>
    /// <param name="model">The model.</param>
    /// <param name="rows">Rows that it has not learned from; their weights count, and exposures stay with their rows.</param>
    /// <param name="metric">What judges.</param>
    /// <param name="settings">How many rows and repeats, and which columns together.</param>
    /// <param name="seed">What rows and permutations are drawn by; every column is permuted in the same orders.</param>
    /// <exception cref="KilnException">There are not two rows, they are of another target, a column is missing, or the metric is not defined for them.</exception>
    public static PermutationImportance Of(Model model, ExplainedRows rows, Metric metric, PermutationSettings? settings = null, int seed = 0) =>
        Try(model, rows, metric, settings, seed) ?? throw metric.UndefinedFor(rows.Judged);

    /// <summary>The same; null where the metric is not defined for the rows, as where all are of one class.</summary>
    internal static PermutationImportance? Try(Model model, ExplainedRows rows, Metric metric, PermutationSettings? settings, int seed, Action<string>? told = null)
    {
        settings ??= new();
        SettingsCheck.All("explain.permutation", settings);
        var sample = rows.Checked(model).Take(Draw(rows.Judged, metric, settings.Rows, seed));
        if (sample.Rows == 1) throw ExplainingErrors.OneRow();
        var orders = Enumerable.Range(1, settings.Repeats).Select(repeat => Array.ConvertAll(new RowOrder(seed, repeat).Of(sample.Rows), row => (int)row));
        return Try(model, sample, metric, settings.Groups, [.. orders], told);
    }

    internal static PermutationImportance? Try(Model model, ExplainedRows sample, Metric metric, ImmutableArray<ColumnGroup> together, ImmutableArray<int[]> orders, Action<string>? told = null)
    {
        var inputs = new ModelInputs(model, sample.Columns);
        var groups = Places(inputs, together);
        var score = Judge(inputs.Predict());
        if (double.IsNaN(score)) return null;
        int[] all = [.. Enumerable.Range(0, inputs.Rows)];
        return new()
        {
            Metric = metric.Name,
            IsHigherBetter = metric.IsHigherBetter,
            Score = score,
            Rows = inputs.Rows,
            Repeats = orders.Length,
            Columns = Ranked(inputs.Inputs.Select((input, place) => (input.Name, Places: new[] { place }))),
            Groups = Ranked(groups),
        };

        double Judge(Predictions predictions) => metric.Over(sample.With(predictions))(sample.Judged.Weights.Span);

        double Without(int[] places, int[] order) => (metric.IsHigherBetter ? 1 : -1) * (score - Judge(inputs.PredictWith(all, places, order)));

        ImmutableArray<ColumnImportance> Ranked(IEnumerable<(string Name, int[] Places)> columns) => [.. columns.Select(Permuted).OrderByDescending(column => column.Mean)];

        ColumnImportance Permuted((string Name, int[] Places) column)
        {
            told?.Invoke(column.Name);
            return ColumnImportance.Of(column.Name, [.. column.Places.Select(place => inputs.Inputs[place].Name)], [.. orders.Select(order => Without(column.Places, order))]);
        }
    }

    // What is counted by day or by query is another figure of a part of either.
    static int[] Draw(JudgedRows rows, Metric metric, int most, int seed) => metric switch
    {
        CardPrecisionAt when !rows.Days.IsEmpty => RowSample.OfUnits(rows.Days.Span, most, seed),
        QueryMetric when !rows.Groups.IsEmpty => RowSample.OfUnits(rows.Groups.Span, most, seed),
        _ => RowSample.Of(rows.Rows, most, seed),
    };

    static List<(string Name, int[] Places)> Places(ModelInputs inputs, ImmutableArray<ColumnGroup> groups)
    {
        foreach (var group in groups)
        {
            if (group.Columns.IsDefaultOrEmpty) throw ExplainingErrors.BadGroup(group.Name, "it names no columns");
            if (group.Columns.Distinct().Count() < group.Columns.Length) throw ExplainingErrors.BadGroup(group.Name, "it names a column twice");
            if (groups.Count(other => other.Name == group.Name) > 1) throw ExplainingErrors.BadGroup(group.Name, "there are two of this name");
        }
        return [.. groups.Select(group => (group.Name, group.Columns.Select(inputs.PlaceOf).ToArray()))];
    }
}

/// <summary>By how much answers got worse without a column, or several.</summary>
public sealed record ColumnImportance
{
    const double Level = 0.95;

    /// <summary>The column's name, or what several are called together.</summary>
    public required string Name { get; init; }

    /// <summary>The columns that were permuted.</summary>
    public required ImmutableArray<string> Columns { get; init; }

    /// <summary>The mean over the repeats, in the metric's own unit.</summary>
    public required double Mean { get; init; }

    /// <summary>The standard deviation over the repeats (divisor n − 1).</summary>
    public required double Deviation { get; init; }

    /// <summary>
    /// The lower end of the 95 % interval of the mean, by Student's t over the repeats. It tells how far the permutations leave the mean
    /// open for these rows; other rows would move it more.
    /// </summary>
    public required double Low { get; init; }

    /// <summary>The upper end of that interval.</summary>
    public required double High { get; init; }

    /// <summary>Each repeat's value.</summary>
    public required ImmutableArray<double> Values { get; init; }

    internal static ColumnImportance Of(string name, ImmutableArray<string> columns, ImmutableArray<double> values)
    {
        var mean = values.Average();
        var deviation = Math.Sqrt(values.Sum(value => (value - mean) * (value - mean)) / (values.Length - 1));
        var half = StudentDistribution.TwoSided(Level, values.Length - 1) * deviation / Math.Sqrt(values.Length);
        return new() { Name = name, Columns = columns, Mean = mean, Deviation = deviation, Low = mean - half, High = mean + half, Values = values };
    }
}
