using System.Text.Json;
using Kiln.Learning.Evaluating;

namespace Kiln.Learning.Tests.Evaluating;

public class BinaryEvaluationTests
{
    const double Close = 1e-9;

    [Fact]
    public void Every_measure_agrees_with_scikit_learn_on_random_cases_with_ties()
    {
        ScikitLearnCases.All.MadeWith.ShouldContain("scikit-learn 1.2.1");
        foreach (var expected in ScikitLearnCases.All.Cases)
        {
            var evaluation = BinaryEvaluation.Of(expected.Scores, expected.Labels, expected.Threshold);
            evaluation.AreaUnderRoc.ShouldBe(expected.Auc, Close);
            evaluation.AveragePrecision.ShouldBe(expected.Ap, Close);
            evaluation.LogLoss.ShouldBe(expected.LogLoss, Close);
            evaluation.BrierScore.ShouldBe(expected.Brier, Close);
        }
    }

    [Fact]
    public void The_confusion_at_a_threshold_agrees_with_scikit_learn()
    {
        foreach (var expected in ScikitLearnCases.All.Cases)
        {
            var confusion = Ranking.Of(expected.Scores, expected.Labels).AtThreshold(expected.Threshold);
            long[] counts = [confusion.TruePositives, confusion.FalsePositives, confusion.FalseNegatives, confusion.TrueNegatives];
            counts.ShouldBe(expected.Confusion);
            confusion.Precision.ShouldBe(expected.Precision, Close);
            confusion.Recall.ShouldBe(expected.Recall, Close);
            confusion.F1.ShouldBe(expected.F1, Close);
            confusion.MatthewsCorrelation.ShouldBe(expected.Mcc, Close);
            confusion.Accuracy.ShouldBe(expected.Accuracy, Close);
        }
    }

    [Fact]
    public void The_calibration_agrees_with_scikit_learn()
    {
        foreach (var expected in ScikitLearnCases.All.Cases)
        {
            var calibration = Calibration.Of(expected.Scores, expected.Labels);
            calibration.Bins.Select(bin => bin.MeanScore).ShouldBe(expected.BinMeans, Close);
            calibration.Bins.Select(bin => bin.PositiveShare).ShouldBe(expected.BinShares, Close);
            calibration.ExpectedError.ShouldBe(expected.Ece, Close);
        }
    }

    [Fact]
    public void The_measures_stay_right_above_the_length_where_radix_sort_begins()
    {
        var (scores, labels) = FakeScores.Make(rows: 60_000, seed: 3);
        var ranking = Ranking.Of(scores, labels);

        // The closed form, pair by pair: a tie counts one half.
        var positives = scores.Where((_, row) => labels[row]).ToArray();
        var negatives = scores.Where((_, row) => !labels[row]).ToArray();
        var wins = positives.Sum(positive => negatives.Sum(negative => positive > negative ? 1 : positive == negative ? 0.5 : 0));
        Metric.Parse("AUC ROC").Of(JudgedRows.Of(scores, labels)).ShouldBe(wins / positives.Length / negatives.Length, Close);
        ranking.Rows.ShouldBe(60_000);
    }

    [Fact]
    public void Negative_and_tiny_and_huge_scores_are_ranked_by_value()
    {
        double[] scores = [-1e300, -1, -double.Epsilon, -0.0, 0, double.Epsilon, 1, 1e300];
        bool[] labels = [false, false, false, false, true, true, true, true];
        var ranking = Ranking.Of(scores, labels);

        ranking.Steps.ShouldBe(7); // −0 and 0 are one score
        Enumerable.Range(0, 7).Select(step => ranking.At(step).Threshold)
            .ShouldBe([1e300, 1, double.Epsilon, 0, -double.Epsilon, -1, -1e300]);
        Metric.Parse("AUC ROC").Of(JudgedRows.Of(scores, labels)).ShouldBe(15.5 / 16);
    }

    [Fact]
    public void The_threshold_table_falls_from_few_alerts_to_all_rows_and_holds_the_stated_threshold()
    {
        var (scores, labels) = FakeScores.Make(rows: 20_000, seed: 5);
        var evaluation = BinaryEvaluation.Of(scores, labels, 0.123456);

        evaluation.Thresholds.ShouldContain(outcome => outcome.Threshold == 0.123456);
        evaluation.Thresholds.Select(outcome => outcome.Alerts).ShouldBeInOrder();
        evaluation.Thresholds[^1].Alerts.ShouldBe(20_000);
        evaluation.Thresholds.Length.ShouldBeLessThan(170);
    }

    [Fact]
    public void As_json_it_is_the_same_bytes_for_the_same_rows_and_comes_back_whole()
    {
        var (scores, labels) = FakeScores.Make(rows: 5_000, seed: 9);
        var json = JsonSerializer.Serialize(BinaryEvaluation.Of(scores, labels, 0.5));

        JsonSerializer.Serialize(BinaryEvaluation.Of(scores, labels, 0.5)).ShouldBe(json);
        JsonSerializer.Serialize(JsonSerializer.Deserialize<BinaryEvaluation>(json)).ShouldBe(json);
    }
}
