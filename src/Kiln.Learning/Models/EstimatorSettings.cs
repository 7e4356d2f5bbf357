using Kiln.Learning.Boosting;
using Kiln.Learning.Ensembles;
using Kiln.Learning.LinearModels;
using Kiln.Learning.Networks;

namespace Kiln.Learning.Models;

/// <summary>A way to learn: exactly one of these, with its settings.</summary>
public sealed record EstimatorSettings
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

    /// <summary>The same with other epochs (of boosting: rounds), seed or device, where it has such.</summary>
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
            Members = [.. Ensemble.Members.Select((member, place) => member.With(member.Model.With(epochs, seed + place, device)))],
        },
    };

    /// <summary>Whether validation rows say when to stop; then <see cref="With"/> that many epochs it can be fitted without them.</summary>
    public bool StopsEarly => Network?.Training.Patience > 0 || Xgboost?.Patience > 0;

    /// <summary>Files that these settings name: a stage that fits declares each as an input, or an edit of one would go unseen.</summary>
    public IEnumerable<string> Files() => Network?.Script is { } script ? [script.File] : Ensemble?.Members.SelectMany(member => member.Model.Files()) ?? [];

    /// <summary>The device it runs on, as settings say it.</summary>
    public string Device => Network?.Training.Device ?? Xgboost?.Device
        ?? Ensemble?.Members.Select(member => member.Model.Device).FirstOrDefault(device => device != "cpu") ?? "cpu";

    /// <summary>Epochs, or rounds, at most; null where a fit has none.</summary>
    public int? Epochs => Network?.Training.Epochs ?? Xgboost?.Rounds ?? Ensemble?.Members.Sum(member => member.Model.Epochs);
}
