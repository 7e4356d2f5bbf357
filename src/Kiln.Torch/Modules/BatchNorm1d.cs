namespace Kiln.Torch;

/// <summary>
/// Batch normalization (Ioffe and Szegedy 2015) over [n, features] or [n, features, length]: in training by the batch's mean and
/// biased variance, in inference by running ones (whose variance is unbiased).
/// </summary>
public sealed class BatchNorm1d : Module<Tensor, Tensor>
{
    readonly double epsilon;
    readonly double momentum;

    /// <param name="features">The size of dimension 1.</param>
    /// <param name="epsilon">Added to the variance.</param>
    /// <param name="momentum">The newest batch's share in the running statistics.</param>
    public BatchNorm1d(long features, double epsilon = 1e-5, double momentum = 0.1)
    {
        this.epsilon = epsilon;
        this.momentum = momentum;
        Weight = AddParameter("weight", Tensor.Ones([features]));
        Bias = AddParameter("bias", Tensor.Zeros([features]));
        RunningMean = AddBuffer("running_mean", Tensor.Zeros([features]));
        RunningVariance = AddBuffer("running_var", Tensor.Ones([features]));
        BatchesTracked = AddBuffer("num_batches_tracked", Tensor.Zeros([], ScalarType.Int64));
    }

    /// <summary>The learned scale: [features].</summary>
    public Tensor Weight { get; }

    /// <summary>The learned shift: [features].</summary>
    public Tensor Bias { get; }

    /// <summary>The mean used in inference: [features].</summary>
    public Tensor RunningMean { get; }

    /// <summary>The variance used in inference: [features].</summary>
    public Tensor RunningVariance { get; }

    /// <summary>How many batches the running statistics have seen: one Int64.</summary>
    public Tensor BatchesTracked { get; }

    /// <exception cref="TorchException">In training, with one value a feature: there is no variance.</exception>
    public override Tensor Forward(Tensor input)
    {
        if (IsTraining)
        {
            if (input.Dimensions > 1 && input.ElementCount == input.Size(1)) throw Errors.NoVariance(input.ToString());
            Aten.AddNumberInPlace.Apply(BatchesTracked, 1);
        }
        return Aten.BatchNorm.Call(input, Weight, Bias, RunningMean, RunningVariance, IsTraining, momentum, epsilon, true);
    }
}
