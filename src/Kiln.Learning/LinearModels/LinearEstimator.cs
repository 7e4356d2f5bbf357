using Kiln.Learning.Models;
using Kiln.Learning.Preparing;
using Kiln.Learning.Training;
using Kiln.Torch;

namespace Kiln.Learning.LinearModels;

/// <summary>
/// Fits linear models in double precision: values by the normal equations, classes by Newton's method on the penalized likelihood, which for
/// two classes is iteratively reweighted least squares (Hastie, Tibshirani and Friedman 2009, section 4.4.1).
/// </summary>
sealed class LinearEstimator(LinearSettings settings) : Estimator
{
    // No row is told wrongly, and each with a probability next to 1.
    const double SeparatedLoss = 1e-8;

    public override Reproducibility Reproducibility => Reproducibility.BitIdentical;

    public override string? Library => $"libtorch {TorchRuntime.Version}";

    public override FittedPredictor Fit(FitRows training, FitRows? validation, FitOptions options)
    {
        foreach (var feature in training.Features.Features)
            if (feature.Kind == FeatureKind.Category) throw LinearErrors.Category(feature.Name);
        try
        {
            TorchRuntime.Threads = settings.Threads;
            var rows = new DesignRows(training, TrainingLoss.RowWeights(new() { BalanceClasses = settings.BalanceClasses }, training));
            return training.Target.Task == LearningTask.Regression
                ? Result(LeastSquares.Solve(rows, settings.L2), training, [])
                : Newton(rows, training, options);
        }
        catch (TorchException exception)
        {
            throw ModelErrors.OfLibrary(exception);
        }
    }

    public override IPredictor Load(ModelShape shape, string folder) => LinearPredictor.Load(shape, folder);

    FittedPredictor Newton(DesignRows rows, FitRows training, FitOptions options)
    {
        using var likelihood = new Likelihood(rows, training.Target, settings.L2);
        var epochs = new List<EpochRecord>();
        while (true)
        {
            options.Cancellation.ThrowIfCancellationRequested();
            if (epochs.Count == settings.MaxIterations) throw LinearErrors.NotConverged(settings, likelihood.LargestCoefficient);
            var meter = new ResourceMeter();
            var gain = likelihood.Step();
            var epoch = new EpochRecord
            {
                Epoch = epochs.Count + 1,
                TrainingLoss = likelihood.MeanLoss,
                ValidationLoss = double.NaN,
                LearningRate = 1,
                GradientNorm = likelihood.GradientNorm,
                Resources = meter.Read(training.Rows / meter.Seconds),
            };
            epochs.Add(epoch);
            options.OnEpoch?.Invoke(epoch);
            if (gain > settings.Tolerance * (1 + likelihood.Objective)) continue;
            // Coefficients that grow for ever lower the loss less and less: that is not convergence.
            if (settings.L2 == 0 && likelihood.MeanLoss < SeparatedLoss) throw LinearErrors.NotConverged(settings, likelihood.LargestCoefficient);
            return Result(likelihood.Coefficients(), training, epochs);
        }
    }

    static FittedPredictor Result(double[] coefficients, FitRows training, List<EpochRecord> epochs) => new(
        new LinearPredictor(new() { Features = training.Features.Features, Target = training.Target }, coefficients),
        new() { Epochs = [.. epochs], BestEpoch = epochs.Count, Parameters = coefficients.Length, Rows = training.Rows });
}
