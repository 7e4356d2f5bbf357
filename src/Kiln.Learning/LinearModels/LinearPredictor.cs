using Kiln.Learning.Models;
using Kiln.Learning.Networks;
using Kiln.Torch;

namespace Kiln.Learning.LinearModels;

/// <summary>Coefficients: prepared rows in, probabilities or values out.</summary>
sealed class LinearPredictor(ModelShape shape, double[] coefficients) : IPredictor
{
    const string Name = "coefficients";

    readonly int columns = shape.Features.Length;
    readonly int outputs = shape.Target.Outputs;

    /// <summary>For each output the intercept, then a coefficient a feature.</summary>
    public ReadOnlySpan<double> Coefficients => coefficients;

    public void Predict(ReadOnlySpan<float> rows, Span<float> answers)
    {
        Span<double> sums = outputs <= 64 ? stackalloc double[outputs] : new double[outputs];
        for (var row = 0; row < rows.Length / columns; row++)
        {
            var values = rows.Slice(row * columns, columns);
            for (var output = 0; output < outputs; output++) sums[output] = Sum(values, coefficients.AsSpan(output * (columns + 1), columns + 1));
            Answer(sums, answers.Slice(row * outputs, outputs));
        }
    }

    public void Save(string folder)
    {
        using var tensor = Tensor.From<double>(coefficients, [outputs, columns + 1]);
        SafeTensors.Write(Path.Combine(folder, NetworkPredictor.FileName), new Dictionary<string, Tensor> { [Name] = tensor });
    }

    public static LinearPredictor Load(ModelShape shape, string folder)
    {
        using var file = SafeTensors.Read(Path.Combine(folder, NetworkPredictor.FileName));
        if (!file.Tensors.TryGetValue(Name, out var tensor) || tensor.ScalarType != ScalarType.Float64 || !tensor.Shape.SequenceEqual([shape.Target.Outputs, shape.Features.Length + 1]))
            throw ModelErrors.NotAModel(folder, $"{NetworkPredictor.FileName} has no {Name} for {shape.Features.Length} features and {shape.Target.Outputs} outputs");
        return new(shape, tensor.AllFinite() ? tensor.ToArray<double>() : throw ModelErrors.NotFinite(folder, NetworkPredictor.FileName, Name));
    }

    public void Dispose()
    {
    }

    static double Sum(ReadOnlySpan<float> values, ReadOnlySpan<double> set)
    {
        var sum = set[0];
        for (var column = 0; column < values.Length; column++) sum += values[column] * set[column + 1];
        return sum;
    }

    void Answer(ReadOnlySpan<double> sums, Span<float> answers)
    {
        if (shape.Target.Task == LearningTask.Regression) answers[0] = (float)sums[0];
        else if (shape.Target.Task == LearningTask.Binary) answers[0] = (float)(1 / (1 + Math.Exp(-sums[0])));
        else Softmax(sums, answers);
    }

    static void Softmax(ReadOnlySpan<double> sums, Span<float> answers)
    {
        var largest = double.NegativeInfinity;
        foreach (var sum in sums) largest = Math.Max(largest, sum);
        var total = 0.0;
        foreach (var sum in sums) total += Math.Exp(sum - largest);
        for (var i = 0; i < answers.Length; i++) answers[i] = (float)(Math.Exp(sums[i] - largest) / total);
    }
}
