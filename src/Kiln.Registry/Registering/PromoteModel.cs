using Kiln.Learning.Fitting;
using Kiln.Learning.Gates;
using Kiln.Learning.Models;
using Kiln.Learning.Reporting;
using Kiln.Learning.Reviewing;

namespace Kiln.Registry;

/// <summary>Where <c>--target Promote</c> moves a model.</summary>
[SettingsSection("promote")]
public sealed record PromoteSettings
{
    /// <summary>The stage.</summary>
    public ModelStage To { get; init; } = ModelStage.Staging;

    /// <summary>Why; it stands in the history.</summary>
    public string Reason { get; init; } = "";
}

/// <summary>Moves the version that <see cref="RegisterModel"/> added on, as <c>models promote</c> does. One that stands there already, or in production where it should come into staging, stays; one that was archived is not brought back.</summary>
[TaskName("Promote"), TaskDescription("Moves the registered model to the stage that promote.to names."), IsDependentOn(typeof(RegisterModel)), UsesNetwork, OnDemand]
public sealed class PromoteModel(string pipeline, LearnedModel model, PromoteSettings settings) : Stage
{
    /// <summary>The libraries that score.</summary>
    public Inputs<PlainFile> Libraries { get; } = LearningLibraries.All;

    /// <summary>The model.</summary>
    public Input<ModelFolder> Model { get; } = model.Model;

    /// <summary>Its figures.</summary>
    public Input<Json<ModelReview>> Review { get; } = model.Review;

    /// <summary>Its card.</summary>
    public Input<Page> Card { get; } = model.Card;

    /// <summary>What the gate decided.</summary>
    public Input<Json<GateDecision>> Decision { get; } = model.Decision;

    /// <inheritdoc/>
    protected override Task RunAsync(StageRun run)
    {
        using var registry = ModelRegistry.Open(RegistryPlace.Of(run.Workspace), RegistryAccess.Change);
        var seen = registry.ProductionLine(pipeline);
        var version = registry.Find(pipeline, VersionIdentity.Of(run.Facts, model)) ?? throw RegistryErrors.NotRegistered(pipeline);
        if (version.Stage == settings.To || (version.Stage, settings.To) is (ModelStage.Production, ModelStage.Staging))
        {
            run.Conclude($"{version.Name} {RegistryWords.Standing(version.Stage)} already");
            return Task.CompletedTask;
        }
        if (version.Stage == ModelStage.Archived) throw RegistryErrors.NotBroughtBack(version);
        if (settings.To != ModelStage.Archived) registry.CheckFit(version);
        var (moved, displaced) = registry.Promote(new(pipeline, version.Number, null), settings.To, Actor.Name, settings.Reason, seen);
        run.Conclude(RegistryWords.Moved(version, moved, displaced));
        return Task.CompletedTask;
    }
}

/// <summary>Adds the stages by which a pipeline's model comes into the registry; they run only where they are asked for.</summary>
public static class Registration
{
    /// <summary>Adds <c>Register</c> and <c>Promote</c>.</summary>
    public static void AddRegistration(this PipelineBuilder pipeline, LearnedModel model)
    {
        pipeline.Add(new RegisterModel(pipeline.Name, model));
        pipeline.Add(new PromoteModel(pipeline.Name, model, pipeline.Settings<PromoteSettings>()));
    }
}
