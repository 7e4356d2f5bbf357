namespace Kiln.Learning.Models;

/// <summary>A way to learn, with its settings: <c>Fit</c> gives what answers for prepared rows.</summary>
public abstract class Estimator
{
    /// <summary>Learns from training rows. Validation rows say when to stop, where the way to learn goes in epochs.</summary>
    /// <exception cref="KilnException">Settings or rows cannot be learned from, or the fit diverged.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public abstract FittedPredictor Fit(FitRows training, FitRows? validation, FitOptions options);

    /// <summary>Reads back what <see cref="IPredictor.Save"/> wrote.</summary>
    /// <exception cref="KilnException">The files are not those of such a model.</exception>
    public abstract IPredictor Load(ModelShape shape, string folder);

    /// <summary>How repeatable a fit with these settings is.</summary>
    public abstract Reproducibility Reproducibility { get; }

    /// <summary>The version of the library that does the arithmetic; null where it is Kiln's own.</summary>
    public abstract string? Library { get; }
}

/// <summary>A predictor, and how it came about.</summary>
public sealed record FittedPredictor(IPredictor Predictor, FitRecord Record)
{
    /// <summary>The same, with what it was fitted from in its record.</summary>
    internal FittedPredictor From(EstimatorSettings settings, FitRows rows) => this with
    {
        Record = Record with
        {
            Seed = settings.Network?.Training.Seed ?? settings.Xgboost?.Seed,
            Data = Record.Members.IsEmpty ? DataStatistics.Of(rows) : null,
        },
    };
}

/// <summary>How repeatable a fit is.</summary>
public enum Reproducibility
{
    /// <summary>The same bits on any processor of the family, with the same libraries.</summary>
    BitIdentical,

    /// <summary>The same bits on the same kind of GPU, with the same libraries.</summary>
    BitIdenticalOnDevice,

    /// <summary>Equal but for rounding, which differs from run to run.</summary>
    Rounding,
}
