using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Kiln.Learning.Training;

namespace Kiln.Learning.Models;

/// <summary>What a fit came to; it owns the model.</summary>
public sealed record FitOutcome : IDisposable
{
    /// <summary>The fitted model.</summary>
    public required Model Model { get; init; }

    /// <summary>How it was fitted.</summary>
    public required FitRecord Record { get; init; }

    public void Dispose() => Model.Dispose();
}

/// <summary>How a model was fitted. The same every time, but for the resources, which are not written down; nor is what only the training's log tells.</summary>
public sealed record FitRecord
{
    /// <summary>Every epoch (of boosting: every round) that was run, in order; none where a model is solved for at once.</summary>
    public ImmutableArray<EpochRecord> Epochs { get; init; } = [];

    /// <summary>The epoch whose weights were kept, from 1; 0 where there are none.</summary>
    public int BestEpoch { get; init; }

    /// <summary>Whether patience ended the fit before its last epoch.</summary>
    public bool StoppedEarly { get; init; }

    /// <summary>Where it ran, and why there.</summary>
    public string Device { get; init; } = "cpu";

    /// <summary>The numbers that were learned.</summary>
    public long Parameters { get; init; }

    /// <summary>Of an ensemble: how each member was fitted.</summary>
    public ImmutableArray<FitRecord> Members { get; init; } = [];

    /// <summary>Rows that were learned from.</summary>
    public int Rows { get; init; }

    /// <summary>Where its random numbers began; null where it draws none. Settings have it too: it is here for the training's log.</summary>
    [JsonIgnore]
    public int? Seed { get; init; }

    /// <summary>What the rows were like that were learned from; of an ensemble each member has its own. For the training's log.</summary>
    [JsonIgnore]
    public DataStatistics? Data { get; init; }
}
