using System.Runtime.InteropServices;

namespace Kiln.Torch.Native;

/// <summary>Owns a loaded TorchScript module.</summary>
sealed class ScriptHandle : SafeHandle
{
    public ScriptHandle(nint owned)
        : base(0, ownsHandle: true) => SetHandle(owned);

    public override bool IsInvalid => handle == 0;

    protected override bool ReleaseHandle()
    {
        NativeMethods.FreeScript(handle);
        return true;
    }
}
