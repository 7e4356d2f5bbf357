using System.Runtime.InteropServices;

namespace Kiln.Torch.Native;

/// <summary>
/// The native handles of a list of tensors, held for the duration of a call: no tensor in it can be released before
/// <see cref="Dispose"/>, whatever another thread does.
/// </summary>
unsafe ref struct HandleList
{
    readonly IReadOnlyList<Tensor?> tensors;
    nint* handles;
    int held;

    public HandleList(IReadOnlyList<Tensor?> tensors)
    {
        this.tensors = tensors;
        handles = (nint*)NativeMemory.Alloc((nuint)Math.Max(1, tensors.Count), (nuint)sizeof(nint));
        try
        {
            for (; held < tensors.Count; held++)
                handles[held] = tensors[held] is { } tensor ? tensor.Acquire() : 0;
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public readonly nint* Pointer => handles;

    public readonly int Count => tensors.Count;

    public void Dispose()
    {
        while (held > 0) tensors[--held]?.Yield();
        NativeMemory.Free(handles);
        handles = null;
    }
}
