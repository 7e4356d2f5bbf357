using System.Collections.Immutable;
using System.ComponentModel.DataAnnotations;
using Kiln.Data;
using Kiln.Learning.Preparing;

namespace Kiln.Learning.Slicing;

/// <summary>A slice for each value of a column of texts, truths or numbers; rare values are gathered in one, and missing ones (null and NaN) in another.</summary>
public sealed record ValueSlices : SlicePlan
{
    /// <summary>The column.</summary>
    public required string Column { get; init; }

    /// <summary>Rows that a value needs for a slice of its own.</summary>
    [Range(1, int.MaxValue)]
    public int LeastRows { get; init; } = 30;

    /// <summary>Values with a slice of their own at most: the most frequent ones.</summary>
    [Range(1, 1000)]
    public int MostValues { get; init; } = 50;

    internal override SliceGroups Divide(TableColumns rows)
    {
        var column = rows[Column];
        if (InputKinds.Of(column) is InputKind.Time or InputKind.Bytes) throw SlicingErrors.NoValues(Column, column.Schema.Type.ToString());
        var counts = CategoryCounts.Of(column);
        var own = Enumerable.Range(0, counts.Known.Length).Where(value => counts.Counts[value] >= LeastRows)
            .OrderByDescending(value => counts.Counts[value]).ThenBy(value => value).Take(MostValues).Order().ToArray();
        var groups = ImmutableArray.CreateBuilder<(string, string)>();
        foreach (var value in own) groups.Add(($"{Column} = {counts.Known[value]}", $"{Column} is {counts.Known[value]}"));

        // By the codes that rows have: unseen (of which there is none here), missing, then the values in order.
        var groupOf = new int[CategoryCodes.First + counts.Known.Length];
        Array.Fill(groupOf, own.Length);
        for (var group = 0; group < own.Length; group++) groupOf[CategoryCodes.First + own[group]] = group;
        var rare = counts.Known.Length - own.Length;
        if (rare > 0) groups.Add(($"{Column}: other", $"{Column} is a rarer value ({rare:#,0} of them)"));
        groupOf[Feature.Missing] = groups.Count;
        if (counts.Missing > 0) groups.Add(($"{Column}: missing", $"{Column} is missing"));
        return new() { Groups = groups.ToImmutable(), Of = Array.ConvertAll(counts.Codes, code => groupOf[code]) };
    }
}
