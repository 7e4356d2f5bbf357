using Kiln.Torch;

namespace Kiln.Tests.Torch;

/// <summary>The problem of make.py's trajectories: the mean of (a wᵀ + o - b)².</summary>
sealed class LeastSquares : IDisposable
{
    readonly Tensor inputs;
    readonly Tensor targets;

    public LeastSquares(ScalarType type)
    {
        inputs = Copy("a", type);
        targets = Copy("b", type);
        Parameters = [Copy("start", type), Copy("offset", type)];
        foreach (var parameter in Parameters) parameter.RequiresGrad = true;
    }

    public Tensor[] Parameters { get; }

    public void Step(Optimizer optimizer, double? clip = null)
    {
        using var scope = new TensorScope();
        optimizer.ZeroGrad();
        var predicted = inputs.MatMul(Parameters[0].Transpose(0, 1)) + Parameters[1];
        (predicted - targets).Pow(2).Mean().Backward();
        if (clip is { } maximum) Gradients.ClipNorm(Parameters, maximum);
        optimizer.Step();
    }

    public Tensor Flatten()
    {
        using var scope = new TensorScope();
        return scope.Keep(Tensor.Cat([Parameters[0].Detach().Reshape(-1), Parameters[1].Detach()]));
    }

    public void Dispose()
    {
        foreach (var tensor in Parameters.Append(inputs).Append(targets)) tensor.Dispose();
    }

    static Tensor Copy(string name, ScalarType type)
    {
        using var converted = PyTorchValues.Get($"trajectory/{name}").To(type);
        return converted.Clone();
    }
}
