using System.Runtime.InteropServices;

namespace Kiln.Torch.Native;

/// <summary>Owns a recorded CUDA graph.</summary>
sealed class GraphHandle : SafeHandle
{
    public GraphHandle(nint owned)
        : base(0, ownsHandle: true) => SetHandle(owned);

    public override bool IsInvalid => handle == 0;

    protected override bool ReleaseHandle()
    {
        NativeMethods.FreeGraph(handle);
        return true;
    }
}
