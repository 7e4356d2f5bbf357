using System.Collections.Immutable;
using System.Globalization;
using Kiln.Data;
using Kiln.Learning.Evaluating;
using Kiln.Learning.Evaluating.Resampling;
using Kiln.Learning.Fairness;
using Kiln.Learning.Gates;
using Kiln.Learning.Models;
using Kiln.Learning.Preparing;
using Kiln.Learning.Slicing;

namespace Kiln.Learning.Reviewing;

/// <summary>Looks at a model's answers for test rows from all sides: metrics with intervals, slices, groups, and the rows that went most wrong.</summary>
/// <param name="settings">What is told.</param>
/// <param name="intervals">How sure it is to be.</param>
/// <param name="model">The answers.</param>
/// <param name="target">What was learned.</param>
/// <param name="inputs">The columns that the model reads.</param>
public sealed class Reviewer(ReviewSettings settings, IntervalSettings intervals, JudgedModel model, Target target, ImmutableArray<InputColumn> inputs)
{
    /// <summary>How many things a review looks at, the slices as one.</summary>
    internal int Looks => MetricsOf(settings, model.Rows.Task).Length + 1 + (settings.FindWorst ? 1 : 0) + settings.Fairness.Length;

    /// <summary>The review.</summary>
    /// <param name="told">Told what it looks at next.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="KilnException">A setting names what the rows do not have.</exception>
    public ModelReview Review(Action<string>? told = null, CancellationToken cancellation = default)
    {
        var metrics = MetricsOf(settings, model.Rows.Task);
        return new()
        {
            Candidate = model.Candidate,
            Rows = model.Rows.Rows,
            Intervals = intervals.Words + "; of calibration errors and fairness as wide as the percentiles at least",
            Metrics = [.. metrics.Select(metric => Told(metric.Name, () => Figure(metric, model.Rows, model.Columns, cancellation)))],
            Slices = Told("slices", () => SlicePlan.All(settings.Slices.Select(slice => slice.Choose()), model.Columns).Select(slice => OfSlice(metrics[0], slice, cancellation)).ToImmutableArray()),
            Worst = settings.FindWorst ? Told("worst slices", Worst) : null,
            Fairness = [.. settings.Fairness.Select(groups => Told(groups.Column, () => Compare(groups, cancellation)))],
            MostWrong = MostWrong(),
        };

        T Told<T>(string what, Func<T> look)
        {
            told?.Invoke(what);
            return look();
        }
    }

    /// <summary>The metrics that are told, the most important first.</summary>
    /// <param name="settings">They name them.</param>
    /// <param name="task">What the answers are.</param>
    /// <param name="place">Where the names were written, for an error.</param>
    /// <exception cref="KilnException">A setting names a metric that there is not, or that does not judge such answers.</exception>
    internal static ImmutableArray<Metric> MetricsOf(ReviewSettings settings, LearningTask task, string? place = null)
    {
        ImmutableArray<Metric> metrics = [.. (settings.Metrics.IsEmpty ? Usual(task) : settings.Metrics).Select(name => Metric.Parse(name, place))];
        return metrics.FirstOrDefault(metric => !metric.AppliesTo(task)) is { } wrong ? throw EvaluatingErrors.NotForTask(wrong.Name, task, place) : metrics;
    }

    static ImmutableArray<string> Usual(LearningTask task) => task switch
    {
        LearningTask.Binary => ["average precision", "AUC ROC", "log loss", "Brier score", "expected calibration error", "F1", "precision", "recall", "MCC", "balanced accuracy"],
        LearningTask.MultiClass => ["accuracy", "balanced accuracy", "log loss", "F1 macro", "AUC ROC ovr macro", "expected calibration error"],
        _ => ["RMSE", "MAE", "R²"],
    };

    MetricInterval Figure(Metric metric, JudgedRows rows, TableColumns columns, CancellationToken cancellation)
    {
        if (rows.Rows == 0) return new() { Metric = metric.Name, IsHigherBetter = metric.IsHigherBetter, Estimate = null, Reason = "There are no rows." };
        return Of(metric.Name, metric.IsHigherBetter, metric.InWords(intervals.Draws(metric.IsSmooth).Run(metric.Over(rows), intervals.UnitsOf(columns, rows), cancellation)));
    }

