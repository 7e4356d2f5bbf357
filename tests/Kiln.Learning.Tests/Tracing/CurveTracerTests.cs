using System.Collections.Immutable;
using System.Text.Json;
using Kiln.Data;
using Kiln.Learning.Evaluating;
using Kiln.Learning.Evaluating.Resampling;
using Kiln.Learning.Models;
using Kiln.Learning.Preparing;
using Kiln.Learning.Tests.Evaluating;
using Kiln.Learning.Tracing;

namespace Kiln.Learning.Tests.Tracing;

public class CurveTracerTests
{
    [Fact]
    public void The_roc_curve_goes_where_scikit_learns_does()
    {
        foreach (var known in ScikitLearnCases.All.Cases.Where(known => known.Roc is not null))
        {
            var (x, y) = (known.Roc![0], known.Roc[1]);
            foreach (var point in Curve(Trace(JudgedRows.Of(known.Scores, known.Labels)), CurveKind.Roc).Points) point.Y.ShouldBe(Straight(x, y, point.X), 1e-9);
        }
    }

    [Fact]
    public void Precision_is_scikit_learns_at_each_recall_that_rows_reach()
    {
        var compared = 0;
        foreach (var known in ScikitLearnCases.All.Cases.Where(known => known.PrecisionRecall is not null))
        {
            var (recalls, precisions) = (known.PrecisionRecall![0], known.PrecisionRecall[1]);
            foreach (var point in Curve(Trace(JudgedRows.Of(known.Scores, known.Labels)), CurveKind.PrecisionRecall).Points)
            {
                // Of the points of one recall the first to reach it is the highest.
                if (Array.FindIndex(recalls, recall => Math.Abs(recall - point.X) < 1e-9) is not (>= 0 and var first)) continue;
                point.Y.ShouldBe(precisions[first], 1e-9);
                compared++;
            }
        }
        compared.ShouldBeGreaterThan(100);
    }

    [Fact]
    public void Calibration_has_scikit_learns_bins()
    {
        foreach (var known in ScikitLearnCases.All.Cases)
        {
            var curve = Curve(Trace(JudgedRows.Of(known.Scores, known.Labels)), CurveKind.Calibration);
            curve.Points.Select(point => point.X).ShouldBe(known.BinMeans, 1e-12);
            curve.Points.Select(point => point.Y).ShouldBe(known.BinShares, 1e-12);
            curve.Value!.Value.ShouldBe(known.Ece, 1e-9);
            curve.Points.Sum(point => point.Weight!.Value).ShouldBe(known.Labels.Length);
        }
    }

    [Fact]
    public void The_surest_answers_are_as_right_as_numpy_counts_them()
    {
        var known = Answers.All;
        var curve = Curve(Trace(Of(LearningTask.MultiClass, 3, known.Probabilities, known.Classes)), CurveKind.Surest);
        // Of 120 rows every fifth share is a whole number of rows.
        foreach (var place in Enumerable.Range(1, 20)) curve.Points[(5 * place) - 1].Y.ShouldBe(known.Surest[5 * place], 1e-9);
    }

    [Fact]
    public void Errors_are_counted_up_to_what_95_of_100_rows_are_within()
    {
        var known = Answers.All;
        var curve = Curve(Trace(Of(LearningTask.Regression, 1, known.Answered, known.Values)), CurveKind.WithinError);
        double[] errors = [.. known.Answered.Zip(known.Values, (answer, value) => Math.Abs(answer - value)).Order()];
        curve.Points[^1].X.ShouldBe(errors[141]); // the 142nd of 150
        curve.Points[^1].Y.ShouldBe(142 / 150.0, 1e-12);
        foreach (var point in curve.Points) point.Y.ShouldBe(errors.Count(error => error <= point.X) / 150.0, 1e-12);
    }

    [Fact]
    public void A_row_of_weight_2_is_two_rows()
    {
        var (scores, labels) = Binormal(positives: 30, negatives: 70, seed: 3);
        var weighted = JudgedRows.Of(scores, labels) with { Weights = Enumerable.Repeat(1.0, 99).Append(2).ToArray() };
        var doubled = JudgedRows.Of((double[])[.. scores, scores[99]], (bool[])[.. labels, labels[99]]);
        foreach (var (one, other) in Trace(weighted).Curves.Zip(Trace(doubled).Curves))
        {
            one.Points.Select(point => point.Y).ShouldBe(other.Points.Select(point => point.Y), 1e-12);
            one.Threshold.ShouldBe(other.Threshold);
        }
    }

