using System.Text;

namespace Kiln.Torch.Native;

/// <summary>The results of a native call, which belong to the caller until one of these methods has taken them.</summary>
static unsafe class NativeResults
{
    /// <summary>Every tensor among the results, those of lists too, in order.</summary>
    public static Tensor[] TakeTensors(NativeValue* results, int count)
    {
        var tensors = new List<Tensor>(count);
        for (var i = 0; i < count; i++)
        {
            if (results[i].Tag == Tag.Tensor) tensors.Add(new Tensor(results[i].Pointer));
            if (results[i].Tag == Tag.Tensors)
                foreach (var handle in new ReadOnlySpan<nint>((void*)results[i].Pointer, results[i].Count)) tensors.Add(new Tensor(handle));
            if (results[i].Tag is Tag.Tensors or Tag.String) NativeMethods.FreeList(results[i].Pointer);
        }
        return [.. tensors];
    }

    /// <summary>The results' kinds, for an error; they are released.</summary>
    public static string TakeKinds(NativeValue* results, int count)
    {
        var kinds = string.Join(", ", new ReadOnlySpan<NativeValue>(results, count).ToArray().Select(value => value.Tag));
        Release(results, count);
        return kinds.Length == 0 ? "nothing" : kinds;
    }

    public static string Text(in NativeValue value) => Encoding.UTF8.GetString((byte*)value.Pointer, value.Count);

    public static void Release(NativeValue* results, int count)
    {
        for (var i = 0; i < count; i++)
        {
            if (results[i].Tag == Tag.Tensor && results[i].Pointer != 0) NativeMethods.Release(results[i].Pointer);
            if (results[i].Tag == Tag.Tensors)
                foreach (var handle in new ReadOnlySpan<nint>((void*)results[i].Pointer, results[i].Count)) NativeMethods.Release(handle);
            if (results[i].Tag is Tag.Tensors or Tag.String) NativeMethods.FreeList(results[i].Pointer);
        }
    }
}
