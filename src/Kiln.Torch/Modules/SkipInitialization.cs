namespace Kiln.Torch;

/// <summary>
/// While open, modules made on this thread draw no random starting values, as under <c>torch.nn.utils.skip_init</c>: for modules
/// whose weights are loaded next, without disturbing the generator of a training elsewhere in the process.
/// </summary>
public sealed class SkipInitialization : IDisposable
{
    [ThreadStatic]
    static int open;

    bool closed;

    public SkipInitialization() => open++;

    public static bool IsOn => open > 0;

    public void Dispose()
    {
        if (closed) return;
        closed = true;
        open--;
    }
}
