using System.Collections.Immutable;
using Kiln.Learning.Preparing;
using Kiln.Learning.Reporting;

namespace Kiln.Learning.Describing;

/// <summary>How a column's distribution moved, by the groups of its earlier version.</summary>
static class Stability
{
    /// <summary>A share of nothing would make the index infinite.</summary>
    const double LeastShare = 0.0001;

    const string Missing = "no value", Others = "all others";

    public static ColumnChange Of(ColumnFacts before, long rowsBefore, ColumnValues now)
    {
        var groups = before.Kind != now.Kind || rowsBefore == 0 || now.Rows == 0 ? [] : Shares(before, rowsBefore, now);
        return new()
        {
            Name = before.Name,
            TypeBefore = before.Type,
            Groups = groups,
            StabilityIndex = groups.IsEmpty ? null : Index(groups),
        };
    }

    /// <summary>Sorted numbers up to each edge, that included, beyond the one before; and those beyond the last.</summary>
    public static IEnumerable<long> CountBetween(double[] sorted, ImmutableArray<double> edges)
    {
        var from = 0;
        foreach (var edge in edges)
        {
            var to = FirstAbove(sorted, edge);
            yield return to - from;
            from = to;
        }
        yield return sorted.Length - from;
    }

    static double Index(ImmutableArray<GroupShares> groups) => groups.Sum(group =>
    {
        var (before, now) = (Math.Max(group.Before, LeastShare), Math.Max(group.Now, LeastShare));
        return (now - before) * Math.Log(now / before);
    });

    static ImmutableArray<GroupShares> Shares(ColumnFacts before, long rowsBefore, ColumnValues now)
    {
        var (names, countsBefore, countsNow) = before.Numbers is { } numbers && now.Kind != InputKind.Boolean
            ? (Between(numbers.GroupEdges, before), numbers.Groups, CountBetween(now.Sorted, numbers.GroupEdges).ToImmutableArray())
            : ByValue(before, now);
        var missingBefore = rowsBefore - countsBefore.Sum();
        var missingNow = now.Rows - countsNow.Sum();
        return
        [
            .. names.Select((name, group) => new GroupShares(name, (double)countsBefore[group] / rowsBefore, (double)countsNow[group] / now.Rows)),
            .. missingBefore + missingNow > 0 ? [new GroupShares(Missing, (double)missingBefore / rowsBefore, (double)missingNow / now.Rows)] : Array.Empty<GroupShares>(),
        ];
    }

    static (string[] Names, ImmutableArray<long> Before, ImmutableArray<long> Now) ByValue(ColumnFacts before, ColumnValues now)
    {
        string[] names = [.. before.Values.Select(value => value.Value)];
        var listed = names.Select(name => now.Counts is { } counts ? counts.GetValueOrDefault(name) : now.Sorted.LongCount(value => (value == 1 ? "true" : "false") == name)).ToList();
        var present = now.Rows - now.Nulls - now.NotFinite;
        return ([.. names, Others], [.. before.Values.Select(value => value.Rows), before.Others], [.. listed, present - listed.Sum()]);
    }

    static string[] Between(ImmutableArray<double> edges, ColumnFacts column)
    {
        var written = edges.Select(edge => ColumnText.Of(edge, column)).ToList();
        return [.. written.Select((edge, place) => place == 0 ? $"up to {edge}" : $"{written[place - 1]} to {edge}"), $"above {written[^1]}"];
    }

    static int FirstAbove(double[] sorted, double edge)
    {
        var (low, high) = (0, sorted.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (sorted[middle] <= edge) low = middle + 1;
            else high = middle;
        }
        return low;
    }
}
