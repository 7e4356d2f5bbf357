using System.Collections.Immutable;

namespace Kiln.Learning.Evaluating;

/// <summary>One point of a curve over thresholds.</summary>
/// <param name="X">False positive rate (ROC) or recall (precision-recall).</param>
/// <param name="Y">True positive rate (ROC) or precision (precision-recall).</param>
/// <param name="Threshold">The lowest score that is flagged here; null where nothing is flagged.</param>
public readonly record struct CurvePoint(double X, double Y, double? Threshold);

/// <summary>The curves that a ranking traces as the threshold falls from above the highest score to the lowest.</summary>
public static class Curve
{
    /// <summary>
    /// How far the drawn line may stray from the exact curve, as a share of an axis: half a pixel of a chart 500 pixels wide.
    /// </summary>
    public const double DrawingTolerance = 0.001;

    /// <summary>The ROC curve at every distinct score, from (0, 0) to (1, 1).</summary>
    public static ImmutableArray<CurvePoint> Roc(Ranking ranking) =>
        Trace(ranking, new CurvePoint(0, 0, null), at => new CurvePoint(at.FalsePositiveRate, at.Recall, at.Threshold));

    /// <summary>
    /// The precision-recall curve at every distinct score, from recall 0 to 1. Where nothing is flagged precision counts as 1, as in scikit-learn.
    /// </summary>
    public static ImmutableArray<CurvePoint> PrecisionRecall(Ranking ranking) =>
        Trace(ranking, new CurvePoint(0, 1, null), at => new CurvePoint(at.Recall, at.Precision, at.Threshold));

    /// <summary>
    /// Leaves out points that nobody could see. The two ends stay, and every point left out lies within
    /// <paramref name="tolerance"/> of the line between its kept neighbours (Ramer 1972, Douglas and Peucker 1973).
    /// </summary>
    public static ImmutableArray<CurvePoint> Thin(ImmutableArray<CurvePoint> points, double tolerance = DrawingTolerance)
    {
        if (points.Length < 3) return points;
        var kept = new bool[points.Length];
        (kept[0], kept[^1]) = (true, true);
        var spans = new Stack<(int First, int Last)>([(0, points.Length - 1)]);
        while (spans.TryPop(out var span))
        {
            var (farthest, distance) = Farthest(points.AsSpan(), span.First, span.Last);
            if (distance <= tolerance) continue;
            kept[farthest] = true;
            spans.Push((span.First, farthest));
            spans.Push((farthest, span.Last));
        }
        return [.. points.Where((_, index) => kept[index])];
    }

    static ImmutableArray<CurvePoint> Trace(Ranking ranking, CurvePoint start, Func<Confusion, CurvePoint> point)
    {
        var points = ImmutableArray.CreateBuilder<CurvePoint>(ranking.Steps + 1);
        points.Add(start);
        for (var step = 0; step < ranking.Steps; step++) points.Add(point(ranking.At(step)));
        return points.MoveToImmutable();
    }

    static (int Index, double Distance) Farthest(ReadOnlySpan<CurvePoint> points, int first, int last)
    {
        var (from, to) = (points[first], points[last]);
        double dx = to.X - from.X, dy = to.Y - from.Y, length2 = (dx * dx) + (dy * dy);
        var (farthest, greatest) = (first, 0.0);
        for (var index = first + 1; index < last; index++)
        {
            double x = points[index].X - from.X, y = points[index].Y - from.Y;
            var along = length2 == 0 ? 0 : Math.Clamp(((x * dx) + (y * dy)) / length2, 0, 1);
            double awayX = x - (along * dx), awayY = y - (along * dy);
            var distance2 = (awayX * awayX) + (awayY * awayY);
            if (distance2 > greatest) (farthest, greatest) = (index, distance2);
        }
        return (farthest, Math.Sqrt(greatest));
    }
}
