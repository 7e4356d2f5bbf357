using System.Globalization;
using Kiln.Data;
using Kiln.Learning.Evaluating;
using Kiln.Learning.Models;
using Kiln.Learning.Reporting;

namespace Kiln.Learning.Fitting;

/// <summary>Test rows and their answers, as pages show them.</summary>
static class TestRows
{
    /// <summary>The most probable class of two: what accuracy counts.</summary>
    const double EvenChance = 0.5;

    public static TestResults Of(AnsweredRows rows) => rows.Predictions.Target.Task switch
    {
        LearningTask.Binary when rows.OnlyClass is { } only => new TestResults.NotTold(
            rows.Labels.Length, $"All test rows are {only}: nothing tells how well the two classes are told apart, so there are no curves and no threshold. Judge on rows of both."),
        LearningTask.Binary => new TestResults.OfTwoClasses(
            BinaryEvaluation.Of(rows.Predictions.ToDoubles(), Measures.ToTruths(rows.Labels), EvenChance), "the more probable class is the answer"),
        LearningTask.MultiClass => new TestResults.OfClasses(ClassResults.Of(rows.Predictions, rows.Labels)),
        _ => new TestResults.OfValues(ValueResults.Of(rows.Predictions.ToDoubles(), Array.ConvertAll(rows.Labels, value => (double)value))),
    };

    /// <summary>Rows that served for something: how many, when, and what was to be learned from them.</summary>
    /// <param name="purpose">What they served for.</param>
    /// <param name="rows">The rows.</param>
    /// <param name="problem">What was learned.</param>
    /// <param name="hash">Their content hash.</param>
    public static DataWindow Window(string purpose, Table rows, LearningProblem problem, string hash)
    {
        var target = problem.Target;
        var labels = target.Read(rows.ReadColumns(target.Column));
        var days = problem.Time is { } time ? LearningProblem.DaysOf(rows.ReadColumns(time)[time]) : [];
        return new()
        {
            Purpose = purpose,
            From = days.Length > 0 ? DayOf(days.Min()) : null,
            To = days.Length > 0 ? DayOf(days.Max()) : null,
            Rows = labels.Length,
            Target = Describe(target, labels),
            Hash = hash,
        };
    }

    static DateOnly DayOf(int sinceEpoch) => DateOnly.FromDateTime(DateTime.UnixEpoch).AddDays(sinceEpoch);

    static string Describe(Target target, float[] labels)
    {
        if (target.Task == LearningTask.Regression)
        {
            var mean = labels.Average(label => (double)label);
            var deviation = Math.Sqrt(labels.Sum(label => (label - mean) * (label - mean)) / labels.Length);
            return string.Create(CultureInfo.InvariantCulture, $"{target.Column}: mean {mean:#,0.##}, deviation {deviation:#,0.##}");
        }
        var counts = Enumerable.Range(0, target.Classes.Length).Select(number => labels.Count(label => (int)label == number)).ToArray();
        return target.Task == LearningTask.Binary
            ? string.Create(CultureInfo.InvariantCulture, $"{counts[1]:#,0} are {target.Classes[1]} ({(double)counts[1] / labels.Length:0.00 %})")
            : string.Create(CultureInfo.InvariantCulture, $"{target.Classes.Length} classes of {counts.Min():#,0} to {counts.Max():#,0} rows");
    }
}
