using Kiln.Fingerprinting;

namespace Kiln.Caching;

/// <summary>
/// Objects named by the hash of their bytes. An object arrives by rename, so it is whole or absent, and is never changed afterwards;
/// what leaves the store is a copy, checked against its name where it could have been damaged.
/// </summary>
sealed class ContentStore(string root)
{
    public bool Has(ContentHash hash) => File.Exists(PathOf(hash));

    /// <summary>Moves a file into the store under its hash, over an object of that name: fresh bytes mend a damaged one.</summary>
    public void Take(string file, ContentHash hash)
    {
        var path = PathOf(hash);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        if (FileStamp.LinkCount(file) > 1)
        {
            // Someone else holds this very file under another name, and could change it there.
            var own = file + ".copy";
            File.Copy(file, own);
            File.Delete(file);
            file = own;
        }

        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
        File.Move(file, path, overwrite: true);
    }

    /// <summary>Puts bytes into the store.</summary>
    public ContentHash Put(ReadOnlySpan<byte> bytes, string scratchFolder)
    {
        var hash = ContentHash.Of(bytes);
        Directory.CreateDirectory(scratchFolder);
        var file = Path.Combine(scratchFolder, Guid.NewGuid().ToString("N"));
        File.WriteAllBytes(file, bytes);
        Take(file, hash);
        return hash;
    }

    /// <summary>The bytes of a small object.</summary>
    /// <exception cref="DamagedObjectException">It is missing, or its bytes are not what its name says.</exception>
    public byte[] Read(ContentHash hash)
    {
        if (!Has(hash)) throw new DamagedObjectException(hash, "missing");
        var bytes = File.ReadAllBytes(PathOf(hash));
        return ContentHash.Of(bytes) == hash ? bytes : throw Damaged(hash);
    }

    /// <summary>Copies an object to a path that does not exist yet.</summary>
    /// <param name="verify">Whether to check the bytes on the way: always, unless this process has just stored them.</param>
    /// <exception cref="DamagedObjectException">It is missing, or its bytes are not what its name says; the copy is deleted.</exception>
    public void CopyOut(ContentHash hash, string path, bool verify)
    {
        if (!Has(hash)) throw new DamagedObjectException(hash, "missing");
        File.Copy(PathOf(hash), path, overwrite: true);
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
        if (!verify) return;
        using (var copy = File.OpenRead(path))
            if (ContentHash.Of(copy) == hash) return;
        File.Delete(path);
        throw Damaged(hash);
    }

    DamagedObjectException Damaged(ContentHash hash)
    {
        File.Delete(PathOf(hash));
        return new DamagedObjectException(hash, "damaged");
    }

    string PathOf(ContentHash hash)
    {
        var name = hash.ToString();
        return Path.Combine(root, name[..2], name[2..]);
    }
}

/// <summary>A stored object cannot be used; the stage that made it must run again.</summary>
sealed class DamagedObjectException(ContentHash hash, string state) : Exception($"Stored object {hash.Short} is {state}.");
