using System.Collections.Immutable;
using System.Diagnostics;
using Kiln.Learning.Models;
using Kiln.Torch;

namespace Kiln.Learning.Training;

/// <summary>The loss that settings ask for, and how much each row counts in it.</summary>
static class TrainingLoss
{
    public static Loss Make(TrainingSettings settings, Target target) => (settings.Loss, target.Task) switch
    {
        (LossKind.Likelihood, LearningTask.Binary) => new BCEWithLogitsLoss(),
        (LossKind.Likelihood, LearningTask.MultiClass) => new CrossEntropyLoss(labelSmoothing: settings.LabelSmoothing),
        (LossKind.Likelihood, LearningTask.Regression) => new MSELoss(),
        (LossKind.Focal, LearningTask.Binary) => new BinaryFocalLoss(settings.FocalGamma),
        (LossKind.Focal, LearningTask.MultiClass) => new FocalLoss(settings.FocalGamma),
        (LossKind.Absolute, LearningTask.Regression) => new L1Loss(),
        (LossKind.Huber, LearningTask.Regression) => new HuberLoss(),
        (var loss, var task) => throw new UnreachableException($"{loss} of {task}: settings are checked."),
    };

    /// <summary>Labels of two classes, with a share of each spread over both.</summary>
    public static Tensor Smooth(Tensor labels, TrainingSettings settings, Target target) =>
        settings.LabelSmoothing == 0 || target.Task != LearningTask.Binary ? labels : (labels * (1 - settings.LabelSmoothing)) + (settings.LabelSmoothing / 2);

    /// <summary>Each row's weight times its class's; empty where all count the same.</summary>
    /// <exception cref="KilnException">No row counts, or all together count for more than single precision can reckon with.</exception>
    public static ReadOnlyMemory<float> RowWeights(TrainingSettings settings, FitRows rows)
    {
        var classes = ClassWeights(settings, rows);
        if (classes.IsEmpty && rows.Weights.IsEmpty) return default;
        var weights = new float[rows.Rows];
        for (var row = 0; row < weights.Length; row++)
            weights[row] = (rows.Weights.IsEmpty ? 1 : rows.Weights.Span[row]) * (classes.IsEmpty ? 1 : (float)classes[(int)rows.Labels.Span[row]]);
        return CheckedSum(weights, rows);
    }

    static float[] CheckedSum(float[] weights, FitRows rows)
    {
        var sum = 0.0;
        foreach (var weight in weights) sum += weight;
        if (!(sum <= Examples.MostWeight)) throw TrainingErrors.WeightsTooLarge(rows.Rows, sum);
        return sum > 0 ? weights : throw TrainingErrors.NothingCounts(rows.Rows);
    }

    // Balanced as scikit-learn's class_weight: rows / (classes · rows of the class).
    static ImmutableArray<double> ClassWeights(TrainingSettings settings, FitRows rows)
    {
        var given = settings.ClassWeights;
        if (given.IsEmpty && !settings.BalanceClasses) return [];
        var classes = rows.Target.Classes.Length;
        var counts = new int[classes];
        foreach (var label in rows.Labels.Span) counts[(int)label]++;
        return [.. Enumerable.Range(0, classes).Select(number =>
            (given.IsEmpty ? 1 : given[number]) * (settings.BalanceClasses ? (double)rows.Rows / classes / Math.Max(1, counts[number]) : 1))];
    }
}
