using Kiln.Torch;

namespace Kiln.Learning.Training;

/// <summary>
/// Forward and backward over tensors that stay where they are: each batch is copied into them, and its loss and gradients come out in the same
/// memory. So a GPU can record the pass once and launch it again at the cost of one call (<see cref="CudaGraph"/>). On the CPU there
/// is nothing to record: the body itself runs over the same tensors.
/// </summary>
/// <remarks>
/// Where a pass is recorded, its gradients lie in the recording's memory: nobody may drop them as long as it is used, only fill them anew.
/// </remarks>
sealed class FixedPass : IDisposable
{
    readonly Batch place;
    readonly Tensor loss;
    readonly Func<Batch, Tensor> lossOf;
    readonly ParameterGroups groups;
    readonly CudaGraph? graph;

    /// <param name="like">A batch of the size that is taken from now on.</param>
    /// <param name="parts">The training.</param>
    /// <param name="groups">Its parameters.</param>
    /// <param name="lossOf">A batch's loss.</param>
    /// <exception cref="KilnException">The pass cannot be recorded.</exception>
    public FixedPass(Batch like, NetworkFitParts parts, ParameterGroups groups, Func<Batch, Tensor> lossOf)
    {
        (this.groups, this.lossOf) = (groups, lossOf);
        place = like.Copy();
        loss = TensorScope.Free(Tensor.Zeros([], device: parts.Device.Device));
        try
        {
            graph = Prepare(parts);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>A batch's loss; the parameters have its gradients. The tensor is the same every time.</summary>
    public Tensor Run(Batch batch)
    {
        place.CopyFrom(batch);
        if (graph is null) Compute();
        else graph.Replay();
        return loss;
    }

    public void Dispose()
    {
        graph?.Dispose();
        loss.Dispose();
        foreach (var tensor in place.Tensors) tensor.Dispose();
    }

    // Runs before a recording update what a network counts on the way (the statistics of batch normalization) and draw random numbers, and so does
    // the one run that stands for them on the CPU: afterwards all that is as if there had been none.
    CudaGraph? Prepare(NetworkFitParts parts)
    {
        using var before = new KeptState(parts.Network.NamedBuffers().Select(named => named.Tensor), parts.Device.Device);
        CudaGraph? recorded = null;
        if (parts.Device.Device.Type == DeviceType.Cuda) recorded = Record(parts.Device.Device);
        else Compute();
        before.Restore();
        return recorded;
    }

    CudaGraph Record(Device device)
    {
        try
        {
            return CudaGraph.Record(device, Compute);
        }
        catch (TorchException exception) when (!exception.IsOutOfMemory)
        {
            throw TrainingErrors.NotRecorded(device, exception);
        }
    }

    void Compute()
    {
        using var scope = new TensorScope();
        groups.ZeroGrad();
        var value = lossOf(place);
        value.Backward();
        loss.CopyFrom(value.Detach());
    }
}
