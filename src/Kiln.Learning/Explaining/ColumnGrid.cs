using System.Collections.Immutable;
using Kiln.Data;
using Kiln.Learning.Preparing;

namespace Kiln.Learning.Explaining;

/// <summary>
/// The values that a column is set to, each by a row that has it: so a value is of the column's own type, and one that the model may meet.
/// </summary>
/// <param name="Rows">The rows.</param>
/// <param name="Points">Their values.</param>
sealed record ColumnGrid(ImmutableArray<int> Rows, ImmutableArray<DependencePoint> Points)
{
    public static ColumnGrid Of(ModelInputs inputs, int place, DependenceSettings settings)
    {
        var column = inputs[place];
        int[] present = [.. Enumerable.Range(0, column.Length).Where(row => CategoryText.At(column, row) is not null)];
        var rows = inputs.IsCategory(place) ? Frequent(column, present, settings.Points) : Quantiles(column, present, settings);
        var missing = Enumerable.Range(0, column.Length).FirstOrDefault(row => CategoryText.At(column, row) is null, -1);
        if (missing >= 0) rows = [.. rows, (missing, column.Length - present.Length)];
        var numbers = column is TextColumn ? null : column.ToDoubles();
        return new([.. rows.Select(pair => pair.Row)], [.. rows.Select(pair => new DependencePoint
        {
            Value = pair.Row == missing ? null : numbers?[pair.Row],
            Text = pair.Row == missing ? null : ReadableValue.Of(column, pair.Row),
            Share = (double)pair.Count / column.Length,
        })]);
    }

    /// <summary>The most frequent categories; of equally frequent ones the first by name.</summary>
    static (int Row, int Count)[] Frequent(Column column, int[] present, int most) =>
        [.. present.GroupBy(row => CategoryText.At(column, row)!, StringComparer.Ordinal)
            .OrderByDescending(same => same.Count()).ThenBy(same => same.Key, StringComparer.Ordinal)
            .Take(most).Select(same => (same.First(), same.Count()))];

    static (int Row, int Count)[] Quantiles(Column column, int[] present, DependenceSettings settings)
    {
        var values = column.ToDoubles();
        var sorted = present.OrderBy(row => values[row]).ToArray();
        var counts = present.CountBy(row => values[row]).ToDictionary();
        var chosen = counts.Count <= settings.Points
            ? sorted
            : Enumerable.Range(0, settings.Points).Select(point => sorted[(int)Math.Round((settings.Tail + ((1 - (2 * settings.Tail)) * point / (settings.Points - 1))) * (sorted.Length - 1))]);
        return [.. chosen.DistinctBy(row => values[row]).Select(row => (row, counts[values[row]]))];
    }
}
