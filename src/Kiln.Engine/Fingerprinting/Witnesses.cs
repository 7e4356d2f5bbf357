using System.Collections.Concurrent;

namespace Kiln.Fingerprinting;

/// <summary>A file or folder as it was when somebody looked at it. A class, so that lists of it are code that exists when the program starts.</summary>
/// <param name="Path">Its absolute path.</param>
/// <param name="Stamp">Its stamp, taken before anything was read; null where there was nothing.</param>
/// <param name="Of">What is to be compared.</param>
sealed record Witness(string Path, FileStamp? Stamp, WitnessOf Of)
{
    /// <summary>Whether what was seen could be told from a later change of it, had that come right after looking.</summary>
    public bool IsRacyAt(long nanoseconds) => Of != WitnessOf.Presence && Stamp?.IsRacyAt(nanoseconds) == true;
}

enum WitnessOf : byte
{
    /// <summary>The stamp of the entry itself: of a link, the link's own.</summary>
    Entry,

    /// <summary>The stamp of what links lead to.</summary>
    Target,

    /// <summary>Only whether there is something, behind links.</summary>
    Presence,
}

/// <summary>The files and folders that decisions came from. While all of them have the stamps they had, the decisions stand. Safe to use from several threads.</summary>
sealed class Witnesses
{
    readonly ConcurrentQueue<Witness> _all = [];

    public IEnumerable<Witness> All => _all;

    public void Saw(string path, FileStamp? stamp, WitnessOf of = WitnessOf.Entry) => _all.Enqueue(new Witness(path, stamp, of));

    /// <summary>Takes note of a file that is about to be read, behind links.</summary>
    public void Look(string path) => Saw(path, FileStamp.OfTarget(path), WitnessOf.Target);
}
