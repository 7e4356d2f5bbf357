using System.Collections.Immutable;
using Kiln.Learning.Models;
using Kiln.Learning.Preparing;

namespace Kiln.Tests.Learning.Training;

/// <summary>Made-up prepared rows, easy enough to be learned in seconds.</summary>
static class TrainingData
{
    public static readonly Target Target = Target.Binary("FRAUD");

    static readonly ImmutableArray<Feature> numbers = [new() { Name = "AMOUNT" }, new() { Name = "COUNT" }, new() { Name = "NIGHT" }];

    /// <summary>Positive where the amount, less the count and noise, is high; the third feature is constant.</summary>
    public static FitRows Make(int rows, int seed)
    {
        var random = new Random(seed);
        var features = new float[rows * 3];
        var labels = new float[rows];
        for (var row = 0; row < rows; row++)
        {
            var (amount, count) = (random.NextDouble() * 10, random.NextDouble() * 10);
            features[row * 3] = (float)(amount - 5) / 3;
            features[(row * 3) + 1] = (float)(count - 5) / 3;
            features[(row * 3) + 2] = 1;
            labels[row] = amount - count + random.NextDouble() > 4 ? 1 : 0;
        }
        return new() { Features = new(numbers, features), Labels = labels, Target = Target };
    }

    /// <summary>The class, of three, depends on a category and on a number; the value on both.</summary>
    public static FitRows MakeMixed(int rows, int seed, LearningTask task)
    {
        var random = new Random(seed);
        var features = new float[rows * 2];
        var labels = new float[rows];
        for (var row = 0; row < rows; row++)
        {
            var (category, number) = (random.Next(2, 5), random.NextDouble() * 2 - 1);
            features[row * 2] = category;
            features[(row * 2) + 1] = (float)number;
            labels[row] = task == LearningTask.Regression ? (float)(100 + (20 * category) + (10 * number)) : number > 0.8 ? 0 : category - 2;
        }
        return new()
        {
            Features = new([new() { Name = "KIND", Kind = FeatureKind.Category, Categories = 5 }, new() { Name = "SIZE" }], features),
            Labels = labels,
            Target = task == LearningTask.Regression ? Target.Regression("PRICE") : Target.MultiClass("CLASS", "a", "b", "c"),
        };
    }

    /// <summary>Measures a predictor on rows.</summary>
    public static double Measure(this IPredictor predictor, Kiln.Learning.Evaluating.Measure measure, FitRows rows) =>
        Kiln.Learning.Evaluating.Measures.Compute(measure, new(rows.Target, predictor.Answers(rows)), rows.Labels.Span);

    public static float[] Answers(this IPredictor predictor, FitRows rows)
    {
        var answers = new float[rows.Rows * rows.Target.Outputs];
        predictor.Predict(rows.Features.Values.Span, answers);
        return answers;
    }
}
