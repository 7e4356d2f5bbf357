using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Kiln.Learning.Reporting;

/// <summary>What became of a stage, as far as it was known when the page was made.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<StageState>))]
public enum StageState
{
    /// <summary>Nothing it depends on had changed.</summary>
    UpToDate,

    /// <summary>Its result came from the cache.</summary>
    Restored,

    /// <summary>It ran.</summary>
    Ran,

    /// <summary>It was left out, with a reason.</summary>
    Skipped,

    /// <summary>It failed.</summary>
    Failed,

    /// <summary>The run ended before it did.</summary>
    Cancelled,

    /// <summary>It was running; the stage that makes the page always is.</summary>
    Running,
}

/// <summary>One stage of a run.</summary>
public sealed record RunNode
{
    /// <summary>The stage's name, unique in the graph.</summary>
    public required string Name { get; init; }

    /// <summary>What became of it.</summary>
    public required StageState State { get; init; }

    /// <summary>How long it took, in seconds.</summary>
    public required double Seconds { get; init; }

    /// <summary>Why it ran, or did not.</summary>
    public required string Reason { get; init; }

    /// <summary>How many partitions it works on; 1 for a stage without partitions.</summary>
    public required int Partitions { get; init; }
}

/// <summary>One stage needs what another makes.</summary>
/// <param name="From">The stage that makes it.</param>
/// <param name="To">The stage that needs it.</param>
public sealed record RunEdge(string From, string To);

/// <summary>The stages of a run and what they need of each other.</summary>
public sealed record RunGraph
{
    /// <summary>The stages, in the order they were planned.</summary>
    public required ImmutableArray<RunNode> Nodes { get; init; }

    /// <summary>The edges; both ends must be among the nodes.</summary>
    public required ImmutableArray<RunEdge> Edges { get; init; }
}

/// <summary>When a stage worked, in seconds since the run began.</summary>
public sealed record TimelineBar
{
    /// <summary>The stage's name.</summary>
    public required string Stage { get; init; }

    /// <summary>When it began.</summary>
    public required double From { get; init; }

    /// <summary>When it ended.</summary>
    public required double To { get; init; }

    /// <summary>What became of it.</summary>
    public required StageState State { get; init; }
}

/// <summary>When each stage of a run worked.</summary>
public sealed record RunTimeline
{
    /// <summary>One bar a stage, in the order they began.</summary>
    public required ImmutableArray<TimelineBar> Bars { get; init; }
}
