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

    /// <summary>What the gate decided.</summary>
    public Input<Json<GateDecision>> Decision { get; } = model.Decision;

    /// <inheritdoc/>
    protected override Task RunAsync(StageRun run)
    {
        CardCheck.Demand(Markdown.Path, run.Open(Markdown).ReadText());
        var place = RegistryPlace.Of(run.Workspace);
        using var registry = ModelRegistry.Open(place);
        var (facts, folder) = (run.Facts, run.Open(Model));
        var metrics = run.Open(Review).Read().Metrics.Where(metric => metric.Estimate is not null).ToImmutableSortedDictionary(metric => metric.Metric, metric => metric.Estimate!.Value, StringComparer.Ordinal);
        var identity = VersionIdentity.Of(facts, [Model.Path, Review.Path, Decision.Path]);
        var files = registry.Files.Keep(identity, kept =>
        {
            Copy(folder.Path, Path.Combine(kept, VersionFiles.Model));
            File.WriteAllText(Path.Combine(kept, VersionFiles.Card), run.Open(Card).Read());
            File.Copy(run.Open(Markdown).Path, Path.Combine(kept, VersionFiles.Markdown));
            VersionSample.Write(kept, folder, run.Open(Test));
        });
        var described = folder.Describe();
        var (version, isNew) = registry.Register(new()
        {
            Model = pipeline,
            Pipeline = pipeline,
            Run = facts.Run,
            Commit = facts.Git?.Commit ?? "",
            IsDirty = facts.Git?.IsDirty ?? true,
            Patch = facts.Git?.Patch ?? "",
            Overrides = facts.Overrides,
            Environment = facts.Environment,
            Metrics = metrics,
            Gate = run.Open(Decision).Read(),
            Inputs = described.Inputs,
            Target = described.Target,
            Folder = VersionIdentity.HashOf(facts, Model.Path),
            ModelPath = Model.Path,
            Files = files,
            Stages = [.. facts.Upstream.Select(Made)],
        }, identity, Actor.Name);
        if (!isNew) registry.Files.Checked(version, registry.Document(version));
        run.Conclude(isNew ? $"{version.Name} is registered: {RegistryWords.Of(version.Gate)}{(version.IsDirty ? ", from a tree that no commit holds" : "")}" : $"{version.Name} is this model already; it stands in {RegistryWords.Of(version.Stage)}");
        return Task.CompletedTask;
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
