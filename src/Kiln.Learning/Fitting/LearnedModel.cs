using Kiln.Data;
using Kiln.Learning.Gates;
using Kiln.Learning.Models;
using Kiln.Learning.Reporting;
using Kiln.Learning.Reviewing;

namespace Kiln.Learning.Fitting;

/// <summary>A model that a pipeline made, with what tells of it.</summary>
public sealed record LearnedModel
{
    /// <summary>The model.</summary>
    public required Output<ModelFolder> Model { get; init; }

    /// <summary>The rows it was judged on.</summary>
    public required Output<Table> Test { get; init; }

    /// <summary>The model card.</summary>
    public required Output<Page> Card { get; init; }

    /// <summary>The model card as Markdown.</summary>
    public required Output<PlainFile> Markdown { get; init; }

    /// <summary>Its answers, looked at from all sides.</summary>
    public required Output<Json<ModelReview>> Review { get; init; }

    /// <summary>What each of the gate's criteria found.</summary>
    public required Output<Json<GateReport>> Verdicts { get; init; }

    /// <summary>Whether it passed its gate.</summary>
    public required Output<Json<GateDecision>> Decision { get; init; }
}
