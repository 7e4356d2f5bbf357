using System.Collections.Immutable;
using Kiln.Data;
using Kiln.Learning.Evaluating;
using Kiln.Learning.Fairness;
using Kiln.Learning.Slicing;

namespace Kiln.Learning.Fitting;

/// <summary>What a setting asks of the rows that a model will be judged on: columns, a way to tell rows apart, or groups.</summary>
public sealed record RowDemand
{
    /// <summary>The setting, such as <c>review.slices[0]</c>.</summary>
    public required string Setting { get; init; }

    /// <summary>The list that it is an item of: names of slices are told apart there.</summary>
    internal string List => Setting[..Math.Max(0, Setting.LastIndexOf('['))];

    /// <summary>Where it was written.</summary>
    [NotFingerprinted]
    public required string Place { get; init; }

    /// <summary>Columns that have to be there.</summary>
    public ImmutableArray<string> Columns { get; init; } = [];

    /// <summary>Whether these have to be among those that are learned from.</summary>
    public bool IsOfFeatures { get; init; }

    /// <summary>A way to tell rows apart.</summary>
    public SliceSettings? Slices { get; init; }

    /// <summary>Groups that are compared.</summary>
    public FairnessSettings? Groups { get; init; }

    /// <summary>A metric that has to have rows enough.</summary>
    public string? Metric { get; init; }

    /// <summary>The slices of the rows, none where none are asked for.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="features">The columns of them that are learned from.</param>
    /// <exception cref="KilnException">The rows do not have what is asked for; the error says where that was written.</exception>
    internal ImmutableArray<Slice> Meet(TableColumns rows, TableColumns features)
    {
        try
        {
            foreach (var column in Columns) _ = (IsOfFeatures ? features : rows)[column];
            if (Metric is { } name && Evaluating.Metric.Parse(name) is { } metric && rows.RowCount < metric.LeastRows) throw EvaluatingErrors.FewRows(metric, rows.RowCount);
            _ = Groups?.Divide(rows);
            return Slices?.Choose().Slices(rows) ?? [];
        }
        catch (KilnException error)
        {
            throw FittingErrors.NotMet(this, error);
        }
    }
}
