using Kiln.Learning.Models;
using Kiln.Learning.Reporting;

namespace Kiln.Learning.Tests.Reporting;

/// <summary>Answers of models that do not exist, drawn from fixed seeds.</summary>
static class SomeAnswers
{
    static readonly string[] Garments = ["T-shirt", "trouser", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "ankle boot"];

    /// <summary>A tenth of the rows is answered with the next class.</summary>
    public static ClassResults OfClasses(int rows, int seed)
    {
        var random = new Random(seed);
        var target = Target.MultiClass("garment", [.. Garments]);
        var (labels, values) = (new float[rows], new float[rows * Garments.Length]);
        for (var row = 0; row < rows; row++)
        {
            var label = random.Next(Garments.Length);
            labels[row] = label;
            var (sure, answer) = (0.4f + (0.6f * random.NextSingle()), random.NextDouble() < 0.1 ? (label + 1) % Garments.Length : label);
            var probabilities = values.AsSpan(row * Garments.Length, Garments.Length);
            probabilities.Fill((1 - sure) / (Garments.Length - 1));
            probabilities[answer] = sure;
        }
        return ClassResults.Of(new Predictions(target, values), labels);
    }

    /// <summary>Answers that are off the more the larger they are.</summary>
    public static ValueResults OfValues(int rows, int seed)
    {
        var random = new Random(seed);
        var (answers, values) = (new double[rows], new double[rows]);
        for (var row = 0; row < rows; row++)
        {
            answers[row] = 1000 * Math.Pow(random.NextDouble(), 3);
            values[row] = Math.Max(0, Math.Round(answers[row] + ((random.NextDouble() - 0.45) * (20 + (0.4 * answers[row])))));
        }
        return ValueResults.Of(answers, values);
    }
}
