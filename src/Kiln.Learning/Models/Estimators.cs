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
    /// <param name="ownNetwork">Makes the network where the settings' architecture is one's own.</param>
    /// <exception cref="KilnException">Not exactly one is given.</exception>
    public static (string Name, Estimator Estimator) Choose(EstimatorSettings settings, Func<ModelShape, TableNetwork>? ownNetwork = null)
    {
        (string Name, Func<Estimator>? Make)[] all =
        [
            ("baseline", settings.Baseline is null ? null : () => new BaselineEstimator()),
            ("linear", settings.Linear is { } linear ? () => new LinearEstimator(linear) : null),
            ("xgboost", settings.Xgboost is { } xgboost ? () => new XGBoostEstimator(xgboost) : null),
            ("network", settings.Network is { } network ? () => new NetworkEstimator(network, ownNetwork) : null),
            ("ensemble", settings.Ensemble is { } ensemble ? () => new EnsembleEstimator(ensemble, ownNetwork) : null),
        ];
        var given = all.Where(pair => pair.Make is not null).ToArray();
        return given is [var (name, make)] ? (name, make!()) : throw ModelErrors.NotOneEstimator(given.Select(pair => pair.Name), all.Select(pair => pair.Name));
    }
}
