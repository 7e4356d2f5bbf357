using Kiln.Learning.Networks;
using Kiln.Torch;

namespace Kiln.Learning.Training;

/// <summary>Forward and backward of a training's batches: full ones over fixed tensors where settings ask for it, the others one by one.</summary>
sealed class TrainingPass(NetworkFitParts parts, Loss loss, ParameterGroups groups) : IDisposable
{
    readonly TrainingSettings settings = parts.Settings;
    FixedPass? full;

    /// <summary>A batch's loss, on its device; its gradients are in the parameters, with those of the batches before it in the same step.</summary>
    /// <param name="batch">The rows.</param>
    /// <param name="place">The batch's number within its step.</param>
    /// <param name="group">The batches of the step.</param>
    public Tensor Run(Batch batch, int place, long group)
    {
        if (settings.CudaGraphs && batch.Rows == settings.BatchSize) return (full ??= new(batch, parts, groups, LossOf)).Run(batch);
        if (full is not null) groups.FillGradZero();
        else if (place == 0) groups.ZeroGrad();
        var value = LossOf(batch);
        (group == 1 ? value : value * (1.0 / group)).Backward();
        return value;
    }

    public void Dispose() => full?.Dispose();

    Tensor LossOf(Batch batch)
    {
        using var shorter = settings.Precision == Precision.BFloat16 ? new Autocast(parts.Device.Device) : null;
        var answers = TableNetwork.Shaped(parts.Network.Forward(batch.Input), batch.Rows, parts.Target);
        var labels = TrainingLoss.Smooth(batch.Labels, settings, parts.Target);
        return batch.Weights is null ? loss.Forward(answers, labels) : loss.Forward(answers, labels, batch.Weights);
    }
}
