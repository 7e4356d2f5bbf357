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

    /// <summary>There is nothing to hold against each other, or what it was made from differs already.</summary>
    NotCompared,
}

/// <summary>A stage that was made again.</summary>
/// <param name="Name">The full name.</param>
/// <param name="Group">The name without the partition's key.</param>
/// <param name="Sameness">How it compares.</param>
/// <param name="Files">How many of its files were held against each other and are the same.</param>
/// <param name="Path">The first file that differs; null where none does.</param>
/// <param name="Detail">Where it differs, or why it was not compared.</param>
sealed record ReproducedStage(string Name, string Group, Sameness Sameness, int Files, string? Path, string Detail);

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
