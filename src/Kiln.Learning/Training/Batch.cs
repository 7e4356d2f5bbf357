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

    /// <summary>Its tensors, in an order that batches of one training share.</summary>
    public IEnumerable<Tensor> Tensors => new[] { Input.Numbers, Input.Categories, Labels, Weights }.OfType<Tensor>();

    /// <summary>The same rows in memory of their own, which the caller frees.</summary>
    public Batch Copy()
    {
        return new(new(Of(Input.Numbers), Of(Input.Categories)), Of(Labels)!, Of(Weights));

        static Tensor? Of(Tensor? tensor) => tensor is null ? null : TensorScope.Free(tensor.Clone());
    }

    /// <summary>Takes over the rows of another batch, which are as many.</summary>
    public void CopyFrom(Batch other)
    {
        foreach (var (mine, others) in Tensors.Zip(other.Tensors)) mine.CopyFrom(others);
    }
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
