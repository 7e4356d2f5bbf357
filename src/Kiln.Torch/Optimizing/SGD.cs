using Kiln.Torch.Native;

namespace Kiln.Torch;

/// <summary>Stochastic gradient descent with momentum, as <c>torch.optim.SGD</c> has it (Sutskever et al. 2013).</summary>
public sealed class SGD : Optimizer
{
    readonly SgdSettings settings;
    Tensor[]? buffers;

    /// <param name="parameters">What to change.</param>
    /// <param name="learningRate">The step size.</param>
    /// <param name="settings">Everything else; plain gradient descent when left out.</param>
    public SGD(IEnumerable<Tensor> parameters, double learningRate, SgdSettings? settings = null)
        : base(parameters, learningRate)
    {
        this.settings = settings ?? new();
        if (this.settings.Nesterov && (this.settings.Momentum <= 0 || this.settings.Dampening != 0))
            throw new ArgumentException("Nesterov's momentum needs momentum, and no dampening.", nameof(settings));
    }

    public override void Step()
    {
        EnsureState();
        if (IsFused) StepFused();
        else StepForeach();
    }

    protected override void EnsureState()
    {
        if (settings.Momentum != 0) buffers ??= AddState("momentum_buffer");
    }

    unsafe void StepFused()
    {
        var numbers = new NativeSgd
        {
            LearningRate = LearningRate,
            Momentum = settings.Momentum,
            Dampening = settings.Dampening,
            WeightDecay = settings.WeightDecay,
            Nesterov = settings.Nesterov ? 1 : 0,
        };
        using var parameters = new HandleList(Parameters);
        using var velocities = new HandleList(buffers ?? []);
        fixed (long* steps = Steps.AsSpan<long>())
            NativeMethods.Check(NativeMethods.Sgd(parameters.Pointer, buffers is null ? null : velocities.Pointer, steps, parameters.Count, numbers));
    }

    void StepForeach()
    {
        using var noGrad = new NoGrad();
        using var scope = new TensorScope();
        foreach (var (step, members, parameters, gradients) in TakeStep())
        {
            var slopes = settings.WeightDecay == 0 ? gradients : Aten.ForeachAdded.CallMany(gradients, parameters, settings.WeightDecay);
            if (buffers is not null)
            {
                Tensor[] velocities = [.. members.Select(i => buffers[i])];
                // The buffers start at zero, so that the first step takes the whole gradient whatever the dampening.
                Aten.ForeachMul.Apply(velocities, settings.Momentum);
                Aten.ForeachAddList.Apply(velocities, slopes, step == 1 ? 1 : 1 - settings.Dampening);
                slopes = settings.Nesterov ? Aten.ForeachAdded.CallMany(slopes, velocities, settings.Momentum) : velocities;
            }
            Aten.ForeachAddList.Apply(parameters, slopes, -LearningRate);
        }
    }
}

/// <summary>What SGD has besides the learning rate; the defaults are PyTorch's.</summary>
public sealed record SgdSettings
{
    /// <summary>The share of the last step that goes into the next.</summary>
    public double Momentum { get; init; }

    /// <summary>The share of the gradient kept out of the momentum.</summary>
    public double Dampening { get; init; }

    /// <summary>How strongly weights are drawn to zero.</summary>
    public double WeightDecay { get; init; }

    /// <summary>Whether the gradient is taken where the momentum leads.</summary>
    public bool Nesterov { get; init; }
}
