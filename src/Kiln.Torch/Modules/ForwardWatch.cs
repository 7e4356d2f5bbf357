namespace Kiln.Torch;

/// <summary>
/// While open, notes of forward passes on this thread the first module in a sequence whose output is infinite or not a number: for finding
/// out where a training went astray. It reads every output, so open it when something is wrong already.
/// </summary>
public sealed class ForwardWatch : IDisposable
{
    [ThreadStatic]
    static ForwardWatch? current;

    readonly ForwardWatch? outer = current;

    public ForwardWatch() => current = this;

    /// <summary>The first such module; null where all outputs were finite.</summary>
    public Module? FirstNotFinite { get; private set; }

    public void Dispose() => current = outer;

    internal static void See(Module module, Tensor output)
    {
        if (current is { FirstNotFinite: null } watch && !output.AllFinite()) watch.FirstNotFinite = module;
    }
}
