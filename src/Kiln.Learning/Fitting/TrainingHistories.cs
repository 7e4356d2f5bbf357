using System.Collections.Immutable;
using Kiln.Learning.Models;
using Kiln.Learning.Reporting;
using Kiln.Learning.Training;

namespace Kiln.Learning.Fitting;

/// <summary>The courses of a fit's epochs or rounds, as pages draw them: one a model, one a member of an ensemble.</summary>
public static class TrainingHistories
{
    /// <param name="model">How it was fitted.</param>
    /// <param name="target">What was learned.</param>
    /// <param name="record">What the fit came to.</param>
    public static ImmutableArray<TrainingHistory> Of(EstimatorSettings model, Target target, FitRecord record) => model.Ensemble is { } ensemble
        ? [.. ensemble.Members.Zip(record.Members, (member, fit) => Of(member.Model, target, fit)).SelectMany((fits, place) => fits.Select(fit => fit with { Name = $"Member {place + 1}, {fit.Name}" }))]
        : record.Epochs.IsEmpty ? [] : [One(model, target, record)];

    static TrainingHistory One(EstimatorSettings model, Target target, FitRecord record)
    {
        var measure = record.Epochs.SelectMany(epoch => epoch.Validation.Keys).FirstOrDefault();
        return new()
        {
            Name = model.Xgboost is null ? "network" : "boosted trees",
            Step = model.Xgboost is null ? "Epoch" : "Round",
            Loss = LossOf(model, target),
            Metric = measure ?? "",
            BestEpoch = record.BestEpoch,
            Points =
            [
                .. record.Epochs.Select(epoch => new TrainingCurvePoint
                {
                    Epoch = epoch.Epoch,
                    TrainingLoss = epoch.TrainingLoss,
                    ValidationLoss = epoch.ValidationLoss,
                    ValidationMetric = measure is null ? double.NaN : epoch.Validation.GetValueOrDefault(measure, double.NaN),
                }),
            ],
        };
    }

    static string LossOf(EstimatorSettings model, Target target) => (model.Network?.Training.Loss, target.Task) switch
    {
        (LossKind.Focal, _) => "Focal loss",
        (LossKind.Absolute, _) => "Mean absolute error of learned values",
        (LossKind.Huber, _) => "Huber loss of learned values",
        (_, LearningTask.Binary) => "Binary cross entropy",
        (_, LearningTask.MultiClass) => "Cross entropy",
        (LossKind.Likelihood, _) => "Mean squared error of learned values",
        _ => model.Xgboost?.Objective == "count:poisson" ? "Negative log likelihood" : "RMSE of learned values",
    };
}
