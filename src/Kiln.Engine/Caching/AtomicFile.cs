namespace Kiln.Caching;

/// <summary>Replaces a file so that readers see the old bytes or the new ones, never a part.</summary>
static class AtomicFile
{
    public static void Write(string path, ReadOnlySpan<byte> bytes)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var partial = path + ".partial";
        try
        {
            using (var stream = File.Create(partial)) stream.Write(bytes);
            File.Move(partial, path, overwrite: true);
        }
        catch
        {
            File.Delete(partial);
            throw;
        }
    }
}
