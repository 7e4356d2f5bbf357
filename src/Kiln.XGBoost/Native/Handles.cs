using System.Runtime.InteropServices;

namespace Kiln.XGBoost.Native;

/// <summary>Owns a matrix of the library; boosters that cache it hold it on their own.</summary>
sealed class MatrixHandle : SafeHandle
{
    public MatrixHandle(nint owned)
        : base(0, ownsHandle: true) => SetHandle(owned);

    public override bool IsInvalid => handle == 0;

    protected override bool ReleaseHandle() => NativeMethods.FreeMatrix(handle) == 0;
}

/// <summary>Owns a booster of the library.</summary>
sealed class BoosterHandle : SafeHandle
{
    public BoosterHandle(nint owned)
        : base(0, ownsHandle: true) => SetHandle(owned);

    public override bool IsInvalid => handle == 0;

    protected override bool ReleaseHandle() => NativeMethods.FreeBooster(handle) == 0;
}

/// <summary>
/// The native handles of a list of matrices, held for the duration of a call: none of them can be released before
/// <see cref="Dispose"/>, whatever another thread does.
/// </summary>
unsafe ref struct MatrixList
{
    readonly IReadOnlyList<DMatrix> matrices;
    nint* handles;
    int held;

    public MatrixList(IReadOnlyList<DMatrix> matrices)
    {
        this.matrices = matrices;
        handles = (nint*)NativeMemory.Alloc((nuint)Math.Max(1, matrices.Count), (nuint)sizeof(nint));
        try
        {
            for (; held < matrices.Count; held++) handles[held] = matrices[held].Acquire();
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public readonly nint* Pointer => handles;

    public readonly ulong Count => (ulong)matrices.Count;

    public void Dispose()
    {
        while (held > 0) matrices[--held].Yield();
        NativeMemory.Free(handles);
        handles = null;
    }
}
