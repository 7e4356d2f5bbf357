using System.Collections.Immutable;
using Kiln.Data;
using Kiln.Learning.Fitting;
using Kiln.Learning.Gates;
using Kiln.Learning.Models;
using Kiln.Learning.Reporting;
using Kiln.Learning.Reviewing;

namespace Kiln.Registry;

/// <summary>Adds the model to the registry, with all that made it. One that is there already stays as it is: registering again adds nothing.</summary>
[TaskName("Register"), TaskDescription("Adds the model to the registry as a version; one that is there already stays."), UsesNetwork, OnDemand]
public sealed class RegisterModel(string pipeline, LearnedModel model) : Stage
{
    /// <summary>The libraries that score.</summary>
    public Inputs<PlainFile> Libraries { get; } = LearningLibraries.All;

    /// <summary>The model.</summary>
    public Input<ModelFolder> Model { get; } = model.Model;

    /// <summary>The rows it was judged on; the first of them are kept, with its answers, to see later that it still answers so.</summary>
    public Input<Table> Test { get; } = model.Test;

    /// <summary>The model card.</summary>
    public Input<Page> Card { get; } = model.Card;

    /// <summary>The model card as Markdown.</summary>
    public Input<PlainFile> Markdown { get; } = model.Markdown;

    /// <summary>The figures on the test rows.</summary>
    public Input<Json<ModelReview>> Review { get; } = model.Review;

    /// <summary>What each of its criteria found.</summary>
    public Input<Json<GateReport>> Verdicts { get; } = model.Verdicts;

    /// <summary>What the gate decided.</summary>
    public Input<Json<GateDecision>> Decision { get; } = model.Decision;

    /// <inheritdoc/>
    protected override Task RunAsync(StageRun run)
    {
        CardCheck.Demand(Markdown.Path, run.Open(Markdown).ReadText(), run.Open(Card).Read());
        using var registry = ModelRegistry.Open(RegistryPlace.Of(run.Workspace));
        var identity = VersionIdentity.Of(run.Facts, model);
        var (version, said) = registry.Find(pipeline, identity) is { } known ? Known(run, registry, known) : Added(run, registry, identity);
        run.Conclude($"{version.Name} {said}");
        Last = version;
        return Task.CompletedTask;
    }

    /// <summary>The version that this process added, or found there, for the command that runs the pipeline.</summary>
    internal static VersionSummary? Last { get; private set; }

    (VersionSummary Version, string Said) Known(StageRun run, ModelRegistry registry, VersionSummary version)
    {
        var document = registry.Document(version);
        var isRestored = registry.Files.FaultOf(version, document) is not null;
        if (isRestored) registry.Files.Restore(version, document, folder => Fill(run, folder));
        return (version, $"is this model already, with this card; it {RegistryWords.Standing(version.Stage)}{(isRestored ? ". Its files, which were not as they were registered, were brought back" : "")}");
    }

    (VersionSummary Version, string Said) Added(StageRun run, ModelRegistry registry, string identity)
    {
        var (facts, decision) = (run.Facts, run.Open(Decision).Read());
        var metrics = run.Open(Review).Read().Metrics.Where(metric => metric.Estimate is not null).ToImmutableSortedDictionary(metric => metric.Metric, metric => metric.Estimate!.Value, StringComparer.Ordinal);
        var described = run.Open(Model).Describe();
        var files = registry.Files.Keep(identity, folder => Fill(run, folder));
        var (version, _) = registry.Register(new()
        {
            Model = pipeline,
            Pipeline = pipeline,
            Run = facts.Run,
            Commit = facts.Git?.Commit ?? "",
            IsDirty = facts.Git?.IsDirty ?? true,
            Patch = facts.Git?.Patch ?? "",
            Differing = facts.Git?.Differing ?? [],
            Overrides = facts.Overrides,
            Environment = facts.Environment,
            Metrics = metrics,
            Verdicts = run.Open(Verdicts).Read(),
            Gate = decision,
            Inputs = described.Inputs,
            Target = described.Target,
            Folder = VersionIdentity.HashOf(facts, Model.Path),
            ModelPath = Model.Path,
            Files = files,
            Stages = [.. facts.Upstream.Select(Made)],
        }, identity, Actor.Name);
        var dirt = !version.IsDirty ? "" : facts.Git is { Commit.Length: > 0 } git ? $", from a tree that no commit holds: {RegistryWords.Few(git.Differing)}" : ", from a tree that no commit holds";
        return (version, $"is registered: {RegistryWords.Of(version.Gate)}{dirt}");
    }

    /// <summary>Writes a version's files into a folder.</summary>
    void Fill(StageRun run, string folder)
    {
        var opened = run.Open(Model);
        Copy(opened.Path, Path.Combine(folder, VersionFiles.Model));
        File.WriteAllText(Path.Combine(folder, VersionFiles.Card), run.Open(Card).Read());
        File.Copy(run.Open(Markdown).Path, Path.Combine(folder, VersionFiles.Markdown));
        VersionSample.Write(folder, opened, run.Open(Test));
    }

    internal static MadeStage Made(StageRecord stage) => new(
        stage.Name, stage.Group, stage.Needs, stage.Fingerprint, stage.Run, stage.Commit, stage.Started, stage.Seconds, Sorted(stage.Settings), Sorted(stage.Code), Sorted(stage.Inputs), Sorted(stage.Outputs))
    {
        Varying = stage.Varying,
        UsesNetwork = stage.UsesNetwork,
    };

    static ImmutableSortedDictionary<string, string> Sorted(ImmutableArray<(string Key, string Value)> pairs) =>
        pairs.DistinctBy(pair => pair.Key).ToImmutableSortedDictionary(pair => pair.Key, pair => pair.Value, StringComparer.Ordinal);

    static void Copy(string from, string to)
    {
        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
    }
}
