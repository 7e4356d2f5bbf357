using System.Runtime.InteropServices;

namespace Kiln.Torch.Native;

/// <summary>Owns one strong reference to a libtorch tensor.</summary>
sealed class TensorHandle : SafeHandle
{
    public TensorHandle(nint owned)
        : base(0, ownsHandle: true) => SetHandle(owned);

    public override bool IsInvalid => handle == 0;

    protected override bool ReleaseHandle()
    {
        NativeMethods.Release(handle);
        return true;
    }
}
