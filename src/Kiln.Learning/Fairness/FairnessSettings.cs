using System.Collections.Immutable;
using System.ComponentModel.DataAnnotations;
using Kiln.Data;
using Kiln.Learning.Slicing;

namespace Kiln.Learning.Fairness;

/// <summary>The groups between which a model is to be fair.</summary>
public sealed record FairnessSettings
{
    /// <summary>The column that tells the groups, such as sex; each value is one, and missing ones are one.</summary>
    public required string Column { get; init; }

    /// <summary>Of a column of numbers, such as age: where one group ends and the next begins, rising; empty: each value is a group.</summary>
    public ImmutableArray<double> Edges { get; init; } = [];

    /// <summary>Rows of a group at least; smaller ones are named, and left out of the comparison.</summary>
    [Range(1, int.MaxValue)]
    public int LeastRows { get; init; } = 30;

    /// <summary>Positive rows at least for a true positive rate that is compared, and negative ones for a false positive rate.</summary>
    [Range(1, int.MaxValue)]
    public int LeastOfClass { get; init; } = 10;

    /// <summary>The groups of rows.</summary>
    /// <exception cref="KilnException">There is no such column, it cannot be told apart, or it has more than a hundred groups.</exception>
    internal SliceGroups Divide(TableColumns rows)
    {
        const int Most = 100;
        SlicePlan plan = Edges.IsEmpty ? new ValueSlices { Column = Column, LeastRows = 1, MostValues = Most } : new BinSlices { Column = Column, Edges = Edges };
        var groups = plan.Divide(rows);
        return groups.Groups.Any(group => group.Name == $"{Column}: other") ? throw FairnessErrors.ManyGroups(Column, Most) : groups;
    }
}
