using System.Collections.Immutable;
using Kiln.Data;
using Kiln.Learning.Preparing;
using Kiln.Learning.Reporting;

namespace Kiln.Learning.Describing;

/// <summary>Looks through tables, a column at a time, on one thread and in the rows' order: the same rows give the same figures to the bit.</summary>
public static class Describe
{
    /// <summary>So many values are listed at most.</summary>
    public const int MostValues = 12;

    /// <summary>A stability index above this says that a column is distributed otherwise than before.</summary>
    public const double Shifted = 0.25;

    /// <summary>One up to this, that it is distributed as before.</summary>
    public const double Stable = 0.1;

    const int Bins = 30, Groups = 10;

    /// <summary>What a table holds, and how that differs from an earlier version.</summary>
    /// <param name="name">What it is called.</param>
    /// <param name="table">The table; one column of it is in memory at a time.</param>
    /// <param name="previous">What was found in the earlier version, or null.</param>
    public static TableFacts Table(string name, Table table, TableFacts? previous = null)
    {
        var (columns, changes) = (ImmutableArray.CreateBuilder<ColumnFacts>(), ImmutableArray.CreateBuilder<ColumnChange>());
        var rows = 0L;
        foreach (var schema in table.Schema)
        {
            var column = table.ReadColumn(schema.Name);
            rows = column.Length;
            var values = new ColumnValues(column);
            columns.Add(Column(values));
            if (previous?.Columns.FirstOrDefault(before => before.Name == schema.Name) is { } before) changes.Add(Stability.Of(before, previous.Rows, values));
        }
        if (columns.Count == 0) rows = table.RowCount;
        return new()
        {
            Name = name,
            Rows = rows,
            Columns = columns.ToImmutable(),
            Change = previous is null ? null : new()
            {
                RowsBefore = previous.Rows,
                Added = [.. columns.Select(column => column.Name).Except(previous.Columns.Select(column => column.Name))],
                Removed = [.. previous.Columns.Select(column => column.Name).Except(columns.Select(column => column.Name))],
                Columns = changes.ToImmutable(),
            },
        };
    }

    static ColumnFacts Column(ColumnValues values)
    {
        var distinct = values.Distinct;
        var listed = values.Counts is { } counts
            ? [.. counts.Where(count => count.Value > 1).OrderByDescending(count => count.Value).ThenBy(count => count.Key, StringComparer.Ordinal).Take(MostValues).Select(count => new ValueCount(count.Key, count.Value))]
            : distinct <= MostValues && values.Kind is InputKind.Number or InputKind.Boolean ? Runs(values) : [];
        return new()
        {
            Name = values.Schema.Name,
            Type = values.Schema.Type.ToString(),
            Kind = values.Kind,
            Nulls = values.Nulls,
            NotFinite = values.NotFinite,
            Distinct = distinct,
            Numbers = values.Numbers.Length == 0 || values.Kind == InputKind.Boolean ? null : OfNumbers(values),
            Values = listed,
            Others = values.Rows - values.Nulls - values.NotFinite - listed.Sum(value => value.Rows),
        };
    }

    static NumberFacts OfNumbers(ColumnValues values)
    {
        var (inOrder, sorted) = (values.Numbers, values.Sorted);
        var mean = Moments.Mean(inOrder);
        var bins = new EqualBins(sorted[0], sorted[^1], Bins);
        var counts = new long[Bins];
        foreach (var value in sorted) counts[bins.Of(value)]++;
        double[] fractions = [.. NumberFacts.Fractions, .. Enumerable.Range(1, Groups - 1).Select(group => (double)group / Groups)];
        var quantiles = Array.ConvertAll(fractions, fraction => Quantile(sorted, fraction));
        ImmutableArray<double> edges = [.. quantiles[NumberFacts.Fractions.Length..].Distinct()];
        return new()
        {
            Min = sorted[0],
            Max = sorted[^1],
            Mean = mean,
            Deviation = Math.Sqrt(Moments.Variance(inOrder, mean)),
            Quantiles = [.. quantiles[..NumberFacts.Fractions.Length]],
            Bins = [.. counts.Select((rows, bin) => new BinCount(bins.Edge(bin), bins.Edge(bin + 1), rows))],
            GroupEdges = edges,
            Groups = [.. Stability.CountBetween(sorted, edges)],
        };
    }

    /// <summary>Each of few numbers, in order, with its rows.</summary>
    static ImmutableArray<ValueCount> Runs(ColumnValues values)
    {
        var runs = ImmutableArray.CreateBuilder<ValueCount>();
        var sorted = values.Sorted;
        for (int start = 0, end; start < sorted.Length; start = end)
        {
            for (end = start + 1; end < sorted.Length && sorted[end] == sorted[start];) end++;
            runs.Add(new(values.Kind == InputKind.Boolean ? sorted[start] == 1 ? "true" : "false" : Written.Number(sorted[start]), end - start));
        }
        return runs.ToImmutable();
    }

    static double Quantile(double[] sorted, double fraction)
    {
        var place = (sorted.Length - 1) * fraction;
        var below = (int)Math.Floor(place);
        var (low, high, share) = (sorted[below], sorted[Math.Min(below + 1, sorted.Length - 1)], place - below);
        return share >= 0.5 ? high - ((high - low) * (1 - share)) : low + ((high - low) * share);
    }
}
