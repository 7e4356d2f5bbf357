using System.Collections.Immutable;
using Kiln.Recording;

namespace Kiln.Registry;

/// <summary>A version's stage that read or wrote a file.</summary>
sealed record VersionSighting(string Version, string Stage, bool IsWritten, string Path, string Hash);

/// <summary>What saw a file: by its bytes, and by its path, where its bytes may have been others then.</summary>
/// <param name="Path">The path, relative to the workspace; null where a hash alone was asked for.</param>
/// <param name="Hash">The hash of the bytes; null where there is no such file now.</param>
/// <param name="Versions">The stages of registered versions that read or wrote it.</param>
/// <param name="Made">The datasets that were made from these bytes, by version.</param>
/// <param name="Runs">The runs of this workspace that read or wrote it.</param>
sealed record FileTrace(string? Path, string? Hash, ImmutableArray<VersionSighting> Versions, ImmutableArray<MadeData> Made, ImmutableArray<FileSighting> Runs)
{
    /// <summary>Whether it is a folder: its hash is of all in it.</summary>
    public bool IsFolder { get; init; }

    /// <summary>Whether nothing saw it.</summary>
    public bool IsUnseen => Versions.IsEmpty && Runs.IsEmpty;

    /// <summary>Looks through all versions, and the runs of the workspace.</summary>
    public static FileTrace Of(string? path, string? hash, IEnumerable<(VersionSummary Version, VersionDocument Document)> versions, ImmutableArray<FileSighting> runs)
    {
        var sightings = ImmutableArray.CreateBuilder<VersionSighting>();
        var made = ImmutableArray.CreateBuilder<MadeData>();
        foreach (var (version, document) in versions)
        {
            foreach (var stage in document.Stages)
            {
                sightings.AddRange(stage.Read.Distinct().Where(file => Is(file.Path, file.Hash)).Select(file => new VersionSighting(version.Name, stage.Name, false, file.Path, file.Hash)));
                sightings.AddRange(stage.Outputs.Where(output => Is(output.Key, output.Value)).Select(output => new VersionSighting(version.Name, stage.Name, true, output.Key, output.Value)));
            }

            // Where there is no file of that path now, whatever bytes it had then are meant.
            made.AddRange(new Lineage(document).MadeFrom((seen, its) => hash is null ? seen == path : its == hash).Select(file => new MadeData(version.Name, file.Path, file.Hash)));
        }

        return new(path, hash, sightings.ToImmutable(), made.ToImmutable(), runs);

        bool Is(string seen, string its) => its == hash || seen == path;
    }
}

/// <summary>A file that a version's stages made.</summary>
sealed record MadeData(string Version, string Path, string Hash);
