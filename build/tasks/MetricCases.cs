using Kiln.Learning.Models;

namespace Kiln.Build;

/// <summary>Random rows to judge, with ties, weights, one class only, and what else is rare.</summary>
sealed class MetricCases(int seed)
{
    readonly Random random = new(seed);

    /// <summary>A case of each kind a number.</summary>
    public IEnumerable<MetricCase> Make(int each)
    {
        for (var number = 0; number < each; number++)
        {
            yield return TwoClasses(number);
            yield return Classes(number);
            yield return Values(number);
            yield return Queries(number);
            yield return Cards(number);
        }
    }

    MetricCase TwoClasses(int number)
    {
        var rows = random.Next(1, 150);
        var share = (number % 10) switch { 0 => 0, 1 => 1, _ => random.NextDouble() };
        double[] labels = [.. Some(rows, () => random.NextDouble() < share ? 1 : 0)];
        double[] scores = [.. labels.Select(label => Rounded(Math.Clamp((0.4 * random.NextDouble() * label) + (0.8 * random.NextDouble()) - 0.05, 0, 1), number))];
        return new()
        {
            Task = LearningTask.Binary,
            Outputs = 1,
            Answers = scores,
            Labels = labels,
            Weights = Weights(rows),
            Threshold = random.Next(5) switch { 0 => null, 1 => 2, 2 => 0, _ => scores[random.Next(rows)] },
            Metrics =
            [
                "AUC ROC", "average precision", "log loss", "Brier score", "expected calibration error", "accuracy", "balanced accuracy", "MCC", "precision", "recall",
                "F1", "F2", "F0.5", $"precision@{random.Next(1, rows + 10)}", .. Averaged("F0.5"),
            ],
        };
    }

    MetricCase Classes(int number)
    {
        var (rows, classes) = (random.Next(1, 150), random.Next(3, 7));
        // Of some cases not every class is there.
        var present = number % 10 == 0 ? 1 : number % 4 == 0 ? classes - 1 : classes;
        double[] labels = [.. Some(rows, () => classes - present + (int)(present * Math.Pow(random.NextDouble(), 1.5)))];
        var answers = labels.SelectMany(label =>
        {
            double[] parts = [.. Enumerable.Range(0, classes).Select(place => Rounded(random.NextDouble() + (place == label ? 0.4 : 0.01), number) + 0.01)];
            return parts.Select(part => part / parts.Sum());
        });
        return new()
        {
            Task = LearningTask.MultiClass,
            Outputs = classes,
            Answers = [.. answers],
            Labels = labels,
            Weights = Weights(rows),
            Metrics =
            [
                "AUC ROC ovr macro", "AUC ROC ovr weighted", "AUC ROC ovo macro", "AUC ROC ovo weighted", "average precision macro", "average precision weighted",
                "log loss", "Brier score", "expected calibration error", "accuracy", "balanced accuracy", "MCC", .. Averaged("F2"),
            ],
        };
    }

    MetricCase Values(int number)
    {
        var rows = random.Next(1, 150);
        // Powers of two: their mean is exact with any weights, so that rounding does not decide whether they vary.
        var constant = Math.Pow(2, random.Next(-2, 5));
        double[] labels = [.. Some(rows, () => number % 9 == 0 ? constant : number % 7 == 0 ? Math.Max(0, Normal()) : (5 * Normal()) + (number % 2 == 0 ? 30 : 0))];
        double[] answers = [.. labels.Select(label => number % 18 == 0 ? label : Rounded(label + (number % 5 == 0 ? Math.Abs(Normal()) : Normal()), number))];
        return new()
        {
            Task = LearningTask.Regression,
            Outputs = 1,
            Answers = answers,
            Labels = labels,
            Weights = Weights(rows),
            Metrics = ["RMSE", "MAE", "RMSLE", "R²", "MAPE", $"pinball@{Math.Round(0.01 + (0.98 * random.NextDouble()), 3)}"],
        };
    }

    MetricCase Queries(int number)
    {
        var (rows, queries) = (random.Next(1, 150), random.Next(1, 12));
        var weights = number % 2 == 0 ? null : Weights(queries);
        int[] groups = [.. Enumerable.Range(0, rows).Select(_ => random.Next(queries))];
        if (weights is not null && groups.All(group => weights[group] == 0)) weights = null;
        var k = random.Next(1, 20);
        return new()
        {
            Task = LearningTask.Regression,
            Outputs = 1,
            Answers = [.. Some(rows, () => Rounded(3 * random.NextDouble(), number))],
            Labels = [.. Some(rows, () => number % 6 == 0 ? random.Next(2) : number % 6 == 1 ? 3 * random.NextDouble() : Math.Max(0, random.Next(-3, 5)))],
            Groups = groups,
            Weights = weights is null ? null : [.. groups.Select(group => weights[group])],
            Metrics = ["NDCG", $"NDCG@{k}", $"exponential NDCG@{k}", "MRR", $"MRR@{k}"],
        };
    }

    MetricCase Cards(int number)
    {
        var rows = random.Next(1, 150);
        return new()
        {
            Task = LearningTask.Binary,
            Outputs = 1,
            Answers = [.. Some(rows, () => Rounded(random.NextDouble(), number))],
            Labels = [.. Some(rows, () => random.NextDouble() < 0.3 ? 1 : 0)],
            Weights = Weights(rows),
            Days = [.. Enumerable.Range(0, rows).Select(_ => 17_000 + random.Next(6))],
            Cards = [.. Enumerable.Range(0, rows).Select(_ => 7_919L * random.Next(25))],
            Metrics = [$"card precision@{random.Next(1, 12)}"],
        };
    }

    static IEnumerable<string> Averaged(string f) =>
        new[] { "macro", "micro", "weighted" }.SelectMany(average => new[] { "precision", "recall", "F1", f }.Select(name => $"{name} {average}"));

    /// <summary>None; whole numbers, 0 among them; eighths; any. Something counts.</summary>
    double[]? Weights(int rows)
    {
        Func<double>? weight = random.Next(5) switch
        {
            0 => () => random.Next(4),
            1 => () => random.Next(1, 40) / 8.0,
            2 => () => random.Next(6) == 0 ? 0 : 0.01 + (10 * random.NextDouble()),
            _ => null,
        };
        double[] weights = weight is null ? [] : [.. Some(rows, weight)];
        return weights.Any(each => each > 0) ? weights : null;
    }

    static IEnumerable<double> Some(int rows, Func<double> value) => Enumerable.Range(0, rows).Select(_ => value());

    /// <summary>Many ties, some, or none; now and then one score for all.</summary>
    static double Rounded(double value, int number) => number % 23 == 0 ? 0.25 : (number % 3) switch { 0 => Math.Round(value, 1), 1 => Math.Round(value, 2), _ => value };

    double Normal() => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
