using Kiln.Torch.Native;

namespace Kiln.Torch;

/// <summary>
/// Adam (Kingma and Ba 2015) as <c>torch.optim.Adam</c> has it: weight decay, if any, is added to the gradient.
/// </summary>
public class Adam : Optimizer
{
    readonly double beta1;
    readonly double beta2;
    readonly double epsilon;
    readonly double weightDecay;
    readonly bool decoupled;
    Tensor[]? averages;
    Tensor[]? squares;

    /// <param name="parameters">What to change.</param>
    /// <param name="learningRate">The step size.</param>
    /// <param name="settings">Everything else; PyTorch's defaults when left out.</param>
    public Adam(IEnumerable<Tensor> parameters, double learningRate = 1e-3, AdamSettings? settings = null)
        : this(parameters, learningRate, settings ?? new(), decoupled: false)
    {
    }

    internal Adam(IEnumerable<Tensor> parameters, double learningRate, AdamSettings settings, bool decoupled)
        : base(parameters, learningRate)
    {
        (beta1, beta2, epsilon, weightDecay) = (settings.Beta1, settings.Beta2, settings.Epsilon, settings.WeightDecay);
        this.decoupled = decoupled;
    }

    public override void Step()
    {
        EnsureState();
        if (IsFused) StepFused();
        else StepForeach();
    }

    protected override void EnsureState()
    {
        averages ??= AddState("exp_avg");
        squares ??= AddState("exp_avg_sq");
    }

    unsafe void StepFused()
    {
        var settings = new NativeAdam
        {
            LearningRate = LearningRate,
            Beta1 = beta1,
            Beta2 = beta2,
            Epsilon = epsilon,
            WeightDecay = weightDecay,
            Decoupled = decoupled ? 1 : 0,
        };
        using var parameters = new HandleList(Parameters);
        using var means = new HandleList(averages!);
        using var variances = new HandleList(squares!);
        fixed (long* steps = Steps.AsSpan<long>())
            NativeMethods.Check(NativeMethods.Adam(parameters.Pointer, means.Pointer, variances.Pointer, steps, parameters.Count, settings));
    }

    void StepForeach()
    {
        using var noGrad = new NoGrad();
        using var scope = new TensorScope();
        foreach (var (step, members, parameters, gradients) in TakeStep())
        {
            var slopes = gradients;
            if (weightDecay != 0 && decoupled) Aten.ForeachMul.Apply(parameters, 1 - LearningRate * weightDecay);
            if (weightDecay != 0 && !decoupled) slopes = Aten.ForeachAdded.CallMany(gradients, parameters, weightDecay);
            Tensor[] means = [.. members.Select(i => averages![i])];
            Tensor[] variances = [.. members.Select(i => squares![i])];
            Aten.ForeachMul.Apply(means, beta1);
            Aten.ForeachAddList.Apply(means, slopes, 1 - beta1);
            Aten.ForeachMul.Apply(variances, beta2);
            Aten.ForeachAddcmul.Apply(variances, slopes, slopes, 1 - beta2);
            var divisors = Aten.ForeachSqrt.CallMany(Argument.List(variances));
            Aten.ForeachDiv.Apply(divisors, Math.Sqrt(1 - Math.Pow(beta2, step)));
            Aten.ForeachAddNumber.Apply(divisors, epsilon);
            Aten.ForeachAddcdiv.Apply(parameters, means, divisors, -LearningRate / (1 - Math.Pow(beta1, step)));
        }
    }
}

/// <summary>What Adam and AdamW have besides the learning rate; the defaults are Adam's in PyTorch.</summary>
public sealed record AdamSettings
{
    /// <summary>The decay of the gradient's running mean.</summary>
    public double Beta1 { get; init; } = 0.9;

    /// <summary>The decay of the squared gradient's running mean.</summary>
    public double Beta2 { get; init; } = 0.999;

    /// <summary>Added to the root of the running square.</summary>
    public double Epsilon { get; init; } = 1e-8;

    /// <summary>How strongly weights are drawn to zero.</summary>
    public double WeightDecay { get; init; }
}

/// <summary>
/// Adam with decoupled weight decay (Loshchilov and Hutter 2019): the decay shrinks the weights themselves. PyTorch's default
/// decay is 0.01.
/// </summary>
public sealed class AdamW(IEnumerable<Tensor> parameters, double learningRate = 1e-3, AdamSettings? settings = null)
    : Adam(parameters, learningRate, settings ?? new() { WeightDecay = 0.01 }, decoupled: true);
