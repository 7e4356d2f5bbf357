using Kiln.Torch.Native;

namespace Kiln.Torch;

/// <summary>
/// While open, operations on this thread are not recorded for backward passes, as under <c>torch.no_grad()</c>:
/// <c>using var inference = new NoGrad();</c>
/// </summary>
public sealed class NoGrad : IDisposable
{
    readonly bool before = NativeMethods.GradMode(0) != 0;
    bool closed;

    /// <summary>Whether operations on this thread are being recorded.</summary>
    public static bool IsRecording => NativeMethods.GradMode(-1) != 0;

    public void Dispose()
    {
        if (closed) return;
        closed = true;
        _ = NativeMethods.GradMode(before ? 1 : 0);
    }
}
