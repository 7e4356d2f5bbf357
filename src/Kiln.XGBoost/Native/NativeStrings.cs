using System.Runtime.InteropServices;

namespace Kiln.XGBoost.Native;

/// <summary>A list of strings as the library takes it, for the duration of a call.</summary>
readonly unsafe ref struct NativeStrings
{
    readonly byte** texts;
    readonly int count;

    public NativeStrings(IReadOnlyList<string> strings)
    {
        count = strings.Count;
        texts = (byte**)NativeMemory.AllocZeroed((nuint)Math.Max(1, count), (nuint)sizeof(byte*));
        for (var i = 0; i < count; i++) texts[i] = (byte*)Marshal.StringToCoTaskMemUTF8(strings[i]);
    }

    public byte** Pointer => texts;

    public ulong Count => (ulong)count;

    public void Dispose()
    {
        for (var i = 0; i < count; i++) Marshal.FreeCoTaskMem((nint)texts[i]);
        NativeMemory.Free(texts);
    }

    /// <summary>Copies a list of strings that the library keeps until its next call.</summary>
    public static string[] Copy(byte** texts, ulong count)
    {
        var strings = new string[count];
        for (var i = 0; i < strings.Length; i++) strings[i] = Marshal.PtrToStringUTF8((nint)texts[i]) ?? "";
        return strings;
    }
}
