using Kiln.Fingerprinting;

namespace Kiln.Caching;

/// <summary>
/// Objects named by the hash of their bytes. An object arrives by rename, so it is whole or absent, and is never changed afterwards;
/// what leaves the store is a copy, checked against its name where it could have been damaged. A damaged object stays until the stage that
/// made it runs again and puts fresh bytes over it: whoever deleted it could delete what another process has just mended.
/// </summary>
sealed class ContentStore(CacheFolder folder, CacheFolder? alsoRead)
{
    const string Kind = "objects";
    const int InputOutputError = 5;

    public bool Has(ContentHash hash) => Find(hash) is not null;

    /// <summary>Moves a file into the store under its hash, over an object of that name: fresh bytes mend a damaged one.</summary>
    public void Take(string file, ContentHash hash)
    {
        if (FileStamp.LinkCount(file) > 1)
        {
            // Someone else holds this very file under another name, and could change it there.
            var own = folder.NewArrival();
            File.Copy(file, own);
            File.Delete(file);
            file = own;
        }

        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
        folder.Place(file, folder.PathOf(Kind, hash));
    }

    /// <summary>Puts bytes into the store.</summary>
    public ContentHash Put(ReadOnlySpan<byte> bytes)
    {
        var hash = ContentHash.Of(bytes);
        var file = folder.NewArrival();
        File.WriteAllBytes(file, bytes);
        Take(file, hash);
        return hash;
    }

    /// <summary>The bytes of a small object.</summary>
    /// <exception cref="DamagedObjectException">It is missing, or its bytes are not what its name says.</exception>
    public byte[] Read(ContentHash hash)
    {
        var bytes = Used(hash, File.ReadAllBytes);
        return ContentHash.Of(bytes) == hash ? bytes : throw new DamagedObjectException(hash, "damaged");
    }

    /// <summary>Copies an object to a path that does not exist yet.</summary>
    /// <param name="hash">The object.</param>
    /// <param name="path">Where the copy is to be.</param>
    /// <param name="verify">Whether to check the bytes on the way: always, unless this process has just stored them.</param>
    /// <exception cref="DamagedObjectException">It is missing, or its bytes are not what its name says; the copy is deleted.</exception>
    public void CopyOut(ContentHash hash, string path, bool verify)
    {
        Used(hash, stored =>
        {
            File.Copy(stored, path, overwrite: true);
            return true;
        });
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
        if (!verify) return;
        using (var copy = File.OpenRead(path))
            if (ContentHash.Of(copy) == hash) return;
        File.Delete(path);
        throw new DamagedObjectException(hash, "damaged");
    }

    /// <summary>Uses a stored file, of which the disk may say that it is gone or that it cannot read it any more.</summary>
    T Used<T>(ContentHash hash, Func<string, T> use)
    {
        var path = Find(hash) ?? throw new DamagedObjectException(hash, "missing");
        try
        {
            return use(path);
        }
        catch (FileNotFoundException error) when (error.FileName == path)
        {
            throw new DamagedObjectException(hash, "missing");
        }
        catch (IOException error) when (error.HResult == InputOutputError)
        {
            throw new DamagedObjectException(hash, "unreadable");
        }
    }

    public string? Find(ContentHash hash)
    {
        var path = folder.PathOf(Kind, hash);
        if (File.Exists(path)) return path;
        return alsoRead?.PathOf(Kind, hash) is { } other && File.Exists(other) ? other : null;
    }
}
