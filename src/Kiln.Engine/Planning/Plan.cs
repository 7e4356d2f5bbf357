using System.Collections.Immutable;
using System.Collections.ObjectModel;

namespace Kiln.Planning;

/// <summary>An input with its producer found. <c>Label</c> is what its fact is called: machine-independent.</summary>
sealed record PlannedInput(string Role, string Label, string Path, PlannedStage? Producer)
{
    /// <summary>What a manifest calls it.</summary>
    public string Fact => $"{Role} {Label}";

    /// <summary>Whether it is a part of the machine that Kiln runs on.</summary>
    public bool IsInstalled => Producer is null && IsInstalledAs(Role, Label);

    /// <summary>Native libraries and the programs of commands are installed where Kiln runs: another machine has others.</summary>
    public static bool IsInstalledAs(string role, string label) =>
        label.StartsWith(".kiln/", StringComparison.Ordinal) || (role == nameof(CommandStage.Program) && !label.Contains('/'));
}

/// <summary>An output with its place: relative to the workspace with forward slashes, and absolute.</summary>
sealed record PlannedOutput(string Role, string Relative, string Path, bool VariesByRun);

/// <summary>A stage as a node of the graph. Identity is the object's.</summary>
sealed class PlannedStage(Stage stage, ImmutableArray<PlannedOutput> outputs)
{
    public Stage Stage => stage;

    public string Name { get; } = stage.FullName;

    public ImmutableArray<PlannedOutput> Outputs => outputs;

    public ImmutableArray<PlannedInput> Inputs { get; set; } = [];

    /// <summary>Every stage that must come first, for data or for order, each once.</summary>
    public ImmutableArray<PlannedStage> Needs { get; set; } = [];

    /// <summary>A task has no outputs to be up to date, so it always runs.</summary>
    public bool IsTask => Outputs.IsEmpty;
}

/// <summary>What a run is to do: the stages its targets need, each after its needs.</summary>
/// <param name="Pipeline">The pipeline's name.</param>
/// <param name="Stages">In an order that respects every edge, and the declaration where that leaves a choice.</param>
/// <param name="Targets">The stages that were asked for.</param>
sealed record Plan(string Pipeline, ImmutableArray<PlannedStage> Stages, IReadOnlySet<PlannedStage> Targets)
{
    /// <summary>Stages that this run leaves alone, each with the reason.</summary>
    public IReadOnlyDictionary<PlannedStage, string> Withheld { get; init; } = ReadOnlyDictionary<PlannedStage, string>.Empty;

    /// <summary>The files and folders that no stage makes, once for each stage that reads them.</summary>
    public IEnumerable<string> Sources
    {
        get
        {
            foreach (var stage in Stages)
                foreach (var input in stage.Inputs)
                    if (input.Producer is null) yield return input.Path;
        }
    }
}
