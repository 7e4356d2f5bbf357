using Kiln.Learning.Networks;
using Kiln.Torch;

namespace Kiln.Learning.Models;

/// <summary>What every model has to beat: each class by its share of the training rows, or their mean value. It has no settings.</summary>
public sealed record BaselineSettings;

/// <summary>Answers every row with the training rows' weighted mean: the same for all.</summary>
sealed class BaselineEstimator : Estimator
{
    public override Reproducibility Reproducibility => Reproducibility.BitIdentical;

    public override string? Library => null;

    public override FittedPredictor Fit(FitRows training, FitRows? validation, FitOptions options)
    {
        var sums = new double[training.Target.Outputs];
        var total = 0.0;
        for (var row = 0; row < training.Rows; row++)
        {
            var weight = training.Weights.IsEmpty ? 1 : training.Weights.Span[row];
            var label = training.Labels.Span[row];
            if (training.Target.Task == LearningTask.MultiClass) sums[(int)label] += weight;
            else sums[0] += weight * label;
            total += weight;
        }
        return new(new BaselinePredictor(Array.ConvertAll(sums, sum => (float)(sum / total))), new() { Parameters = sums.Length, Rows = training.Rows });
    }

    public override IPredictor Load(ModelShape shape, string folder)
    {
        using var file = SafeTensors.Read(Path.Combine(folder, NetworkPredictor.FileName));
        if (!file.Tensors.TryGetValue(BaselinePredictor.Name, out var tensor) || !tensor.Shape.SequenceEqual([shape.Target.Outputs]))
            throw ModelErrors.NotAModel(folder, $"{NetworkPredictor.FileName} has no {BaselinePredictor.Name} for {shape.Target.Outputs} outputs");
        return new BaselinePredictor(tensor.AllFinite() ? tensor.ToArray<float>() : throw ModelErrors.NotFinite(folder, NetworkPredictor.FileName, BaselinePredictor.Name));
    }
}

sealed class BaselinePredictor(float[] means) : IPredictor
{
    public const string Name = "means";

    public void Predict(ReadOnlySpan<float> rows, Span<float> answers)
    {
        for (var start = 0; start < answers.Length; start += means.Length) means.CopyTo(answers[start..]);
    }

    public void Save(string folder)
    {
        using var tensor = Tensor.From<float>(means, [means.Length]);
        SafeTensors.Write(Path.Combine(folder, NetworkPredictor.FileName), new Dictionary<string, Tensor> { [Name] = tensor });
    }

    public void Dispose()
    {
    }
}
