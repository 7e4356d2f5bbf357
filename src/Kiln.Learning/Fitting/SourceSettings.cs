namespace Kiln.Learning.Fitting;

/// <summary>Where a pipeline's data come from.</summary>
public sealed record SourceSettings
{
    /// <summary>A folder that has the files already; null to fetch them.</summary>
    public string? Path { get; init; }

    /// <summary>An address to fetch from in place of each file's own, such as http://localhost:8000/data; checksums hold all the same.</summary>
    [NotFingerprinted]
    public string? Mirror { get; init; }
}

/// <summary>A file that somebody publishes, and how to tell that it is the one.</summary>
public sealed record PublishedFile
{
    /// <summary>What it is called here, and in a folder of one's own.</summary>
    public required string Name { get; init; }

    /// <summary>Where it is published.</summary>
    public required string Address { get; init; }

    /// <summary>The checksum of the file as it is kept: sha256 or md5, a colon, the hash in lower case.</summary>
    public required string Checksum { get; init; }

    /// <summary>Where the address gives a zip archive: the entry that is kept.</summary>
    public string? Entry { get; init; }
}