    /// <summary>
    /// Hsieh and Turnbull (1996): of P positives and N negatives the true positive rate at a false positive rate x has the variance y (1 − y) / P + s² x (1 − x) / N, s being the curve's slope there. Of binormal
    /// scores, the positives' mean d higher, y = Φ(d + Φ⁻¹(x)) and s = φ(d + Φ⁻¹(x)) / φ(Φ⁻¹(x)).
    /// </summary>
    [Fact]
    public void A_roc_bands_width_is_that_of_the_closed_form()
    {
        var (scores, labels) = Binormal(positives: 1_000, negatives: 9_000, seed: 5);
        var curve = Curve(Trace(JudgedRows.Of(scores, labels)), CurveKind.Roc);
        foreach (var point in curve.Points.Where(point => point.X is > 0.015 and < 0.6))
        {
            var z = NormalDistribution.Quantile(point.X);
            var (y, slope) = (NormalDistribution.Below(Shift + z), Math.Exp(((z * z) - ((Shift + z) * (Shift + z))) / 2));
            var deviation = Math.Sqrt((y * (1 - y) / 1_000) + (slope * slope * point.X * (1 - point.X) / 9_000));
            // 2,000 draws tell an end to 3 %; the scores' own density, which the draws have in place of the normal one, is off by a tenth more.
            ((point.Upper!.Value - point.Lower!.Value) / (2 * 1.96 * deviation)).ShouldBe(1, 0.2, $"at {point.X}");
        }
    }

    [Fact]
    public void Bands_of_shares_are_as_wide_as_binomial_ones()
    {
        var (scores, labels) = Binormal(positives: 3_000, negatives: 3_000, seed: 6);
        foreach (var point in Curve(Trace(JudgedRows.Of(scores, labels)), CurveKind.Calibration).Points) Binomial(point, point.Weight!.Value);
        var random = new Random(7);
        double[] values = [.. Enumerable.Range(0, 2_000).Select(_ => random.NextDouble())];
        foreach (var point in Curve(Trace(Of(LearningTask.Regression, 1, new double[2_000], values)), CurveKind.WithinError).Points.Where(point => point.Y is > 0.05 and < 0.95)) Binomial(point, 2_000);

        static void Binomial(BandPoint point, double rows) => ((point.Upper!.Value - point.Lower!.Value) / (2 * 1.96 * Math.Sqrt(point.Y * (1 - point.Y) / rows))).ShouldBe(1, 0.12, $"at {point.X}");
    }

    /// <summary>The share of 300 samples whose band holds the true rate has a standard error of 1.3 %.</summary>
    [Fact]
    public void A_band_of_95_percent_holds_the_true_curve_in_95_of_100_samples_at_each_place()
    {
        const int Samples = 300;
        int[] places = [30, 50, 70]; // false positive rates of 0.09, 0.25 and 0.49
        var held = new int[places.Length];
        for (var sample = 0; sample < Samples; sample++)
        {
            var (scores, labels) = Binormal(positives: 200, negatives: 300, seed: 100 + sample);
            var curve = Curve(Trace(JudgedRows.Of(scores, labels), new() { Resamples = 400 }), CurveKind.Roc);
            foreach (var (number, place) in places.Index())
            {
                var point = curve.Points[place];
                var truth = NormalDistribution.Below(Shift + NormalDistribution.Quantile(point.X));
                if (point.Lower <= truth && truth <= point.Upper) held[number]++;
            }
        }
        held.ShouldAllBe(count => count >= 0.91 * Samples && count <= 0.985 * Samples, string.Join(", ", held));
    }

    [Fact]
    public void Rows_that_go_together_make_the_band_wider()
    {
        var (scores, labels) = Binormal(positives: 200, negatives: 800, seed: 8);
        var rows = JudgedRows.Of((double[])[.. scores, .. scores, .. scores, .. scores], (bool[])[.. labels, .. labels, .. labels, .. labels]);
        var clusters = TableColumns.Of(Column.Of<int>("CARD", Enumerable.Range(0, 4_000).Select(row => row % 1_000).ToArray()));
        var alone = Curve(Trace(rows), CurveKind.Roc).Points[50];
        var together = Curve(new CurveTracer(new() { Cluster = "CARD" }, clusters).Trace([new("own", CurveRole.Model, rows)]), CurveKind.Roc).Points[50];
        together.Y.ShouldBe(alone.Y, 1e-12);
        // Four like rows tell as much as one: the band is √4 times as wide.
        ((together.Upper!.Value - together.Lower!.Value) / (alone.Upper!.Value - alone.Lower!.Value)).ShouldBe(2, 0.2);
    }

    [Fact]
    public void The_same_draws_give_the_same_bands_on_any_number_of_threads_and_whoever_else_is_traced()
    {
        var (scores, labels) = Binormal(positives: 50, negatives: 150, seed: 9);
        var rows = JudgedRows.Of(scores, labels);
        var beside = new CurveTracer(new(), Columns(200)).Trace([new("own", CurveRole.Model, rows), new("champion", CurveRole.Champion, rows), new("logistic", CurveRole.Baseline, rows)]);
        beside.Curves.Select(curve => (curve.Kind, curve.Role)).ShouldBe(from kind in new[] { CurveKind.PrecisionRecall, CurveKind.Roc, CurveKind.Calibration } from role in Enum.GetValues<CurveRole>() select (kind, role));
        foreach (var curve in beside.Curves) curve.Points.ShouldBe(Curve(Trace(rows), curve.Kind).Points);
        beside.Bands.ShouldBe("95% bands, place by place, from 2,000 draws of rows (seed 0)");

        Bands(1).ShouldBe(Bands(4));
        ImmutableArray<Band> Bands(int threads) => new Bootstrap { Threads = threads }.Bands((weights, values) => values[0] = weights[..50].ToArray().Sum(), 1, ResamplingUnits.OfRows(100), 0.9);
    }

