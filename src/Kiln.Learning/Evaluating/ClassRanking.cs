using Kiln.Learning.Models;

namespace Kiln.Learning.Evaluating;

/// <summary>Rows of several classes, ordered by each class's probability.</summary>
sealed class ClassRanking
{
    readonly ScoreOrder[] orders;
    readonly int[] classes;

    public ClassRanking(JudgedRows rows)
    {
        rows.CheckProbabilities();
        classes = Array.ConvertAll(rows.Labels.ToArray(), label => (int)label);
        orders = new ScoreOrder[rows.Classes];
        var scores = new double[rows.Rows];
        for (var number = 0; number < orders.Length; number++)
        {
            for (var row = 0; row < scores.Length; row++) scores[row] = rows.Answers.Span[(row * rows.Outputs) + number];
            orders[number] = ScoreOrder.Of(scores, classes, number);
        }
    }

    /// <summary>Each class against the rest (Provost and Domingos 2000), as a mean over the classes. NaN unless all classes are there.</summary>
    public double OneVersusRest(bool byPrevalence, ReadOnlySpan<double> weights)
    {
        var prevalences = Prevalences(weights);
        var all = prevalences.Sum();
        double sum = 0, whole = 0;
        for (var number = 0; number < orders.Length; number++)
        {
            if (prevalences[number] == 0) return double.NaN;
            var share = byPrevalence ? prevalences[number] : 1;
            sum += share * orders[number].AreaUnderRoc(weights);
            whole += share;
        }
        return all == 0 ? double.NaN : sum / whole;
    }

    /// <summary>
    /// Each class against each other, as a mean over the pairs of classes that are there (Hand and Till 2001), or weighted by how much there is of
    /// the two. NaN where only one class is there.
    /// </summary>
    public double OneVersusOne(bool byPrevalence, ReadOnlySpan<double> weights)
    {
        var prevalences = Prevalences(weights);
        var wins = new double[orders.Length * orders.Length];
        for (var number = 0; number < orders.Length; number++) orders[number].Wins(classes, weights, wins.AsSpan(number * orders.Length, orders.Length));
        double sum = 0, whole = 0;
        for (var one = 0; one < orders.Length; one++)
        {
            for (var other = one + 1; other < orders.Length; other++)
            {
                if (prevalences[one] == 0 || prevalences[other] == 0) continue;
                var area = (wins[(one * orders.Length) + other] + wins[(other * orders.Length) + one]) / (2 * prevalences[one] * prevalences[other]);
                var share = byPrevalence ? prevalences[one] + prevalences[other] : 1;
                sum += share * area;
                whole += share;
            }
        }
        return sum / whole;
    }

    /// <summary>
    /// Each class's average precision, as a mean over the classes, which all must be there; or weighted by how much there is of each.
    /// NaN where there is too little.
    /// </summary>
    public double AveragePrecision(bool byPrevalence, ReadOnlySpan<double> weights)
    {
        var prevalences = Prevalences(weights);
        double sum = 0, whole = 0;
        for (var number = 0; number < orders.Length; number++)
        {
            if (byPrevalence && prevalences[number] == 0) continue;
            var share = byPrevalence ? prevalences[number] : 1;
            sum += share * orders[number].AveragePrecision(weights);
            whole += share;
        }
        return sum / whole;
    }

    double[] Prevalences(ReadOnlySpan<double> weights)
    {
        var prevalences = new double[orders.Length];
        for (var row = 0; row < classes.Length; row++) prevalences[classes[row]] += weights.IsEmpty ? 1 : weights[row];
        return prevalences;
    }
}

/// <summary>A metric of how rows of several classes are ordered by the classes' probabilities.</summary>
/// <param name="name">The metric's name.</param>
/// <param name="needs">What rows must have.</param>
/// <param name="figure">What is computed.</param>
sealed class ClassRankingMetric(string name, string needs, ClassRankingMetric.Figure figure) : Metric
{
    /// <summary>What is computed from rows that were ordered.</summary>
    public delegate double Figure(ClassRanking ranking, ReadOnlySpan<double> weights);

    /// <summary>All of them.</summary>
    public static IEnumerable<Metric> All { get; } =
    [
        new ClassRankingMetric("AUC ROC ovr macro", "rows of every class", (ranking, weights) => ranking.OneVersusRest(byPrevalence: false, weights)),
        new ClassRankingMetric("AUC ROC ovr weighted", "rows of every class", (ranking, weights) => ranking.OneVersusRest(byPrevalence: true, weights)),
        new ClassRankingMetric("AUC ROC ovo macro", "rows of two classes", (ranking, weights) => ranking.OneVersusOne(byPrevalence: false, weights)),
        new ClassRankingMetric("AUC ROC ovo weighted", "rows of two classes", (ranking, weights) => ranking.OneVersusOne(byPrevalence: true, weights)),
        new ClassRankingMetric("average precision macro", "rows of every class", (ranking, weights) => ranking.AveragePrecision(byPrevalence: false, weights)),
        new ClassRankingMetric("average precision weighted", "rows that count", (ranking, weights) => ranking.AveragePrecision(byPrevalence: true, weights)),
    ];

    public override string Name => name;

    protected override string Needs => needs;

    public override bool AppliesTo(LearningTask task) => task == LearningTask.MultiClass;

    protected override Statistic Prepare(JudgedRows rows)
    {
        var ranking = new ClassRanking(rows);
        return weights => figure(ranking, weights);
    }
}
