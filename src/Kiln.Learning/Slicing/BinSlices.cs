using System.Collections.Immutable;
using System.ComponentModel.DataAnnotations;
using System.Globalization;
using Kiln.Data;
using Kiln.Learning.Preparing;

namespace Kiln.Learning.Slicing;

/// <summary>
/// A slice for each range of a column of numbers, by given edges or by quantiles, and one for missing values (null and NaN). An edge belongs
/// to the range above it; the outer ranges have no end.
/// </summary>
public sealed record BinSlices : SlicePlan
{
    /// <summary>The column.</summary>
    public required string Column { get; init; }

    /// <summary>Where a range ends and the next begins, rising; empty where quantiles are asked for.</summary>
    public ImmutableArray<double> Edges { get; init; } = [];

    /// <summary>How many ranges of as many rows each, as far as equal values allow; null where edges are given.</summary>
    [Range(2, 100)]
    public int? Quantiles { get; init; }

    internal override SliceGroups Divide(TableColumns rows)
    {
        var column = rows[Column];
        if (InputKinds.Of(column) is not (InputKind.Number or InputKind.Boolean)) throw SlicingErrors.NoNumbers(Column, column.Schema.Type.ToString());
        if (Edges.IsEmpty == Quantiles is null) throw SlicingErrors.EdgesOrQuantiles(Column);
        var values = column.ToDoubles();
        return Divide(Column, values, Quantiles is { } parts ? QuantileEdges(values, parts) : CheckedEdges());
    }

    /// <summary>Ranges of numbers between edges; NaN is missing.</summary>
    internal static SliceGroups Divide(string column, double[] values, double[] edges)
    {
        var groups = new int[values.Length];
        var missing = edges.Length + 1;
        for (var row = 0; row < values.Length; row++)
        {
            if (double.IsNaN(values[row])) groups[row] = missing;
            else
            {
                var place = Array.BinarySearch(edges, values[row]);
                groups[row] = place < 0 ? ~place : place + 1;
            }
        }
        var names = Enumerable.Range(0, edges.Length + 1).Select(range => Words(column, edges, range));
        return new() { Groups = [.. groups.Contains(missing) ? names.Append(($"{column}: missing", $"{column} is missing")) : names], Of = groups };
    }

    /// <summary>Edges between ranges of as many rows; fewer where values are equal, none where all are.</summary>
    internal static double[] QuantileEdges(double[] values, int parts)
    {
        var finite = Array.FindAll(values, double.IsFinite);
        if (finite.Length == 0) return [];
        var exact = OrderStatistics.Quantiles(finite, [.. Enumerable.Range(0, parts).Select(part => (double)part / parts)]);
        var distinct = exact[1..].Where(edge => edge > exact[0]).Distinct().ToArray();
        // Six digits are enough to read, unless that moves edges onto one another.
        var rounded = Array.ConvertAll(distinct, edge => double.Parse(edge.ToString("G6", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture));
        return rounded.Distinct().Count() == distinct.Length && rounded.All(edge => edge > exact[0]) ? rounded : distinct;
    }

    double[] CheckedEdges()
    {
        for (var edge = 0; edge < Edges.Length; edge++)
            if (!double.IsFinite(Edges[edge]) || (edge > 0 && !(Edges[edge] > Edges[edge - 1]))) throw SlicingErrors.EdgesNotRising(Column, Edges);
        return [.. Edges];
    }

    static (string, string) Words(string column, double[] edges, int range)
    {
        if (edges.Length == 0) return ($"{column}: any", $"{column} has a value");
        var from = range == 0 ? "" : edges[range - 1].ToString(CultureInfo.InvariantCulture);
        var to = range == edges.Length ? "" : edges[range].ToString(CultureInfo.InvariantCulture);
        return range == 0 ? ($"{column} < {to}", $"{column} is below {to}")
            : range == edges.Length ? ($"{column} ≥ {from}", $"{column} is {from} or more")
            : ($"{from} ≤ {column} < {to}", $"{column} is from {from} to below {to}");
    }
}
