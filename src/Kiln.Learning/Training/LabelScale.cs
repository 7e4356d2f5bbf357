using Kiln.Learning.Models;
using Kiln.Torch;

namespace Kiln.Learning.Training;

/// <summary>A regression's values on the scale that a network learns them in: mean 0 and deviation 1 over the training rows.</summary>
/// <param name="Mean">What is subtracted.</param>
/// <param name="Deviation">What is divided by.</param>
readonly record struct LabelScale(float Mean, float Deviation)
{
    /// <summary>Leaves labels as they are.</summary>
    public static LabelScale None => new(0, 1);

    /// <summary>The scale of training labels; classes have none.</summary>
    public static LabelScale Fit(FitRows training)
    {
        if (training.Target.Task != LearningTask.Regression) return None;
        var labels = training.Labels.Span;
        var (sum, squares) = (0.0, 0.0);
        foreach (var label in labels) sum += label;
        var mean = sum / labels.Length;
        foreach (var label in labels) squares += (label - mean) * (label - mean);
        var deviation = (float)Math.Sqrt(squares / labels.Length);
        return new((float)mean, deviation > 0 ? deviation : 1);
    }

    /// <summary>Labels as losses take them: of several classes Int64 [n], else Float32 [n].</summary>
    public Tensor ToTensor(ReadOnlySpan<float> labels, LearningTask task, Device device)
    {
        if (task == LearningTask.MultiClass)
        {
            var numbers = new long[labels.Length];
            for (var row = 0; row < numbers.Length; row++) numbers[row] = (long)labels[row];
            return Tensor.From<long>(numbers, [numbers.Length], device);
        }
        var values = new float[labels.Length];
        for (var row = 0; row < values.Length; row++) values[row] = (labels[row] - Mean) / Deviation;
        return Tensor.From<float>(values, [values.Length], device);
    }

    /// <summary>Turns a network's answers back into values, in place.</summary>
    public void Undo(Span<float> answers)
    {
        if (this == None) return;
        foreach (ref var answer in answers) answer = (answer * Deviation) + Mean;
    }
}
