using System.Collections.Immutable;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Kiln.Registry.Exporting;

/// <summary>How messages of MLflow's REST API (version 2.0) are written: protocol buffers in JSON, with names in snake case, and NaN and the infinities as texts.</summary>
static class MlflowJson
{
    public static JsonSerializerOptions Options { get; } = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals | JsonNumberHandling.AllowReadingFromString,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, // a letter is a letter: escaped, values would outgrow a request
    };
}

sealed record CreateExperiment(string Name);

sealed record CreateRun(string ExperimentId, string RunName, long StartTime, IReadOnlyList<RunTag> Tags);

sealed record SearchRuns(IReadOnlyList<string> ExperimentIds, string Filter, string RunViewType, int MaxResults);

/// <summary>One of the lists is there.</summary>
sealed record LogBatch(string RunId)
{
    public IReadOnlyList<Metric>? Metrics { get; init; }

    public IReadOnlyList<Param>? Params { get; init; }

    public IReadOnlyList<RunTag>? Tags { get; init; }
}

sealed record UpdateRun(string RunId, string Status, long EndTime);

/// <summary>MLflow keeps what is deleted, and can restore it.</summary>
sealed record DeleteRun(string RunId);

sealed record RunTag(string Key, string Value);

sealed record Param(string Key, string Value);

/// <param name="Key">Its name.</param>
/// <param name="Value">The number.</param>
/// <param name="Timestamp">Milliseconds since 1970.</param>
/// <param name="Step">The place in a series.</param>
sealed record Metric(string Key, double Value, long Timestamp, long Step);

sealed record ExperimentCreated(string? ExperimentId);

sealed record ExperimentFound(FoundExperiment? Experiment);

sealed record FoundExperiment(string? ExperimentId, string? LifecycleStage);

sealed record RunCreated(FoundRun? Run);

sealed record RunsFound(ImmutableArray<FoundRun>? Runs);

sealed record FoundRun(FoundInfo? Info, FoundData? Data)
{
    /// <summary>The server's id of it; empty where it has none.</summary>
    public string Id => Info?.RunId ?? "";

    public ImmutableArray<RunTag> Tags => Data?.Tags ?? [];
}

sealed record FoundInfo(string? RunId);

sealed record FoundData(ImmutableArray<Metric>? Metrics, ImmutableArray<Param>? Params, ImmutableArray<RunTag>? Tags);

sealed record MetricHistory(ImmutableArray<Metric>? Metrics, string? NextPageToken);

/// <summary>An answer that says nothing more.</summary>
sealed record Nothing;
