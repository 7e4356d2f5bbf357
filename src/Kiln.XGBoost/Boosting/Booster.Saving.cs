using Kiln.XGBoost.Native;

namespace Kiln.XGBoost;

public sealed unsafe partial class Booster
{
    /// <summary>Reads a model as XGBoost writes it in JSON, here or in Python.</summary>
    /// <param name="json">The bytes.</param>
    /// <param name="threads">How many threads it scores with.</param>
    /// <param name="source">What to call the bytes in an error.</param>
    /// <exception cref="XGBoostException">The bytes are no such model, or contradict themselves.</exception>
    public static Booster FromJson(ReadOnlySpan<byte> json, int threads = 1, string source = "the given bytes")
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        ModelCheck.Check(json, source);
        NativeMethods.Check(NativeMethods.CreateBooster(null, 0, out var booster));
        var handle = new BoosterHandle(booster);
        try
        {
            LibraryLog.Start();
            LoadModel(handle, json);
            NativeMethods.Check(NativeMethods.SetParameter(handle, "nthread", $"{threads}"));
            NativeMethods.Check(NativeMethods.Rounds(handle, out _)); // configures: scoring on several threads must find that done
            if (LibraryLog.Drain() is [var warning, ..]) throw Errors.NoModel(source, warning);
            return new(handle);
        }
        catch (XGBoostException exception) when (exception.LibraryReason is { } reason)
        {
            handle.Dispose();
            throw Errors.NoModel(source, reason);
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    /// <summary>Reads a model from a file, as <see cref="FromJson"/> does.</summary>
    public static Booster Load(string path, int threads = 1) => FromJson(File.ReadAllBytes(path), threads, path);

    /// <summary>The model in XGBoost's JSON, which Python and the command line read; equal models have equal bytes.</summary>
    public byte[] ToJson() => SaveModel(handle);

    /// <summary>Writes the model to a file, which is there whole or not at all.</summary>
    public void Save(string path)
    {
        File.WriteAllBytes(path + ".new", ToJson());
        File.Move(path + ".new", path, overwrite: true);
    }

    internal static void LoadModel(BoosterHandle handle, ReadOnlySpan<byte> json)
    {
        fixed (byte* bytes = json) NativeMethods.Check(NativeMethods.LoadModel(handle, bytes, (ulong)json.Length));
    }

    internal static byte[] SaveModel(BoosterHandle handle)
    {
        fixed (byte* config = "{\"format\":\"json\"}\0"u8)
        {
            NativeMethods.Check(NativeMethods.SaveModel(handle, config, out var length, out var model));
            return new ReadOnlySpan<byte>(model, checked((int)length)).ToArray();
        }
    }
}
