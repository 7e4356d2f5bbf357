using Kiln.Learning.Networks;
using Kiln.Torch;

namespace Kiln.Learning.Training;

/// <summary>Rows of one step, on the device that computes.</summary>
/// <param name="Input">What the network takes.</param>
/// <param name="Labels">Float32 [rows], or of several classes Int64 [rows].</param>
/// <param name="Weights">Float32 [rows]; null: all rows count the same.</param>
readonly record struct Batch(NetworkInput Input, Tensor Labels, Tensor? Weights)
{
    public long Rows => Labels.Size(0);
}

/// <summary>The training rows, batch by batch, in an order drawn anew for each epoch.</summary>
interface IBatches : IDisposable
{
    /// <summary>Rows of an epoch.</summary>
    long Rows { get; }

    /// <summary>Batches of an epoch.</summary>
    long Count { get; }

    /// <summary>An epoch's batches from one of them on. Each is made in the caller's scope.</summary>
    IEnumerable<Batch> Epoch(int epoch, long from);
}
