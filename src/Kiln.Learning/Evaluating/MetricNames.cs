using System.Globalization;
using Kiln.Learning.Models;

namespace Kiln.Learning.Evaluating;

/// <summary>The metrics there are, by name.</summary>
static class MetricNames
{
    /// <summary>A whole name, or what stands around a number, with one that may stand there.</summary>
    readonly record struct Form(string Start, string Number, string End, Func<double, Metric?> Of)
    {
        public string Example => Start + Number + End;

        public Metric? Read(string name)
        {
            if (Number.Length == 0) return name.Equals(Start, StringComparison.OrdinalIgnoreCase) ? Of(0) : null;
            return name.Length > Start.Length + End.Length
                && name.StartsWith(Start, StringComparison.OrdinalIgnoreCase)
                && name.EndsWith(End, StringComparison.OrdinalIgnoreCase)
                && double.TryParse(name.AsSpan(Start.Length, name.Length - Start.Length - End.Length), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
                ? Of(number)
                : null;
        }
    }

    static readonly Form[] Forms =
    [
        .. new Metric[]
        {
            new AreaUnderRoc(), new AveragePrecision(),
            new MeanMetric("log loss", Losses.Log, LearningTask.Binary, LearningTask.MultiClass),
            new MeanMetric("Brier score", Losses.Brier, LearningTask.Binary, LearningTask.MultiClass) { Most = task => task == LearningTask.Binary ? 1 : 2 },
            new CalibrationError(),
            ClassMetrics.Accuracy, ClassMetrics.BalancedAccuracy, ClassMetrics.MatthewsCorrelation, ClassMetrics.Precision, ClassMetrics.Recall,
        }.Select(Plain),
        new("F", "1", "", beta => IsBeta(beta) ? ClassMetrics.F(beta) : null),
        new("precision@", "100", "", k => WholeNumber(k) is { } rows ? new PrecisionAt(rows) : null),
        new("card precision@", "100", "", k => WholeNumber(k) is { } cards ? new CardPrecisionAt(cards) : null),
        .. ClassRankingMetric.All.Select(Plain),
        .. Enum.GetValues<Averaging>().SelectMany(averaging => new Form[]
        {
            Plain(ClassMetrics.AveragePrecision(averaging)),
            Plain(ClassMetrics.AverageRecall(averaging)),
            new("F", "1", $" {averaging}".ToLowerInvariant(), beta => IsBeta(beta) ? ClassMetrics.AverageF(beta, averaging) : null),
        }),
        Plain(new MeanMetric("RMSE", Losses.Squared, LearningTask.Regression) { IsRoot = true }),
        Plain(new MeanMetric("MAE", Losses.Absolute, LearningTask.Regression)),
        Plain(new MeanMetric("RMSLE", Losses.SquaredLog, LearningTask.Regression) { IsRoot = true }),
        Plain(new ExplainedVariance()),
        Plain(new MeanMetric("MAPE", Losses.Percentage, LearningTask.Regression)),
        new("pinball@", "0.9", "", quantile => quantile is > 0 and < 1 ? new MeanMetric($"pinball@{quantile}", rows => Losses.Pinball(rows, quantile), LearningTask.Regression) : null),
        .. Cut("NDCG", k => new Ndcg(k, isExponential: false)),
        .. Cut("exponential NDCG", k => new Ndcg(k, isExponential: true)),
        .. Cut("MRR", k => new MeanReciprocalRank(k)),
    ];

    /// <summary>Every name; where a number stands in it, with one that may.</summary>
    public static IEnumerable<string> All => Forms.Select(form => form.Example);

    /// <summary>The names of a task's metrics.</summary>
    public static IEnumerable<string> Of(LearningTask task) => All.Where(name => Parse(name).AppliesTo(task));

    public static Metric Parse(string name, string? place = null)
    {
        // Of the letters in names, one is on few keyboards.
        var written = name.Equals("R2", StringComparison.OrdinalIgnoreCase) ? "R²" : name;
        foreach (var form in Forms)
            if (form.Read(written) is { } metric) return metric;
        throw EvaluatingErrors.NoSuchMetric(name, place, Nearest.Names(name, All, 3), All);
    }

    static Form Plain(Metric metric) => new(metric.Name, "", "", _ => metric);

    static Form[] Cut(string name, Func<int?, Metric> of) => [Plain(of(null)), new(name + "@", "10", "", k => WholeNumber(k) is { } rows ? of(rows) : null)];

    static bool IsBeta(double beta) => beta is > 0 and <= 100;

    static int? WholeNumber(double number) => number is >= 1 and <= int.MaxValue && number == Math.Floor(number) ? (int)number : null;
}
