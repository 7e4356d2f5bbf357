namespace Kiln.Caching;

/// <summary>
/// What stages have made, by hash and by fingerprint: in the workspace's own folder, or in a cache that several workspaces share.
/// A shared one that cannot be written still gives what it has; then new results are kept in the workspace.
/// </summary>
sealed class Cache
{
    Cache(CacheFolder kept, CacheFolder? alsoRead)
    {
        Objects = new ContentStore(kept, alsoRead);
        Results = new ResultStore(kept, alsoRead);
    }

    public ContentStore Objects { get; }

    public ResultStore Results { get; }

    /// <summary>What people call it: the store, or the shared folder.</summary>
    public string Name { get; private init; } = "the store";

    /// <summary>What a run should say about it, or null.</summary>
    public string? Note { get; private init; }

    /// <param name="own">The workspace's own folder.</param>
    /// <param name="shared">The cache to use in its place; null for none.</param>
    /// <exception cref="UsageException">The shared one cannot be a cache.</exception>
    public static Cache Of(string own, string? shared = null)
    {
        if (shared is null) return new Cache(new CacheFolder(own), null);
        var folder = Path.TrimEndingDirectorySeparator(Path.GetFullPath(shared));
        if (File.Exists(folder)) throw CacheErrors.NotAFolder(folder);
        if (!Directory.Exists(folder))
        {
            if (!Directory.Exists(Path.GetDirectoryName(folder))) throw CacheErrors.NowhereToBe(folder);
            Make(folder);
        }

        var cache = new CacheFolder(folder);
        return cache.IsWritable ? new Cache(cache, null) { Name = folder }
            : new Cache(new CacheFolder(own), cache) { Name = folder, Note = $"the cache {folder} can only be read; new results are kept in the workspace" };
    }

    static void Make(string folder)
    {
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw CacheErrors.CannotBeMade(folder, error);
        }
    }
}
