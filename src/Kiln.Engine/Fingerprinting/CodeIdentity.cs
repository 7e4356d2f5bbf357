using System.Collections.Concurrent;
using System.Collections.Immutable;
using Kiln.Caching;
using Kiln.Fingerprinting.CodeReading;

namespace Kiln.Fingerprinting;

/// <summary>
/// The code a stage can reach, as facts: the hash of its methods' IL and of what else of the solution they use, the packages it reaches by
/// version and hash, and native libraries by hash.
/// </summary>
/// <param name="folder">Where what is known of the program is kept, and the listings behind the hashes.</param>
/// <param name="hashes">The hashes of native libraries.</param>
sealed class CodeIdentity(string folder, FileHashes hashes)
{
    static readonly ConcurrentDictionary<Type, StageCode> ReadInThisProcess = new();
    static readonly Program Program = new();

    readonly ConcurrentDictionary<Type, (StageCode Code, ImmutableArray<Fact> Facts)> _facts = new();
    readonly Lazy<KnownCode> _known = new(() => KnownCode.Load(Path.Combine(folder, "known")));

    /// <summary>The facts of a stage's class, in an order of their own.</summary>
    public ImmutableArray<Fact> Of(Type stage) => Look(stage).Facts;

    /// <summary>Where a stage's class runs code that no reference leads to, a sentence each.</summary>
    public ImmutableArray<string> Unfollowed(Type stage) => Look(stage).Code.Unfollowed;

    /// <summary>What changed between two values of a code fact; nothing where a listing is not at hand.</summary>
    public ImmutableArray<string> Changes(string before, string now) => Listing(before) is { } earlier && Listing(now) is { } later ? [.. later.ChangesSince(earlier)] : [];

    /// <summary>Keeps what was learned of the program, and the listings.</summary>
    public void Save()
    {
        foreach (var (code, _) in _facts.Values)
            if (code.Listing is { } listing && PathOf(listing.Hash.ToString()) is var path && !File.Exists(path)) AtomicFile.Write(path, listing.Bytes);
        if (_known is { IsValueCreated: true, Value.Changed: true })
            lock (Program) _known.Value.Save(Program);
    }

    (StageCode Code, ImmutableArray<Fact> Facts) Look(Type stage) => _facts.GetOrAdd(stage, static (stage, self) =>
    {
        var code = self._known.Value.Find(stage) ?? self.Read(stage);
        return (code, [.. code.Facts, .. code.Libraries.Select(self.Hashed)]);
    }, this);

    StageCode Read(Type stage)
    {
        var code = ReadInThisProcess.GetOrAdd(stage, static stage =>
        {
            lock (Program) return StageCode.Read(stage, Program);
        });
        _known.Value.Add(stage, code);
        return code;
    }

    Fact Hashed(UsedLibrary library) =>
        new(FactKind.Code, "library " + library.Path, hashes.Of(NativeTools.LibraryPath(library.Path, library.Variable))?.ToString() ?? "not there");

    CodeListing? Listing(string hash)
    {
        foreach (var (code, _) in _facts.Values)
            if (code.Listing is { } listing && listing.Hash.ToString() == hash) return listing;
        return hash.Length == 2 * ContentHash.Size ? CodeListing.TryRead(PathOf(hash)) : null;
    }

    string PathOf(string hash) => Path.Combine(folder, hash);
}
