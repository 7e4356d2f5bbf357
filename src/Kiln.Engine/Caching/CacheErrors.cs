using Kiln.Fingerprinting;

namespace Kiln.Caching;

static class CacheErrors
{
    public static UsageException NotAFolder(string path) => new("The cache is a file, not a folder:", [("KILN_CACHE", path)], "Name a folder, or unset it to use the workspace's own.");

    public static UsageException NowhereToBe(string path) => new(
        "The folder that the cache is to stand in is not there:", [("KILN_CACHE", path)], "Mount or make that folder, or unset it to use the workspace's own.");

    public static UsageException CannotBeMade(string path, Exception inner) => new(
        "The folder of the cache cannot be made:", [("KILN_CACHE", path), ("reason", inner.Message)], "Name another folder, or unset it to use the workspace's own.");
}

/// <summary>A stored object cannot be used; the stage that made it must run again.</summary>
sealed class DamagedObjectException(ContentHash hash, string state) : Exception($"Stored object {hash.Short} is {state}.");
