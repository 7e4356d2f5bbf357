using Kiln.Learning.Boosting;
using Kiln.Learning.Models;
using Kiln.Learning.Preparing;

namespace Kiln.Learning.Explaining;

/// <summary>
/// Shapley values of boosted trees as XGBoost computes them (TreeSHAP: Lundberg et al. 2020, path-dependent: a feature that is left out goes
/// both ways by the training rows' covers).
/// </summary>
static class TreeContributions
{
    // Of the largest margin: sums of single-precision leaves, in two orders.
    const double Tolerance = 1e-4;

    // Objectives whose margin is the value itself.
    static readonly string[] ofValues = ["", "reg:squarederror", "reg:squaredlogerror", "reg:pseudohubererror", "reg:absoluteerror"];
    static readonly string[] ofClasses = ["", "binary:logistic", "multi:softprob"];

    public static AttributionScale ScaleOf(string objective, Target target) =>
        (target.Task == LearningTask.Regression ? ofValues : ofClasses).Contains(objective) ? Contributions.Natural(target) : AttributionScale.Margin;

    public static Contributions Of(XGBoostPredictor trees, string objective, Target target, FeatureMatrix rows)
    {
        var (outputs, columns) = (target.Outputs, rows.Columns);
        var found = trees.Contributions(rows).Values;
        var margins = trees.Booster.Predict(rows.Values.Span, columns, XGBoost.ScoreKind.Margin).Values;
        var values = new float[rows.Rows * outputs * columns];
        for (var i = 0; i < margins.Length; i++) found.AsSpan(i * (columns + 1), columns).CopyTo(values.AsSpan(i * columns));
        var (itsMargins, itsBase) = (Array.ConvertAll(margins, margin => (double)margin), Enumerable.Range(0, outputs).Select(output => (double)found[(output * (columns + 1)) + columns]).ToArray());
        var contributions = new Contributions
        {
            Method = AttributionMethod.TreeShap,
            Scale = ScaleOf(objective, target),
            Values = values,
            Base = itsBase,
            Margins = itsMargins,
            Tolerance = Tolerance,
            Unit = Contributions.Largest(itsMargins, itsBase),
        };
        for (var i = 0; i < margins.Length; i++)
        {
            var (gap, most) = contributions.Gap(i / outputs, i % outputs);
            if (!(gap <= most)) throw ExplainingErrors.NotAdditive(i / outputs, margins[i] + gap, margins[i]);
        }
        return contributions;
    }
}
