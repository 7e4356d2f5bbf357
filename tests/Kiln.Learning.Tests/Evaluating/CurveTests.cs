using System.Collections.Immutable;
using Kiln.Learning.Evaluating;

namespace Kiln.Learning.Tests.Evaluating;

public class CurveTests
{
    [Fact]
    public void The_curves_agree_with_scikit_learn_at_every_threshold()
    {
        var cases = ScikitLearnCases.All.Cases.Where(expected => expected.Roc is not null).ToList();
        cases.Count.ShouldBe(30);
        foreach (var expected in cases)
        {
            var ranking = Ranking.Of(expected.Scores, expected.Labels);
            Same(Curve.Roc(ranking), expected.Roc!);
            Same(Curve.PrecisionRecall(ranking), expected.PrecisionRecall!);
        }
    }

    [Fact]
    public void Thinning_keeps_the_ends_and_strays_no_further_than_it_says()
    {
        var (scores, labels) = FakeScores.Make(rows: 60_000, seed: 3);
        foreach (var full in new[] { Curve.Roc(Ranking.Of(scores, labels)), Curve.PrecisionRecall(Ranking.Of(scores, labels)) })
        {
            var thin = Curve.Thin(full);
            (thin[0], thin[^1]).ShouldBe((full[0], full[^1]));
            thin.Length.ShouldBeLessThan(full.Length / 20);
            GreatestDistance(full, thin).ShouldBeLessThanOrEqualTo(Curve.DrawingTolerance);
        }
    }

    [Fact]
    public void A_curve_of_two_points_is_left_as_it_is()
    {
        ImmutableArray<CurvePoint> points = [new(0, 0, null), new(1, 1, 0.5)];
        Curve.Thin(points).ShouldBe(points);
    }

    static void Same(ImmutableArray<CurvePoint> points, double[][] expected)
    {
        points.Select(point => point.X).ShouldBe(expected[0], 1e-9);
        points.Select(point => point.Y).ShouldBe(expected[1], 1e-9);
    }

    static double GreatestDistance(ImmutableArray<CurvePoint> full, ImmutableArray<CurvePoint> thin)
    {
        var (greatest, segment) = (0.0, 0);
        foreach (var point in full)
        {
            greatest = Math.Max(greatest, Distance(point, thin[segment], thin[segment + 1]));
            if (point == thin[segment + 1] && segment + 2 < thin.Length) segment++;
        }
        return greatest;
    }

    static double Distance(CurvePoint point, CurvePoint from, CurvePoint to)
    {
        double dx = to.X - from.X, dy = to.Y - from.Y;
        var along = (((point.X - from.X) * dx) + ((point.Y - from.Y) * dy)) / ((dx * dx) + (dy * dy));
        along = Math.Clamp(along, 0, 1);
        return Math.Sqrt(Math.Pow(point.X - from.X - (along * dx), 2) + Math.Pow(point.Y - from.Y - (along * dy), 2));
    }
}
