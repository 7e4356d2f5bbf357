using System.Collections.Immutable;
using System.ComponentModel.DataAnnotations;
using Kiln.Learning.Boosting;
using Kiln.Learning.Ensembles;
using Kiln.Learning.Evaluating;
using Kiln.Learning.LinearModels;
using Kiln.Learning.Networks;
using Kiln.Learning.Preparing;
using Kiln.Learning.Training;

namespace Kiln.Learning.Models;

/// <summary>A way to learn: exactly one of these, with its settings.</summary>
public sealed record EstimatorSettings : IValidatableObject
{
    /// <summary>The most frequent class, or the mean.</summary>
    public BaselineSettings? Baseline { get; init; }

    /// <summary>Logistic or linear regression.</summary>
    public LinearSettings? Linear { get; init; }

    /// <summary>Boosted trees.</summary>
    public XGBoostSettings? Xgboost { get; init; }

    /// <summary>A neural network.</summary>
    public NetworkSettings? Network { get; init; }

    /// <summary>Several models that answer together.</summary>
    public EnsembleSettings? Ensemble { get; init; }

    /// <summary>
    /// The same with other epochs (of boosting: rounds), seed or device, where it has such. An ensemble's members get the seed and those after it, which
    /// go on at 0 after the greatest.
    /// </summary>
    public EstimatorSettings With(int? epochs, int? seed, string? device) => this with
    {
        Xgboost = Xgboost is null ? null : Xgboost with
        {
            Rounds = epochs ?? Xgboost.Rounds,
            Seed = seed ?? Xgboost.Seed,
            Device = device is null or "auto" ? Xgboost.Device : device,
        },
        Network = Network is null ? null : Network with
        {
            Training = Network.Training with
            {
                Epochs = epochs ?? Network.Training.Epochs,
                Seed = seed ?? Network.Training.Seed,
                Device = device ?? Network.Training.Device,
            },
        },
        Ensemble = Ensemble is null ? null : Ensemble with
        {
            // Members that are alike but for their seeds stay so.
            Members = [.. Ensemble.Members.Select((member, place) => member.With(member.Model.With(epochs, seed is { } first ? (int)(((long)first + place) & int.MaxValue) : null, device)))],
        },
    };

    /// <summary>The same for exactly so many epochs, or rounds: what a fit with validation rows found to be best can be fitted so without them.</summary>
    public EstimatorSettings ForEpochs(int epochs) => this with
    {
        Xgboost = Xgboost is null ? null : Xgboost with { Rounds = epochs, Patience = 0, Monitor = Measure.Loss },
        Network = Network is null ? null : Network with { Training = Network.Training with { Epochs = epochs, Patience = 0, Monitor = Measure.Loss } },
    };

    /// <summary>Whether validation rows decide when to stop, or which epoch is best: it cannot be fitted without them.</summary>
    public bool NeedsValidation => Network?.Training is { Patience: > 0 } or { Monitor: not Measure.Loss } || Xgboost is { Patience: > 0 } or { Monitor: not Measure.Loss };

    /// <summary>Files that these settings name: a stage that fits declares each as an input, or an edit of one would go unseen.</summary>
    public IEnumerable<string> Files() => Network?.Script is { } script ? [script.File] : Ensemble?.Members.SelectMany(member => member.Model.Files()) ?? [];

    /// <summary>The device it runs on, as settings say it.</summary>
    public string Device => Network?.Training.Device ?? Xgboost?.Device
        ?? Ensemble?.Members.Select(member => member.Model.Device).FirstOrDefault(device => device != "cpu") ?? "cpu";

    /// <summary>Epochs, or rounds, at most; null where a fit has none.</summary>
    public int? Epochs => Trained?.Epochs ?? Xgboost?.Rounds ?? Ensemble?.Members.Sum(member => member.Model.Epochs);

    /// <summary>What random numbers start from, of an ensemble that of its first member with one; null where a fit has none.</summary>
    public int? Seed => Trained?.Seed ?? Xgboost?.Seed ?? Ensemble?.Members.Select(member => member.Model.Seed).FirstOrDefault(seed => seed is not null);

    /// <summary>The name of the one that is given; null where that is not one.</summary>
    internal string? Way => Ways.Where(way => way.Given is not null).Select(way => way.Name).ToArray() is [var only] ? only : null;

    /// <summary>Whether it can run on a device.</summary>
    internal bool RunsOn(string device) => Network is not null || (Xgboost is not null && device != "auto") || Ensemble?.Members.Any(member => member.Model.RunsOn(device)) == true;

    /// <summary>Whether a network of it is one that the program makes itself.</summary>
    internal bool HasOwnNetwork => Network?.Own is not null || Ensemble?.Members.Any(member => member.Model.HasOwnNetwork) == true;

    /// <summary>The most days before the last that a part of it learns from; 0 where all learn from all rows.</summary>
    internal int Days => Ensemble?.Members.Select(member => member.Days).DefaultIfEmpty().Max() ?? 0;

    /// <summary>What is set that does not go with what is learned; null for nothing.</summary>
    internal Misfit? MisfitTo(Target target) =>
        Linear?.MisfitTo(target)?.Under("linear") ?? Xgboost?.MisfitTo(target)?.Under("xgboost") ?? Network?.Training.MisfitTo(target)?.Under("network.training")
        ?? Ensemble?.Members.Select((member, place) => member.Model.MisfitTo(target)?.Under($"ensemble.members[{place}]")).FirstOrDefault(misfit => misfit is not null);

    /// <summary>What is set that does not go with what the preparation makes of the columns; null for nothing.</summary>
    internal Misfit? MisfitTo(ImmutableArray<Feature> features) =>
        Xgboost?.MisfitTo(features)?.Under("xgboost")
        ?? Ensemble?.Members.Select((member, place) => member.Model.MisfitTo(features)?.Under($"ensemble.members[{place}]")).FirstOrDefault(misfit => misfit is not null);

    /// <summary>The same but for how often checkpoints are written, which changes nothing of the model.</summary>
    internal EstimatorSettings WithoutCheckpoints() => this with
    {
        Xgboost = Xgboost is null ? null : Xgboost with { CheckpointSeconds = new XGBoostSettings().CheckpointSeconds },
        Network = Network is null ? null : Network with { Training = Network.Training with { CheckpointSeconds = new TrainingSettings().CheckpointSeconds } },
        Ensemble = Ensemble is null ? null : Ensemble with { Members = [.. Ensemble.Members.Select(member => member.With(member.Model.WithoutCheckpoints()))] },
    };

    // A module that scores as it is does not learn.
    TrainingSettings? Trained => Network is { Script: { Train: false } } ? null : Network?.Training;

    (string Name, object? Given)[] Ways => [("baseline", Baseline), ("linear", Linear), ("xgboost", Xgboost), ("network", Network), ("ensemble", Ensemble)];

    IEnumerable<ValidationResult> IValidatableObject.Validate(ValidationContext validationContext) => OneOf.Check("a model has exactly one way to learn", Ways);
}
