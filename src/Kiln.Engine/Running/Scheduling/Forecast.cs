using Kiln.Caching;
using Kiln.Fingerprinting;
using Kiln.Planning;

namespace Kiln.Running;

/// <summary>What a run would do with a stage, told without running it: a closed set.</summary>
abstract record Forecast(PlannedStage Node)
{
    /// <summary>Whether a run would change anything for its sake. A task always runs, and is not out of date for that.</summary>
    public bool IsStale => this is not UpToDate && !Node.IsTask;

    /// <summary>The words for tables and records.</summary>
    public string Would => this switch
    {
        UpToDate => "stay as it is",
        Restore => "be restored",
        Run or Follow => "run",
        Skip => "be skipped",
        _ => "fail",
    };

    public abstract string Why { get; }

    public sealed record UpToDate(PlannedStage Node, Manifest Manifest) : Forecast(Node)
    {
        public override string Why => "nothing changed";
    }

    /// <summary>Its result is in the store, whole.</summary>
    public sealed record Restore(PlannedStage Node, Manifest Manifest, StageResult Result, string Because) : Forecast(Node)
    {
        public override string Why => Because;
    }

    /// <summary>It must run. Without a manifest it is a task, or what it is made from is not known yet.</summary>
    public sealed record Run(PlannedStage Node, Manifest? Manifest, string Because) : Forecast(Node)
    {
        public override string Why => Because;
    }

    /// <summary>It runs if a stage before it makes other bytes than it did; nothing else about it changed.</summary>
    public sealed record Follow(PlannedStage Node, PlannedStage Need) : Forecast(Node)
    {
        public override string Why => $"{Need.Name} comes first; unless that makes the same bytes";
    }

    public sealed record Skip(PlannedStage Node, string Because) : Forecast(Node)
    {
        public override string Why => Because;
    }

    public sealed record Fail(PlannedStage Node, KilnException Error) : Forecast(Node)
    {
        public override string Why => Error.Message.Split('\n') is [var what, var fact, ..] ? $"{what} {fact.Trim()}" : Error.What;
    }
}
