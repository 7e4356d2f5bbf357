using System.Collections.Immutable;

namespace Kiln.Torch;

/// <summary>
/// A part of a model: it owns its parameters, buffers and child modules, and disposes them. Names are those of PyTorch's state
/// dictionaries (<c>0.weight</c>), so weights can be exchanged. Derive from <see cref="Module{TInput,TOutput}"/> and name what
/// the module owns in its constructor.
/// </summary>
public abstract class Module : IDisposable
{
    readonly List<(string Name, Tensor Tensor)> parameters = [];
    readonly List<(string Name, Tensor Tensor)> buffers = [];
    readonly List<(string Name, Module Module)> children = [];

    /// <summary>Whether dropout drops and batch normalization learns.</summary>
    public bool IsTraining { get; private set; } = true;

    /// <summary>The tensors that training changes, in the order of declaration, children's after one's own.</summary>
    public ImmutableArray<Tensor> Parameters => [.. NamedParameters().Select(named => named.Tensor)];

    /// <summary>The parameters with their paths: <c>layer.weight</c>. The module owns them.</summary>
    public IEnumerable<(string Name, Tensor Tensor)> NamedParameters() => Collect(module => module.parameters);

    /// <summary>The tensors that belong to the model but get no gradients, with their paths. The module owns them.</summary>
    public IEnumerable<(string Name, Tensor Tensor)> NamedBuffers() => Collect(module => module.buffers);

    /// <summary>The modules inside this one with their paths: <c>layers.0</c>; children after their parents.</summary>
    public IEnumerable<(string Name, Module Module)> NamedModules() =>
        children.SelectMany(child => child.Module.NamedModules().Select(named => (child.Name + "." + named.Name, named.Module)).Prepend((child.Name, child.Module)));

    /// <summary>Switches the module and its children to training, or back.</summary>
    public virtual void Train(bool on = true)
    {
        IsTraining = on;
        foreach (var (_, child) in children) child.Train(on);
    }

    /// <summary>Switches the module and its children to inference.</summary>
    public void Eval() => Train(false);

    /// <summary>Moves parameters and buffers to a device; whoever holds them sees them there.</summary>
    public void To(Device device) => Convert(tensor => tensor.To(device));

    /// <summary>Converts floating-point parameters and buffers to another type.</summary>
    public void To(ScalarType type) =>
        Convert(tensor => tensor.ScalarType is ScalarType.Float16 or ScalarType.Float32 or ScalarType.Float64 or ScalarType.BFloat16
            ? tensor.To(type)
            : tensor.Detach());

    /// <summary>Drops all gradients.</summary>
    public void ZeroGrad() => Tensor.ClearGrads(Parameters);

    /// <summary>Parameters and buffers by path: the tensors themselves, not copies, and the module keeps owning them.</summary>
    public IReadOnlyDictionary<string, Tensor> StateDict() =>
        NamedParameters().Concat(NamedBuffers()).ToDictionary(named => named.Name, named => named.Tensor, StringComparer.Ordinal);

    /// <summary>Copies saved values into the parameters and buffers. Nothing is copied unless everything fits.</summary>
    /// <exception cref="TorchException">A name is missing or unknown, or a shape differs; the error lists them.</exception>
    public void LoadStateDict(IReadOnlyDictionary<string, Tensor> state) => StateCopy.Into(StateDict(), state, "The saved state does not fit this module.");

    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Declares a parameter: the module takes the tensor over, out of any scope.</summary>
    protected Tensor AddParameter(string name, Tensor initial)
    {
        initial.RequiresGrad = true;
        parameters.Add((name, TensorScope.Free(initial)));
        return initial;
    }

    /// <summary>Declares a buffer: the module takes the tensor over, out of any scope.</summary>
    protected Tensor AddBuffer(string name, Tensor initial)
    {
        buffers.Add((name, TensorScope.Free(initial)));
        return initial;
    }

    /// <summary>Declares a child: the module takes it over.</summary>
    protected TModule AddChild<TModule>(string name, TModule child)
        where TModule : Module
    {
        children.Add((name, child));
        return child;
    }

    protected virtual void Dispose(bool disposing)
    {
        if (!disposing) return;
        foreach (var (_, tensor) in parameters.Concat(buffers)) tensor.Dispose();
        foreach (var (_, child) in children) child.Dispose();
    }

    IEnumerable<(string Name, Tensor Tensor)> Collect(Func<Module, List<(string Name, Tensor Tensor)>> own) =>
        own(this).Concat(children.SelectMany(child => child.Module.Collect(own).Select(named => (child.Name + "." + named.Name, named.Tensor))));

    void Convert(Func<Tensor, Tensor> convert)
    {
        using var noGrad = new NoGrad();
        foreach (var tensor in NamedParameters().Concat(NamedBuffers()).Select(named => named.Tensor))
        {
            using var converted = convert(tensor);
            tensor.SetData(converted);
        }
    }
}

/// <summary>A module with one input and one output.</summary>
public abstract class Module<TInput, TOutput> : Module
{
    /// <summary>Computes the output, which the caller owns.</summary>
    public abstract TOutput Forward(TInput input);
}
