namespace Kiln.Learning.Tests.Evaluating;

/// <summary>Scores that look like a fraud model's: few positives, most negatives close to 0, ties among them.</summary>
static class FakeScores
{
    public static (double[] Scores, bool[] Labels) Make(int rows, int seed)
    {
        var random = new Random(seed);
        var scores = new double[rows];
        var labels = new bool[rows];
        for (var row = 0; row < rows; row++)
        {
            labels[row] = random.NextDouble() < 0.01;
            var caught = labels[row] && random.NextDouble() < 0.7;
            var logit = (caught ? 1.5 : -5) + (1.6 * Normal(random));
            scores[row] = MathF.Round(1 / (1 + MathF.Exp(-(float)logit)), 5);
        }
        return (scores, labels);
    }

    static double Normal(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
