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
        var isCategory = inputs.IsCategory(place);
        var rows = isCategory ? Frequent(column, present, settings.Points) : Quantiles(column, present, settings);
        var values = isCategory ? [] : column.ToDoubles();
        var near = isCategory ? [.. rows.Select(pair => pair.Count)] : Nearest(values, present, [.. rows.Select(pair => values[pair.Row])]);
        var missing = Enumerable.Range(0, column.Length).FirstOrDefault(row => CategoryText.At(column, row) is null, -1);
        if (missing >= 0) (rows, near) = ([.. rows, (missing, column.Length - present.Length)], [.. near, column.Length - present.Length]);
        var numbers = column is TextColumn ? null : column.ToDoubles();
        return new([.. rows.Select(pair => pair.Row)], [.. rows.Select((pair, point) => new DependencePoint
        {
            Value = pair.Row == missing ? null : numbers?[pair.Row],
            Text = pair.Row == missing ? null : ReadableValue.Of(column, pair.Row),
            Share = (double)pair.Count / column.Length,
            Near = (double)near[point] / column.Length,
        })]);
    }

    /// <summary>The most frequent categories; of equally frequent ones the first by name.</summary>
    static (int Row, int Count)[] Frequent(Column column, int[] present, int most) =>
        [.. present.GroupBy(row => CategoryText.At(column, row)!, StringComparer.Ordinal)
            .OrderByDescending(same => same.Count()).ThenBy(same => same.Key, StringComparer.Ordinal)
            .Take(most).Select(same => (same.First(), same.Count()))];

    /// <summary>
    /// All values where they are few. Else each that more rows have than one in as many as there are points, and quantiles of the other rows: of a column that is mostly 0 not all points are.
    /// </summary>
    static (int Row, int Count)[] Quantiles(Column column, int[] present, DependenceSettings settings)
    {
        var values = column.ToDoubles();
        var counts = present.CountBy(row => values[row]).ToDictionary();
        var sorted = present.OrderBy(row => values[row]).ToArray();
        if (counts.Count > settings.Points)
        {
            var frequent = sorted.Where(row => IsFrequent(values[row])).DistinctBy(row => values[row]).ToArray();
            var others = sorted.Where(row => !IsFrequent(values[row])).ToArray();
            sorted = [.. frequent.Concat(Spread(settings.Points - frequent.Length, settings.Tail).Select(share => others[(int)Math.Round(share * (others.Length - 1))])).OrderBy(row => values[row])];
        }
        return [.. sorted.DistinctBy(row => values[row]).Select(row => (row, counts[values[row]]))];

        bool IsFrequent(double value) => (long)counts[value] * settings.Points > present.Length;
    }

    /// <summary>Shares from a tail to the other, as far from each other; one alone lies in the middle.</summary>
    static IEnumerable<double> Spread(int points, double tail) => points == 1 ? [0.5] : Enumerable.Range(0, points).Select(point => tail + ((1 - (2 * tail)) * point / (points - 1)));

    /// <summary>How many of the present rows are nearest to each of some rising values; between two as near to the lower.</summary>
    static int[] Nearest(double[] values, int[] present, double[] points)
    {
        var near = new int[points.Length];
        foreach (var row in present)
        {
            var above = Array.BinarySearch(points, values[row]);
            if (above < 0) above = ~above;
            near[above == points.Length || (above > 0 && values[row] - points[above - 1] <= points[above] - values[row]) ? above - 1 : above]++;
        }
        return near;
    }
}
