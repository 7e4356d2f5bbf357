using Kiln.Data;
using Kiln.Learning.Evaluating;
using Kiln.Learning.Models;

namespace Kiln.Learning.Fitting;

/// <summary>A fitted model, and the rows it is assessed by.</summary>
public sealed record AssessedModel
{
    /// <summary>What was learned.</summary>
    public required LearningProblem Problem { get; init; }

    /// <summary>The candidate's name.</summary>
    public required string Candidate { get; init; }

    /// <summary>The model.</summary>
    public required Output<ModelFolder> Model { get; init; }

    /// <summary>The model as it was fitted, where it was calibrated since.</summary>
    public Output<ModelFolder>? Fitted { get; init; }

    /// <summary>The rows it was fitted to; those it is held against are, too.</summary>
    public required Output<Table> Training { get; init; }

    /// <summary>The rows it is judged on.</summary>
    public required Output<Table> Test { get; init; }

    /// <summary>The threshold, chosen on other rows; null: one half.</summary>
    public Output<Json<ThresholdChoice>>? Threshold { get; init; }

    /// <summary>The threshold as an input that there may be.</summary>
    internal Inputs<Json<ThresholdChoice>> ThresholdInput => new((IEnumerable<Output<Json<ThresholdChoice>>>)(Threshold is { } threshold ? [threshold] : []));
}
