using System.ComponentModel.DataAnnotations;
using Kiln.Learning.Models;

namespace Kiln.Learning.Evaluating;

/// <summary>What a model's answers go through last, so that of rows given 0.3 three in ten are positive.</summary>
public enum CalibrationMethod
{
    /// <summary>Nothing: they stay as they are.</summary>
    None,

    /// <summary>A sigmoid of the log odds (<see cref="PlattScaling"/>); two classes.</summary>
    Platt,

    /// <summary>A function that never falls (<see cref="IsotonicScaling"/>); two classes.</summary>
    Isotonic,

    /// <summary>One temperature (<see cref="TemperatureScaling"/>); two classes or several.</summary>
    Temperature,
}

/// <summary>How the model is calibrated, on rows that it has not learned from.</summary>
[SettingsSection("calibration")]
public sealed record CalibrationSettings
{
    /// <summary>How; none by default.</summary>
    public CalibrationMethod Method { get; init; }

    /// <summary>Rows that count, at the least; null: 1,000 for an isotonic function, which has many steps to find, else 100.</summary>
    [Range(10, int.MaxValue)]
    public int? LeastRows { get; init; }

    /// <summary>Rows of each class that count, at the least.</summary>
    [Range(2, int.MaxValue)]
    public int LeastOfEachClass { get; init; } = 10;

    /// <summary>Whether anything is to be calibrated.</summary>
    public bool IsAsked => Method != CalibrationMethod.None;

    /// <summary>These settings, unless they do not go with what is learned: a pipeline asks when it is declared.</summary>
    /// <exception cref="KilnException">Values are learned, or several classes, and the method is not for such.</exception>
    public CalibrationSettings Accept(Target target) => Method.MisfitTo(target.Task) is { } reason ? throw EvaluatingErrors.CalibrationMisfit(Method, target, reason) : this;

    /// <summary>Fits the calibrator to validation rows.</summary>
    /// <exception cref="KilnException">There are too few of them, they have no meaning, or nothing can be fitted to them.</exception>
    public Calibrator Fit(JudgedRows validation, Target target)
    {
        validation.Check();
        var counts = validation.RowsOfClasses();
        var least = LeastRows ?? (Method == CalibrationMethod.Isotonic ? 1000 : 100);
        if (counts.Sum() < least) throw EvaluatingErrors.TooFewToCalibrate(Method, "rows", counts.Sum(), "calibration.leastRows", least);
        if (Array.FindIndex(counts, count => count < LeastOfEachClass) is >= 0 and var rare)
            throw EvaluatingErrors.TooFewToCalibrate(Method, $"rows of {target.Column} {target.Classes[rare]}", counts[rare], "calibration.leastOfEachClass", LeastOfEachClass);
        return Calibrator.Fit(Method, validation);
    }
}

/// <summary>What the methods are for.</summary>
static class CalibrationMethods
{
    /// <summary>Why a method does not go with what is answered; null where it does.</summary>
    public static string? MisfitTo(this CalibrationMethod method, LearningTask task) => (method, task) switch
    {
        (CalibrationMethod.None, _) => null,
        (_, LearningTask.Regression) => "only probabilities are calibrated",
        (not CalibrationMethod.Temperature, LearningTask.MultiClass) => "it calibrates the one score of two classes; temperature calibrates several",
        _ => null,
    };
}
