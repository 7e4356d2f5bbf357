using System.Collections.Immutable;

namespace Kiln.Torch;

/// <summary>Modules one after another, named 0, 1, … as in PyTorch; it owns them, and disposes what passes between them.</summary>
public sealed class Sequential : Module<Tensor, Tensor>
{
    readonly ImmutableArray<Module<Tensor, Tensor>> modules;

    public Sequential(params ImmutableArray<Module<Tensor, Tensor>> modules)
    {
        if (modules.IsEmpty) throw new ArgumentException("A sequence has at least one module.", nameof(modules));
        this.modules = modules;
        for (var i = 0; i < modules.Length; i++) AddChild($"{i}", modules[i]);
    }

    public override Tensor Forward(Tensor input)
    {
        var current = input;
        foreach (var module in modules) current = Next(module, current, input);
        return current;
    }

    static Tensor Next(Module<Tensor, Tensor> module, Tensor current, Tensor input)
    {
        try
        {
            var output = module.Forward(current);
            ForwardWatch.See(module, output);
            return output;
        }
        finally
        {
            if (!ReferenceEquals(current, input)) current.Dispose();
        }
    }
}
