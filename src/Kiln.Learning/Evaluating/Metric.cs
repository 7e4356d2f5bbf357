using Kiln.Learning.Evaluating.Resampling;
using Kiln.Learning.Models;

namespace Kiln.Learning.Evaluating;

/// <summary>
/// A figure of rows that were prepared once, with whatever weights: a bootstrap asks it thousands of times. Several threads may ask at once.
/// NaN where the figure is not defined with these weights, as when all the rows of one class weigh nothing.
/// </summary>
/// <param name="weights">
/// How much each row counts, from 0, in place of the rows' own weights; empty: each counts 1. A row of weight 0 is left out,
/// one of weight 2 counts as two rows.
/// </param>
public delegate double Statistic(ReadOnlySpan<double> weights);

/// <summary>A figure that says how good answers are.</summary>
public abstract class Metric
{
    /// <summary>Its name in settings, in JSON and on pages; <see cref="Parse"/> reads it.</summary>
    public abstract string Name { get; }

    /// <summary>Whether more of it is better.</summary>
    public virtual bool IsHigherBetter => true;

    /// <summary>Whether it goes smoothly with the rows' weights. What has corners, such as a sum of distances, has its intervals widened.</summary>
    public virtual bool IsSmooth => true;

    /// <summary>What it needs to know of rows beside answers and labels.</summary>
    public virtual RowFacts RowFacts => RowFacts.None;

    /// <summary>Rows below which it is not defined, whatever they are.</summary>
    public virtual int LeastRows => 1;

    /// <summary>The values that it may have, for answers of a kind that it judges.</summary>
    public virtual MetricRange RangeOf(LearningTask task) => new(0, 1);

    /// <summary>What rows must have for it to be defined, in words.</summary>
    protected abstract string Needs { get; }

    /// <summary>The metric of a name.</summary>
    /// <param name="name">The name, in letters of either case.</param>
    /// <param name="place">Where it was written, for the error.</param>
    /// <exception cref="KilnException">There is no such metric; the error names the nearest.</exception>
    public static Metric Parse(string name, string? place = null) => MetricNames.Parse(name, place);

    /// <summary>Whether it judges answers of this kind.</summary>
    public abstract bool AppliesTo(LearningTask task);

    /// <summary>Prepares rows, to compute the metric with one set of weights after the other.</summary>
    /// <exception cref="KilnException">The rows cannot be judged: the metric is of another task, or something in them has no meaning.</exception>
    public Statistic Over(JudgedRows rows)
    {
        if (!AppliesTo(rows.Task)) throw EvaluatingErrors.NotForTask(Name, rows.Task);
        rows.Check();
        return Prepare(rows);
    }

    /// <summary>The metric of rows with their own weights.</summary>
    /// <exception cref="KilnException">The rows cannot be judged, or the metric is not defined for them: the error says what is missing.</exception>
    public double Of(JudgedRows rows)
    {
        var value = Over(rows)(rows.Weights.Span);
        return double.IsNaN(value) ? throw UndefinedFor(rows) : value;
    }

    /// <summary>The error that it is not defined for rows.</summary>
    internal KilnException UndefinedFor(JudgedRows rows) => EvaluatingErrors.Undefined(Name, Needs, rows);

    /// <summary>Why it has no value for rows for which it is not defined.</summary>
    internal string WhyUndefined(int rows) => $"{Name} is not defined for these {rows:#,0} rows: it needs {Needs}.";

    /// <summary>What resampling says of it; where it has no value for the rows, in its own words.</summary>
    internal BootstrapResult InWords(BootstrapResult result) =>
        result is BootstrapResult.Undefined undefined && double.IsNaN(result.Estimate) ? undefined with { Reason = WhyUndefined(result.Rows) } : result;

    /// <summary>The name.</summary>
    public override string ToString() => Name;

    /// <summary>Prepares rows that were checked.</summary>
    protected abstract Statistic Prepare(JudgedRows rows);
}
