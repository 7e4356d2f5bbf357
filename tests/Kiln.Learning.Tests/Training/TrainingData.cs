using Kiln.Learning.Evaluating;
using Kiln.Learning.Training;

namespace Kiln.Tests.Learning.Training;

/// <summary>Two noisy classes of made-up rows, far apart enough to be learned in seconds.</summary>
static class TrainingData
{
    public static readonly ValidationMetrics Metrics = new()
    {
        RocAuc = (scores, labels) => Ranking.Of(scores, labels).AreaUnderRoc(),
        AveragePrecision = (scores, labels) => Ranking.Of(scores, labels).AveragePrecision(),
    };

    public static readonly System.Collections.Immutable.ImmutableArray<string> Names = ["AMOUNT", "COUNT", "NIGHT"];

    /// <summary>Positive where the amount, less the count and noise, is high; the third feature is constant.</summary>
    public static TrainingExamples Make(int rows, int seed)
    {
        var random = new Random(seed);
        var features = new float[rows * 3];
        var labels = new bool[rows];
        for (var row = 0; row < rows; row++)
        {
            var (amount, count) = (random.NextDouble() * 100, random.NextDouble() * 10);
            features[row * 3] = (float)amount;
            features[row * 3 + 1] = (float)count;
            features[row * 3 + 2] = 1;
            labels[row] = amount / 10 - count + random.NextDouble() > 4;
        }
        return new() { Features = features, Labels = labels };
    }
}
