using System.Collections.Immutable;
using System.Text;
using Kiln.Caching;
using Kiln.Fingerprinting;

namespace Kiln.Registry;

/// <summary>What differed from a commit: git's patch, and the hashes of files that git did not know.</summary>
/// <param name="Differences">The patch; empty where there is none.</param>
/// <param name="Untracked">The files that git did not know, by their paths from the repository's root.</param>
sealed record DirtyPatch(byte[] Differences, ImmutableArray<(string Path, string Hash)> Untracked)
{
    static ReadOnlySpan<byte> Mark => "untracked "u8;

    public static DirtyPatch None { get; } = new([], []);

    /// <summary>What differed where a version was made; null where that is no longer kept.</summary>
    public static DirtyPatch? Find(VersionDocument document, KeptResults kept)
    {
        if (!document.IsDirty) return None;
        if (!ContentHash.TryParse(document.Patch, out var hash) || kept.Find(hash) is not { } stored) return null;
        var bytes = File.ReadAllBytes(stored);
        return ContentHash.Of(bytes) == hash ? Read(bytes) : null;
    }

    /// <summary>Reads it as runs keep it: after the patch a line for each file that git did not know.</summary>
    public static DirtyPatch Read(byte[] kept)
    {
        var untracked = ImmutableArray.CreateBuilder<(string, string)>();
        var end = kept.Length;
        while (end > 0)
        {
            var begin = kept.AsSpan(0, end - 1).LastIndexOf((byte)'\n') + 1;
            var line = kept.AsSpan(begin, end - 1 - begin);
            if (!line.StartsWith(Mark) || Encoding.UTF8.GetString(line[Mark.Length..]).Split(' ', 2) is not [var hash, var path] || !(ContentHash.TryParse(hash, out _) || hash is "gone" or "unreadable")) break;
            untracked.Insert(0, (path, hash));
            end = begin;
        }
        return new(kept[..end], untracked.ToImmutable());
    }
}
