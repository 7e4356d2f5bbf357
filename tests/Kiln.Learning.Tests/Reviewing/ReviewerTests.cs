using Kiln.Data;
using Kiln.Learning.Evaluating;
using Kiln.Learning.Evaluating.Resampling;
using Kiln.Learning.Gates;
using Kiln.Learning.Models;
using Kiln.Learning.Preparing;
using Kiln.Learning.Reviewing;

namespace Kiln.Learning.Tests.Reviewing;

public class ReviewerTests
{
    const int Rows = 1000;

    static readonly IntervalSettings Intervals = new() { Resamples = 200 };

    [Fact]
    public void Metrics_are_those_of_all_rows_with_intervals_around_them()
    {
        var review = Review(new());
        review.Metrics.Length.ShouldBe(10);
        foreach (var figure in review.Metrics)
        {
            figure.Estimate!.Value.ShouldBe(Metric.Parse(figure.Metric).Of(Model.Rows), 1e-12);
            figure.Lower!.Value.ShouldBeLessThanOrEqualTo(figure.Upper!.Value);
            figure.Reason.ShouldBeEmpty();
        }
        review.Intervals.ShouldBe("95% BCa bootstrap intervals from 200 draws of rows (seed 0); of calibration errors and fairness as wide as the percentiles at least");
    }

    [Fact]
    public void A_metric_that_the_rows_do_not_have_says_why()
    {
        var ones = Model with { Rows = Model.Rows.Where([.. Enumerable.Range(0, Rows).Where(row => Model.Rows.Labels.Span[row] == 1)]) };
        var positives = ones with { Columns = Model.Columns.Take([.. Enumerable.Range(0, Rows).Where(row => Model.Rows.Labels.Span[row] == 1)]) };
        var auc = Review(new() { Metrics = ["AUC ROC"] }, positives).Metrics.Single();
        auc.Estimate.ShouldBeNull();
        auc.Reason.ShouldContain("AUC ROC is not defined for these 512 rows: it needs rows of both classes.");
    }

    [Fact]
    public void The_first_metric_is_told_of_each_slice_and_the_planted_one_is_the_worst()
    {
        var review = Review(new() { Metrics = ["log loss"], Slices = [new() { Values = new() { Column = "TOWN" } }, new() { Where = new() { Name = "none", Sql = "AREA < 0" } }] });
        review.Slices.Select(slice => slice.Name).ShouldBe(["TOWN = Bern", "TOWN = Biel", "none"]);
        review.Slices[0].Rows.ShouldBe(Enumerable.Range(0, Rows).Count(row => row % 4 == 0));
        review.Slices[2].Figure.Estimate.ShouldBeNull();
        review.Slices[0].Figure.Estimate!.Value.ShouldBeGreaterThan(review.Slices[1].Figure.Estimate!.Value);
        review.Worst!.Slices[0].Definition.ShouldContain("Bern");
        review.Worst.Slices[0].IsSignificant.ShouldBeTrue();
    }

    [Fact]
    public void The_rows_most_wrong_come_first_with_what_the_model_saw()
    {
        var review = Review(new() { MostWrong = 3 });
        review.MostWrong.Select(example => example.Loss).ShouldBeInOrder(SortDirection.Descending);
        var worst = review.MostWrong[0];
        var score = Model.Rows.Answers.Span[worst.Row];
        var isPositive = Model.Rows.Labels.Span[worst.Row] == 1;
        worst.Loss.ShouldBe(-Math.Log(isPositive ? score : 1 - score), 1e-12);
        worst.Label.ShouldBe(isPositive ? "yes" : "no");
        worst.Values.ShouldBe([new("TOWN", Model.Columns["TOWN"].TextAt(worst.Row)), new("AREA", Model.Columns["AREA"].TextAt(worst.Row))]);
    }

    [Fact]
    public void Groups_are_compared_with_an_interval_for_each_measure()
    {
        var groups = Review(new() { Fairness = [new() { Column = "TOWN" }] }).Fairness.Single();
        groups.Report.Groups.Length.ShouldBe(2);
        groups.Intervals.Select(figure => figure.Estimate!.Value).ShouldBe(groups.Report.Figures.Select(figure => figure.Value));
    }

    static ModelReview Review(ReviewSettings settings, JudgedModel? model = null) => new Reviewer(settings, Intervals, model ?? Model, Target.Binary("y", "no", "yes"),
        [new() { Name = "TOWN", Kind = InputKind.Text }, new() { Name = "AREA", Kind = InputKind.Number }]).Review();

    /// <summary>Answers that are good, but in Bern no better than chance.</summary>
    static JudgedModel Model { get; } = Make();

    static JudgedModel Make()
    {
        var random = new Random(5);
        var (scores, labels, towns, areas) = (new double[Rows], new bool[Rows], new string?[Rows], new double[Rows]);
        for (var row = 0; row < Rows; row++)
        {
            (labels[row], towns[row], areas[row]) = (random.Next(2) == 0, row % 4 == 0 ? "Bern" : "Biel", random.Next(100));
            scores[row] = row % 4 == 0 ? random.NextDouble() : labels[row] ? 0.6 + (0.4 * random.NextDouble()) : 0.4 * random.NextDouble();
            scores[row] = Math.Clamp(scores[row], 0.01, 0.99);
        }
        return new() { Candidate = "model", Columns = TableColumns.Of(Column.Texts("TOWN", towns), Column.Of<double>("AREA", areas)), Rows = JudgedRows.Of(scores, labels) };
    }
}
