using Kiln.Learning.Networks;
using Kiln.Learning.Training;

namespace Kiln.Learning.Models;

/// <summary>What a fit needs besides settings and rows; but for a network of one's own, nothing here decides its result.</summary>
public sealed record FitOptions
{
    /// <summary>
    /// A folder that keeps the state of a fit that takes long. Where it holds one of the same settings and rows, the fit goes on from
    /// there. Whoever named the folder deletes it.
    /// </summary>
    public string? CheckpointFolder { get; init; }

    /// <summary>The folder that relative paths in settings, such as a module's, start from; null: the process's current one.</summary>
    public string? FilesIn { get; init; }

    /// <summary>Told once, before any epoch, how many a checkpoint brought along, where it did.</summary>
    public Action<int>? OnResume { get; init; }

    /// <summary>Told of every epoch, or round, when it ends, on the fit's thread.</summary>
    public Action<EpochRecord>? OnEpoch { get; init; }

    /// <summary>Makes the network where the settings' architecture is one's own (<see cref="NetworkSettings.Own"/>).</summary>
    public Func<ModelShape, TableNetwork>? OwnNetwork { get; init; }

    /// <summary>Ends the fit; the last checkpoint stays.</summary>
    public CancellationToken Cancellation { get; init; }
}