    [Fact]
    public void What_the_draws_do_not_tell_has_no_band()
    {
        // One row stands in the highest bin: a third of the draws have none there.
        var rows = JudgedRows.Of(new[] { 0.95, 0.21, 0.22, 0.23, 0.24, 0.25 }, [true, false, true, false, true, false]);
        var calibration = Curve(Trace(rows), CurveKind.Calibration);
        calibration.Points.Select(point => (point.Weight, point.Lower is null)).ShouldBe([(5.0, false), (1.0, true)]);
        // Of ten like rows that all came true every draw has none but such: that they are sure is not said.
        var sure = Curve(Trace(JudgedRows.Of((double[])[.. Enumerable.Repeat(0.95, 10), 0.21, 0.22], (bool[])[.. Enumerable.Repeat(true, 11), false])), CurveKind.Calibration);
        sure.Points.Select(point => (point.Y, point.Lower is null, point.Upper is null)).ShouldBe([(0.5, true, true), (1.0, true, true)]);
        var cluster = TableColumns.Of(Column.Of<int>("CARD", new int[6]));
        new CurveTracer(new() { Cluster = "CARD" }, cluster).Trace([new("own", CurveRole.Model, rows)]).Curves.SelectMany(curve => curve.Points).ShouldAllBe(point => point.Lower == null && point.Upper == null);
    }

    [Fact]
    public void A_curve_that_is_not_defined_is_left_out()
    {
        var curves = Trace(JudgedRows.Of(new[] { 0.1, 0.2, 0.3 }, [false, false, false]));
        var only = curves.Curves.ShouldHaveSingleItem();
        only.Kind.ShouldBe(CurveKind.Calibration);
        Trace(Of(LearningTask.Regression, 1, [1, 2], [1, 2])).Curves.ShouldHaveSingleItem().Points.ShouldAllBe(point => point.Y == 1);
    }

    [Fact]
    public void The_stated_threshold_lies_on_the_curves()
    {
        var rows = JudgedRows.Of(new[] { 0.9, 0.8, 0.7, 0.3, 0.2 }, [true, false, true, true, false]) with { Threshold = 0.7 };
        Curve(Trace(rows), CurveKind.Roc).Threshold.ShouldBe(new CurvePlace(1 / 2.0, 2 / 3.0));
        Curve(Trace(rows), CurveKind.PrecisionRecall).Threshold.ShouldBe(new CurvePlace(2 / 3.0, 2 / 3.0));
        Curve(Trace(rows with { Threshold = 0.95 }), CurveKind.PrecisionRecall).Threshold.ShouldBeNull();
        Curve(Trace(rows), CurveKind.Calibration).Threshold.ShouldBeNull();
    }

    /// <summary>How much higher positives score in the mean.</summary>
    const double Shift = 1.2;

    static (double[] Scores, bool[] Labels) Binormal(int positives, int negatives, int seed)
    {
        var random = new Random(seed);
        bool[] labels = [.. Enumerable.Repeat(true, positives), .. Enumerable.Repeat(false, negatives)];
        return (Array.ConvertAll(labels, label => NormalDistribution.Below(NormalDistribution.Quantile(random.NextDouble()) + (label ? Shift : 0) - (Shift / 2))), labels);
    }

    static JudgedRows Of(LearningTask task, int outputs, double[] answers, double[] labels) => new() { Task = task, Outputs = outputs, Answers = answers, Labels = labels };

    static ModelCurves Trace(JudgedRows rows, IntervalSettings? intervals = null) => new CurveTracer(intervals ?? new(), Columns(rows.Rows)).Trace([new("own", CurveRole.Model, rows)]);

    static TableColumns Columns(int rows) => TableColumns.Of(Column.Of<int>("CARD", new int[rows]));

    static BandedCurve Curve(ModelCurves curves, CurveKind kind) => curves.Curves.First(curve => curve.Kind == kind);

    /// <summary>As numpy.interp: where points stand above one another, the last counts.</summary>
    static double Straight(double[] x, double[] y, double place)
    {
        var last = Array.FindLastIndex(x, value => value <= place + 1e-12);
        return last == x.Length - 1 ? y[^1] : y[last] + ((y[last + 1] - y[last]) * (place - x[last]) / (x[last + 1] - x[last]));
    }

    /// <summary>Answers and what numpy counts of them (Fitting/scikit-learn-curves.py).</summary>
    sealed record Answers(double[] Classes, double[] Probabilities, double[] Surest, double[] Values)
    {
        [System.Text.Json.Serialization.JsonPropertyName("answers")]
        public double[] Answered { get; init; } = [];

        public static Answers All { get; } = JsonSerializer.Deserialize<Answers>(
            File.ReadAllText(Path.Combine(Kiln.Tests.Repository.Root, "tests", "Kiln.Learning.Tests", "Fitting", "scikit-learn-curves.json")), JsonSerializerOptions.Web)!;
    }
}
