using System.Collections.Immutable;

namespace Kiln.Registry;

/// <summary>How what was made again compares.</summary>
enum Sameness
{
    /// <summary>Every file that is to be the same has the same bytes.</summary>
    Equal,

    /// <summary>Weights differ, but by no more than the tolerance.</summary>
    Near,

    /// <summary>A file has other bytes.</summary>
    Differs,

    /// <summary>What was held against each other is the same; the rest was made from what differs already.</summary>
    PartlyEqual,

    /// <summary>There is nothing to hold against each other, or what it was made from differs already.</summary>
    NotCompared,
}

/// <summary>A stage that was made again.</summary>
/// <param name="Name">The full name.</param>
/// <param name="Group">The name without the partition's key.</param>
/// <param name="Sameness">How it compares.</param>
/// <param name="Files">How its files compare.</param>
/// <param name="Path">The first file that differs; null where none does.</param>
/// <param name="Detail">Where it differs, or why it was not compared.</param>
sealed record ReproducedStage(string Name, string Group, Sameness Sameness, ComparedFiles Files, string? Path, string Detail)
{
    /// <summary>Of a text the lines at the first byte that differs; null for anything else.</summary>
    public LinesApart? Lines { get; init; }
}

/// <summary>How many of a stage's files are the same, the same within the tolerance, differ, and were not compared: they vary by run, or were made from what differs.</summary>
sealed record ComparedFiles(int Equal, int Near, int Differing, int NotCompared)
{
    public static ComparedFiles None { get; } = new(0, 0, 0, 0);

    public ComparedFiles With(ComparedFiles others) => new(Equal + others.Equal, Near + others.Near, Differing + others.Differing, NotCompared + others.NotCompared);
}

/// <summary>What came of making a version again.</summary>
/// <param name="Version">The version.</param>
/// <param name="Stages">Its stages, each after its needs.</param>
/// <param name="Otherwise">What is otherwise on this machine than it was then.</param>
/// <param name="Seconds">How long it took.</param>
/// <param name="Tree">Where the clean tree is, where it was kept.</param>
sealed record Reproduction(string Version, ImmutableArray<ReproducedStage> Stages, ImmutableArray<string> Otherwise, double Seconds, string? Tree)
{
    /// <summary>The first stage that differs, or null.</summary>
    public ReproducedStage? First => Stages.FirstOrDefault(stage => stage.Sameness == Sameness.Differs);

    /// <summary>Whether nothing differs.</summary>
    public bool IsSame => First is null;
}
