using Kiln.Build;
using Kiln.Learning.Evaluating;
using Kiln.Learning.Models;

namespace Kiln.Learning.Tests.Evaluating;

public class MetricTests
{
    const double Close = 1e-12;

    static readonly LearningTask[] Tasks = [LearningTask.Binary, LearningTask.MultiClass, LearningTask.Regression];

    public static TheoryData<string> Names => [.. MetricNames.All];

    [Fact]
    public void Every_metric_agrees_with_scikit_learn_or_refuses_what_it_refuses()
    {
        ScikitLearnMetrics.All.MadeWith.ShouldContain("scikit-learn 1.2.1");
        var compared = ScikitLearnMetrics.All.Metrics.SelectMany(judged => judged.Answers.Select(pair => (pair.Key, Result: judged.Case.Compare(pair.Key, pair.Value)))).ToList();

        compared.Where(one => one.Result.Verdict == MetricCase.Verdict.Different).ShouldBeEmpty();
        compared.Count(one => one.Result.Verdict == MetricCase.Verdict.Same).ShouldBeGreaterThan(700);
        compared.Count(one => one.Result.Verdict == MetricCase.Verdict.RefusedByBoth).ShouldBeGreaterThan(25);
        // Each metric there is, whatever its number, is among them.
        Tasks.SelectMany(MetricNames.Of).Select(Family).Except(compared.Select(one => Family(one.Key))).ShouldBeEmpty();

        static string Family(string name) => name.Split('@')[0];
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_name_leads_to_its_metric_whatever_its_letters_case(string name)
    {
        Metric.Parse(name).Name.ShouldBe(name);
        Metric.Parse(name.ToUpperInvariant()).Name.ShouldBe(name);
        Tasks.ShouldContain(task => Metric.Parse(name).AppliesTo(task));
    }

    [Theory]
    [InlineData("F0.25", "F0.25")]
    [InlineData("f3 weighted", "F3 weighted")]
    [InlineData("R2", "R²")]
    [InlineData("pinball@0.05", "pinball@0.05")]
    [InlineData("NDCG@7", "NDCG@7")]
    public void Numbers_stand_in_names(string given, string name) => Metric.Parse(given).Name.ShouldBe(name);

    [Theory]
    [InlineData("AUC RCO", "AUC ROC")]
    [InlineData("logloss", "log loss")]
    [InlineData("precision@0", "precision or precision@100")]
    [InlineData("pinball@1.5", "pinball@0.9")]
    public void An_unknown_name_is_refused_with_the_nearest(string name, string nearest) =>
        Should.Throw<UsageException>(() => Metric.Parse(name)).Message.ShouldContain($"Did you mean {nearest}");

    [Theory]
    [MemberData(nameof(Names))]
    public void Whole_weights_count_rows_as_often_and_weight_0_leaves_them_out(string name)
    {
        var metric = Metric.Parse(name is "precision@100" ? "precision@20" : name);
        foreach (var task in Tasks.Where(metric.AppliesTo))
        {
            var rows = Some(task, seed: 1);
            double[] counts = [.. Enumerable.Range(0, rows.Rows).Select(row => (double)(row * 7 % 4))];
            // Queries are drawn whole, and count as one.
            if (metric is QueryMetric) counts = [.. rows.Groups.ToArray().Select(group => group % 2 * 3.0)];
            int[] repeated = metric is QueryMetric
                ? [.. Enumerable.Range(0, rows.Rows).Where(row => counts[row] > 0)]
                : [.. Enumerable.Range(0, rows.Rows).SelectMany(row => Enumerable.Repeat(row, (int)counts[row]))];

            metric.Over(rows)(counts).ShouldBe(metric.Of(rows.Where(repeated)), Close);
            metric.Of(rows with { Weights = counts }).ShouldBe(metric.Of(rows.Where(repeated)), Close);
            metric.Over(rows)([]).ShouldBe(metric.Over(rows)([.. Enumerable.Repeat(1.0, rows.Rows)]), Close);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Nothing_that_counts_gives_nan_and_never_a_figure(string name)
    {
        var metric = Metric.Parse(name);
        foreach (var task in Tasks.Where(metric.AppliesTo))
            metric.Over(Some(task, seed: 2))(new double[150]).ShouldBe(double.NaN);
    }

    [Theory]
    [InlineData("AUC ROC", "rows of both classes")]
    [InlineData("average precision", "positive rows")]
    [InlineData("recall", "positive rows")]
    [InlineData("precision@100", "100 rows at least")]
    public void What_is_not_defined_is_nan_in_a_bootstrap_and_refused_where_it_is_asked_for(string name, string needs)
    {
        var rows = JudgedRows.Of(new[] { 0.4, 0.2 }, [false, false]);
        Metric.Parse(name).Over(rows)([1, 1]).ShouldBe(double.NaN);

        var error = Should.Throw<KilnException>(() => Metric.Parse(name).Of(rows));
        error.What.ShouldBe($"{name} is not defined for these rows.");
        error.Message.ShouldContain(needs);
        error.Message.ShouldContain("rows of each class  2, 0");
    }

    [Fact]
    public void Several_threads_may_ask_one_statistic()
    {
        foreach (var name in MetricNames.Of(LearningTask.MultiClass).Concat(["card precision@3"]))
        {
            var rows = Some(name.StartsWith("card", StringComparison.Ordinal) ? LearningTask.Binary : LearningTask.MultiClass, seed: 3);
            var statistic = Metric.Parse(name).Over(rows);
            double[][] draws = [.. Enumerable.Range(0, 40).Select(draw => Enumerable.Range(0, rows.Rows).Select(row => (double)((row * 5 + draw) % 3)).ToArray())];
            double[] alone = [.. draws.Select(weights => statistic(weights))];

            var together = new double[draws.Length];
            Parallel.For(0, draws.Length, new() { MaxDegreeOfParallelism = 4 }, draw => together[draw] = statistic(draws[draw]));
            together.ShouldBe(alone);
        }
    }

    [Theory]
    [InlineData("AUC ROC")]
    [InlineData("average precision")]
    [InlineData("log loss")]
    [InlineData("F1")]
    public void A_draw_of_a_bootstrap_allocates_nothing(string name)
    {
        var rows = Some(LearningTask.Binary, seed: 4);
        var statistic = Metric.Parse(name).Over(rows);
        double[] weights = [.. Enumerable.Range(0, rows.Rows).Select(row => row % 3.0)];
        statistic(weights);

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var draw = 0; draw < 100; draw++) statistic(weights);
        GC.GetAllocatedBytesForCurrentThread().ShouldBe(before);
    }

    [Fact]
    public void The_threshold_decides_which_rows_are_flagged()
    {
        var rows = JudgedRows.Of(new[] { 0.9, 0.6, 0.5, 0.2 }, [true, false, true, false]);
        Metric.Parse("precision").Of(rows).ShouldBe(2.0 / 3); // 0.5, and it is reached
        Metric.Parse("precision").Of(rows with { Threshold = 0.7 }).ShouldBe(1);
        Metric.Parse("recall").Of(rows with { Threshold = 0.7 }).ShouldBe(0.5);
        Metric.Parse("precision").Of(rows with { Threshold = 2 }).ShouldBe(0);
    }

    [Fact]
    public void Tied_rows_at_the_edge_of_the_first_k_count_in_part()
    {
        var rows = JudgedRows.Of(new[] { 0.9, 0.5, 0.5, 0.5, 0.1 }, [true, true, false, false, true]);
        Metric.Parse("precision@1").Of(rows).ShouldBe(1);
        Metric.Parse("precision@2").Of(rows).ShouldBe((1 + (1.0 / 3)) / 2, Close);
        Metric.Parse("precision@4").Of(rows).ShouldBe(0.5, Close);
    }

    [Fact]
    public void A_single_query_worked_by_hand()
    {
        // Relevances 10, 0, 0, 1, 5 at scores that rank them 5, 4, 3, 2, 1 from the last: gains 5, 1, 0, 0, 10 down the list.
        var rows = Query([0.1, 0.2, 0.3, 4, 70], [10, 0, 0, 1, 5]);
        var gained = 5 + (1 / Math.Log2(3)) + (10 / Math.Log2(6));
        var best = 10 + (5 / Math.Log2(3)) + (1 / Math.Log2(4));
        Metric.Parse("NDCG").Of(rows).ShouldBe(gained / best, Close);
        Metric.Parse("NDCG@2").Of(rows).ShouldBe((5 + (1 / Math.Log2(3))) / (10 + (5 / Math.Log2(3))), Close);
        Metric.Parse("exponential NDCG@1").Of(rows).ShouldBe(31.0 / 1023, Close);
        Metric.Parse("MRR").Of(Query([3, 2, 1], [0, 0, 1])).ShouldBe(1.0 / 3, Close);
        Metric.Parse("MRR@2").Of(Query([3, 2, 1], [0, 0, 1])).ShouldBe(0);
        Metric.Parse("MRR").Of(Query([1, 1], [0, 1])).ShouldBe(0.75, Close); // first or second, as likely
    }

    [Fact]
    public void Some_rows_keep_what_belongs_to_them()
    {
        var rows = Some(LearningTask.MultiClass, seed: 6) with { Groups = Enumerable.Range(0, 150).ToArray() };
        var some = rows.Where([3, 3, 149]);
        some.Labels.ToArray().ShouldBe([rows.Labels.Span[3], rows.Labels.Span[3], rows.Labels.Span[149]]);
        some.Answers.ToArray().ShouldBe([.. rows.Answers.Slice(9, 3).ToArray(), .. rows.Answers.Slice(9, 3).ToArray(), .. rows.Answers.Slice(447, 3).ToArray()]);
        some.Groups.ToArray().ShouldBe([3, 3, 149]);
        some.Weights.IsEmpty.ShouldBeTrue();
    }

    static JudgedRows Query(double[] scores, double[] relevances) =>
        new() { Task = LearningTask.Regression, Outputs = 1, Answers = scores, Labels = relevances, Groups = new int[scores.Length] };

    /// <summary>150 rows of ten queries, days and cards, with ties.</summary>
    static JudgedRows Some(LearningTask task, int seed)
    {
        var random = new Random(seed);
        const int Rows = 150;
        var outputs = task == LearningTask.MultiClass ? 3 : 1;
        var answers = new double[Rows * outputs];
        for (var i = 0; i < answers.Length; i++) answers[i] = random.Next(1, 8) / 8.0;
        if (outputs > 1)
            for (var row = 0; row < Rows; row++) answers[(row * outputs) + outputs - 1] = 1 - (answers[row * outputs] /= 2) - (answers[(row * outputs) + 1] /= 2);
        return new()
        {
            Task = task,
            Outputs = outputs,
            Answers = answers,
            Labels = Enumerable.Range(0, Rows).Select(_ => (double)random.Next(Math.Max(2, outputs))).ToArray(),
            Groups = Enumerable.Range(0, Rows).Select(row => row % 10).ToArray(),
            Days = Enumerable.Range(0, Rows).Select(_ => random.Next(5)).ToArray(),
            Cards = Enumerable.Range(0, Rows).Select(_ => (long)random.Next(30)).ToArray(),
        };
    }
}
