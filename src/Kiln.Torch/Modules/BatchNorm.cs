using System.Collections.Immutable;

namespace Kiln.Torch;

/// <summary>
/// Batch normalization (Ioffe and Szegedy 2015) of each feature, dimension 1: in training by the batch's mean and biased variance, in
/// inference by running ones (whose variance is unbiased). Its kinds differ only in the shapes they take.
/// </summary>
public abstract class BatchNorm : Module<Tensor, Tensor>
{
    readonly double epsilon;
    readonly double momentum;

    private protected BatchNorm(long features, double epsilon, double momentum)
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

    /// <summary>The shapes it takes, for errors.</summary>
    private protected abstract string ShapesTaken { get; }

    /// <exception cref="TorchException">The input has another shape, or, in training, one value a feature: there is no variance.</exception>
    public override Tensor Forward(Tensor input)
    {
        var shape = input.Shape;
        if (!Takes(shape.Length)) throw Errors.WrongDimensions(GetType().Name, ShapesTaken, input.ToString());
        if (IsTraining)
        {
            if (HasOneValueAFeature(shape)) throw Errors.NoVariance(input.ToString());
            Aten.AddNumberInPlace.Apply(BatchesTracked, 1);
        }
        return Aten.BatchNorm.Call(input, Weight, Bias, RunningMean, RunningVariance, IsTraining, momentum, epsilon, true);
    }

    private protected abstract bool Takes(int dimensions);

    static bool HasOneValueAFeature(ImmutableArray<long> shape)
    {
        for (var i = 0; i < shape.Length; i++)
            if (i != 1 && shape[i] != 1) return false;
        return true;
    }
}

/// <summary>Batch normalization over [n, features] or [n, features, length].</summary>
/// <param name="features">The size of dimension 1.</param>
/// <param name="epsilon">Added to the variance.</param>
/// <param name="momentum">The newest batch's share in the running statistics.</param>
public sealed class BatchNorm1d(long features, double epsilon = 1e-5, double momentum = 0.1) : BatchNorm(features, epsilon, momentum)
{
    private protected override string ShapesTaken => "[n, features] or [n, features, length]";

    private protected override bool Takes(int dimensions) => dimensions is 2 or 3;
}

/// <summary>Batch normalization over [n, channels, height, width].</summary>
/// <param name="channels">The size of dimension 1.</param>
/// <param name="epsilon">Added to the variance.</param>
/// <param name="momentum">The newest batch's share in the running statistics.</param>
public sealed class BatchNorm2d(long channels, double epsilon = 1e-5, double momentum = 0.1) : BatchNorm(channels, epsilon, momentum)
{
    private protected override string ShapesTaken => "[n, channels, height, width]";

    private protected override bool Takes(int dimensions) => dimensions == 4;
}
