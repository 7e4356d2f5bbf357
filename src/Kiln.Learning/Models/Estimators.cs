using System.Diagnostics;
using Kiln.Learning.Boosting;
using Kiln.Learning.Ensembles;
using Kiln.Learning.LinearModels;
using Kiln.Learning.Networks;

namespace Kiln.Learning.Models;

/// <summary>The ways to learn that settings can ask for. Settings themselves know nothing of them: they are read at every start.</summary>
static class Estimators
{
    /// <summary>The one that is given, and its name in settings.</summary>
    /// <param name="settings">The settings.</param>
    /// <param name="target">What is learned.</param>
    /// <param name="ownNetwork">Makes the network where the settings' architecture is one's own.</param>
    /// <exception cref="KilnException">Not exactly one is given, or a setting is out of its range or does not go with the others or with the target.</exception>
    public static (string Name, Estimator Estimator) Choose(EstimatorSettings settings, Target target, Func<ModelShape, TableNetwork>? ownNetwork = null)
    {
        SettingsCheck.Whole("model", settings);
        target.Check();
        if (settings.MisfitTo(target) is { } misfit) throw ModelErrors.DoesNotFit(misfit.Under("model"), target);
        return (settings.Way!, Make(settings, ownNetwork));
    }

    /// <summary>The one that is given; the settings were checked.</summary>
    public static Estimator Make(EstimatorSettings settings, Func<ModelShape, TableNetwork>? ownNetwork) => settings switch
    {
        { Baseline: not null } => new BaselineEstimator(),
        { Linear: { } linear } => new LinearEstimator(linear),
        { Xgboost: { } xgboost } => new XGBoostEstimator(xgboost),
        { Network: { } network } => new NetworkEstimator(network, ownNetwork),
        { Ensemble: { } ensemble } => new EnsembleEstimator(ensemble, ownNetwork),
        _ => throw new UnreachableException("Settings that were checked have a way to learn."),
    };
}