    MetricInterval Of(string name, bool isHigherBetter, BootstrapResult result)
    {
        var interval = (result as BootstrapResult.Distribution)?.Interval(intervals.Confidence);
        return new()
        {
            Metric = name,
            IsHigherBetter = isHigherBetter,
            Estimate = double.IsFinite(result.Estimate) ? result.Estimate : null,
            Lower = interval?.Lower,
            Upper = interval?.Upper,
            Reason = (result as BootstrapResult.Undefined)?.Reason ?? "",
        };
    }

    SliceFigure OfSlice(Metric metric, Slice slice, CancellationToken cancellation)
    {
        var rows = model.Rows.Where(slice.Rows.AsSpan());
        return new()
        {
            Name = slice.Name,
            Definition = slice.Definition,
            Rows = rows.Rows,
            Positives = rows.Task == LearningTask.Binary ? rows.Labels.Span.Count(1.0) : null,
            Figure = Figure(metric, rows, model.Columns.Take(slice.Rows.AsSpan()), cancellation),
        };
    }

    GroupReview Compare(FairnessSettings groups, CancellationToken cancellation)
    {
        var rates = GroupRates.Of(model.Columns, model.Rows, groups);
        var report = rates.Report();
        return new(report, [.. report.Figures.Select(figure => Of(Criterion.Words(figure.Measure), isHigherBetter: Criterion.IsRatio(figure.Measure), intervals.Draws(isSmooth: false).Run(rates.Over(figure.Measure), intervals.UnitsOf(model.Columns, model.Rows), cancellation)))]);
    }

    /// <summary>Over the columns that the model reads, where there are any that tell rows apart.</summary>
    WorstSlices? Worst()
    {
        var columns = inputs.Where(input => input.Kind is not (InputKind.Bytes or InputKind.Time)).Select(input => model.Columns[input.Name]).ToImmutableArray();
        var counted = model.Rows.Counted().Rows;
        if (columns.IsEmpty || counted < 2 * Math.Max(settings.Search.LeastRows, settings.Search.LeastShare * counted)) return null;
        var loss = settings.Search.Loss ?? RowLosses.Usual(model.Rows.Task);
        var found = SliceSearch.Worst(TableColumns.Of(columns), model.Rows, settings.Search);
        return new()
        {
            Loss = Words(loss),
            MeanLoss = found.MeanLoss,
            Tested = found.Tested,
            LeftOut = found.LeftOut,
            Slices = [.. found.Slices.Select(slice => new WorstSlice(slice.Slice.Definition, slice.Slice.Rows.Length, slice.MeanLoss, slice.RestLoss, slice.CorrectedPValue, slice.IsSignificant))],
        };
    }

    ImmutableArray<WrongExample> MostWrong()
    {
        var losses = RowLosses.Of(RowLosses.Usual(model.Rows.Task), model.Rows);
        var rows = Enumerable.Range(0, losses.Length).OrderByDescending(row => losses[row]).ThenBy(row => row).Take(settings.MostWrong);
        return [.. rows.Select(row => new WrongExample(row, Named(model.Rows.Labels.Span[row]), AnswerOf(row), losses[row], [.. inputs.Where(input => input.Kind != InputKind.Bytes).Select(input => new ExampleValue(input.Name, model.Columns[input.Name].TextAt(row)))]))];
    }

    string Named(double label) => target.Task == LearningTask.Regression ? label.ToString("G6", CultureInfo.InvariantCulture) : target.Classes[(int)label];

    string AnswerOf(int row)
    {
        var answers = model.Rows.Answers.Span.Slice(row * model.Rows.Outputs, model.Rows.Outputs);
        return model.Rows.Task switch
        {
            LearningTask.Binary => string.Create(CultureInfo.InvariantCulture, $"{target.Classes[1]}: {answers[0]:0.0000}"),
            LearningTask.MultiClass => string.Create(CultureInfo.InvariantCulture, $"{target.Classes[model.Rows.ClassOf(row)]}: {answers[model.Rows.ClassOf(row)]:0.0000}"),
            _ => answers[0].ToString("G6", CultureInfo.InvariantCulture),
        };
    }

    static string Words(RowLoss loss) => loss switch
    {
        RowLoss.LogLoss => "log loss",
        RowLoss.Error => "share of wrong answers",
        RowLoss.SquaredError => "squared error",
        _ => "absolute error",
    };
}
