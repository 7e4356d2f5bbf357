using System.Collections.Immutable;
using Kiln.Torch.Native;

namespace Kiln.Torch;

/// <summary>
/// Changes parameters by their gradients. The optimizer owns its running state and not the parameters. On the CPU a step is one
/// pass over all parameters in the shim; elsewhere it is a few multi-tensor operators.
/// </summary>
public abstract unsafe class Optimizer : IDisposable
{
    readonly List<(string Name, Tensor[] Tensors)> state = [];
    bool? fused;

    protected Optimizer(IEnumerable<Tensor> parameters, double learningRate)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(learningRate);
        Parameters = [.. parameters];
        if (Parameters.IsEmpty) throw new ArgumentException("An optimizer needs parameters.", nameof(parameters));
        LearningRate = InitialLearningRate = learningRate;
        Steps = TensorScope.Free(Tensor.Zeros([Parameters.Length], ScalarType.Int64));
    }

    /// <summary>What the optimizer changes, in the order given.</summary>
    public ImmutableArray<Tensor> Parameters { get; }

    /// <summary>The rate the optimizer was made with, from which schedules start.</summary>
    public double InitialLearningRate { get; }

    /// <summary>The rate of the next step.</summary>
    public double LearningRate { get; set; }

    /// <summary>How many steps each parameter has taken: Int64 [parameters]. One without a gradient takes none.</summary>
    protected Tensor Steps { get; }

    /// <summary>Turned off by tests, to compare the two ways.</summary>
    internal bool AllowFused { get; init; } = true;

    /// <summary>Whether a step is one pass in the shim: all parameters are dense, on the CPU, in single or double precision.</summary>
    protected bool IsFused
    {
        get
        {
            if (fused is { } known) return known;
            using var handles = new HandleList(Parameters);
            fused = AllowFused && NativeMethods.Check(NativeMethods.FusedSupported(handles.Pointer, handles.Count)) != 0;
            return fused.Value;
        }
    }

    /// <summary>Changes the parameters by the gradients they have.</summary>
    public abstract void Step();

    /// <summary>Drops the gradients of the parameters.</summary>
    public void ZeroGrad() => Tensor.ClearGrads(Parameters);

    /// <summary>The running state by name (<c>exp_avg.0</c>, …, <c>step</c>): the tensors themselves, owned by the optimizer.</summary>
    public IReadOnlyDictionary<string, Tensor> StateDict()
    {
        EnsureState();
        var all = new Dictionary<string, Tensor>(StringComparer.Ordinal) { ["step"] = Steps };
        foreach (var (name, tensors) in state)
            for (var i = 0; i < tensors.Length; i++) all.Add($"{name}.{i}", tensors[i]);
        return all;
    }

    /// <summary>Copies a saved running state in. Nothing is copied unless everything fits.</summary>
    /// <exception cref="TorchException">A name is missing or unknown, or a shape differs; the error lists them.</exception>
    public void LoadStateDict(IReadOnlyDictionary<string, Tensor> saved) =>
        StateCopy.Into(StateDict(), saved, "The saved state does not fit this optimizer.");

    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing)
    {
        if (!disposing) return;
        Steps.Dispose();
        foreach (var tensor in state.SelectMany(entry => entry.Tensors)) tensor.Dispose();
    }

    /// <summary>Makes the running state, on the parameters' devices; called before the first step.</summary>
    protected abstract void EnsureState();

    /// <summary>A running tensor of zeros beside each parameter, saved under a name.</summary>
    protected Tensor[] AddState(string name)
    {
        using var noGrad = new NoGrad();
        var tensors = Parameters.Select(parameter => TensorScope.Free(parameter.ZerosLike())).ToArray();
        state.Add((name, tensors));
        return tensors;
    }

    /// <summary>
    /// The parameters that have gradients, in groups that have taken equally many steps; counts the step about to be taken.
    /// The gradients belong to the scope that the caller has opened.
    /// </summary>
    protected IEnumerable<(long Step, int[] Members, Tensor[] Parameters, Tensor[] Gradients)> TakeStep()
    {
        var gradients = Parameters.Select(parameter => parameter.Grad).ToArray();
        foreach (var group in Enumerable.Range(0, gradients.Length).Where(i => gradients[i] is not null).GroupBy(CountStep).ToList())
        {
            int[] members = [.. group];
            yield return (group.Key, members, [.. members.Select(i => Parameters[i])], [.. members.Select(i => gradients[i]!)]);
        }
    }

    long CountStep(int parameter) => ++Steps.AsSpan<long>()[parameter];
}
