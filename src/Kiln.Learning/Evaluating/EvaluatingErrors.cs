using System.Text.Json;
using Kiln.Learning.Models;

namespace Kiln.Learning.Evaluating;

/// <summary>Every refusal of the evaluation, in one place.</summary>
static class EvaluatingErrors
{
    public static KilnException NoRows() => new(
        "There is nothing to evaluate: not one scored row.",
        [],
        "Look at the stage that makes the scores, and at the split that feeds it.");

    public static KilnException LengthsDiffer(string first, int firstLength, string second, int secondLength) => new(
        $"The {first} and the {second} are of different lengths.",
        [(first, $"{firstLength:N0}"), (second, $"{secondLength:N0}")],
        "Give one of each for every row, in the same order.");

    public static KilnException NotFinite(int row, double score) => new(
        "A score is not a finite number.",
        [("row", $"{row:N0} (counted from 0)"), ("score", $"{score}")],
        "A network that diverged gives such scores: look at the training curve, or lower the learning rate.");

    public static KilnException NotFinite(string what, int row, double value) => new(
        $"A {what} is not a finite number.",
        [("row", $"{row:N0} (counted from 0)"), (what, $"{value}")],
        "Look at the stage that makes it.");

    public static KilnException WrongOutputs(LearningTask task, int outputs) => new(
        "There are not as many answers a row as the task has.",
        [("task", task.ToString()), ("answers a row", $"{outputs:N0}")],
        "Give one for two classes and for values, else one for each class.");

    public static KilnException NoThreshold() => new(
        "The threshold is not a number.",
        [("threshold", "NaN")],
        "Choose it on validation rows, or leave it out: it is 0.5 then.");

    public static KilnException NotSummingToOne(int row, double sum) => new(
        "A row's probabilities do not sum to 1.",
        [("row", $"{row:N0} (counted from 0)"), ("sum", $"{sum:R}")],
        "Give a probability for each class: apply the softmax to logits first.");

    public static KilnException NotAClass(int row, double label, int classes) => new(
        "A label is not the number of a class.",
        [("row", $"{row:N0} (counted from 0)"), ("label", $"{label:R}"), ("classes", $"0 to {classes - 1}")],
        "Number the classes from 0, as the target lists them.");

    public static KilnException NotAWeight(int row, double weight) => new(
        "A weight is not a number from 0.",
        [("row", $"{row:N0} (counted from 0)"), ("weight", $"{weight:R}")],
        "A row of weight 0 does not count; none counts less.");

    public static KilnException NoWeight(int rows) => new(
        "All weights are 0, so no row counts.",
        [("rows", $"{rows:N0}")],
        "Look at the column that weights come from.");

    public static KilnException NoSuchMetric(string name, string? place, IEnumerable<string> nearest, IEnumerable<string> known) => new UsageException(
        "There is no such metric.",
        [.. place is null ? [] : new[] { ("at", place) }, ("name", name)],
        (string.Join(" or ", nearest) is { Length: > 0 } near ? $"Did you mean {near}? " : "") + "Known: " + string.Join(", ", known) + ".");

    public static KilnException FewRows(Metric metric, int rows) => new UsageException(
        $"{metric.Name} looks at more rows than there are.",
        [("looks at", $"{metric.LeastRows:#,0}"), ("rows", $"{rows:#,0}")],
        "Look at fewer of them: precision@100.");

    public static KilnException Undefined(string metric, string needs, JudgedRows rows) => new(
        $"{metric} is not defined for these rows.",
        [("it needs", needs), ("rows", $"{rows.Rows:N0}"), .. ClassesOf(rows)],
        "Evaluate over more rows, or leave the metric out.");

    public static KilnException NotProbability(int row, double score) => new(
        "A score is not a probability.",
        [("row", $"{row:N0} (counted from 0)"), ("score", $"{score:R}")],
        "Log loss, Brier score and calibration need scores from 0 to 1: apply the sigmoid to logits first.");

    public static KilnException OneClass(long rows, long positives) => new(
        "All labels are of one class, so no ranking can be judged.",
        [("rows", $"{rows:N0}"), ("positives", $"{positives:N0}")],
        "Evaluate over a longer window, or look at how the labels are joined.");

    public static KilnException BudgetTooSmall(long budget, long alerts) => new(
        "No threshold keeps within the alert budget.",
        [("budget", $"{budget:N0} alerts"), ("rows that share the highest score", $"{alerts:N0}")],
        "Raise the budget, or find out why so many rows score the same.");

    public static KilnException NotForTask(string metric, LearningTask task, string? place = null) => new UsageException(
        "A metric is not defined for this kind of answer.",
        [.. place is null ? [] : new[] { ("at", place) }, ("metric", metric), ("task", task.ToString())],
        $"Choose one that is: {string.Join(", ", MetricNames.Of(task))}.");

    public static KilnException Negative(string what, int row, double value) => new(
        $"{(what[0] == 'a' ? "An" : "A")} {what} is below 0.",
        [("row", $"{row:N0} (counted from 0)"), (what, $"{value:R}")],
        "The metric has no meaning below 0: choose another, or look at what makes the rows.");

    public static KilnException NoColumn(string metric, string what) => new(
        $"{metric} needs each row's {what}.",
        [("missing", $"one {what} a row")],
        "Give it with the rows that are judged.");

    static IEnumerable<(string, string)> ClassesOf(JudgedRows rows)
    {
        if (rows.Classes == 0) return [];
        return [("rows of each class", string.Join(", ", rows.RowsOfClasses().Select(count => $"{count:N0}")))];
    }

    public static KilnException NotCalibrated(LearningTask task) => new(
        "Such answers are not calibrated.",
        [("task", task.ToString())],
        "Platt's and isotonic scaling calibrate scores of two classes, temperature scaling also probabilities of several.");

    public static KilnException NotOneScore(int answers) => new(
        "One score a row is calibrated here.",
        [("answers a row", $"{answers:N0}")],
        "Of several classes, calibrate with a temperature.");

    public static KilnException OneScore(int rows, double score) => new(
        "All rows have the same score, so nothing can be learned from it.",
        [("rows", $"{rows:N0}"), ("score", $"{score:R}")],
        "Look at the model that scores.");

    public static KilnException NotIsotonic(string why) => new(
        "An isotonic scaling is damaged.",
        [("reason", why)],
        "Fit it anew.");

    public static KilnException NotPlatt(string what, double value) => new(
        "A Platt scaling is damaged.",
        [(what, $"{value}")],
        "Fit it anew, to scores of a usual size.");

    public static KilnException CalibrationMisfit(CalibrationMethod method, Target target, string reason) => new UsageException(
        "A calibration does not fit what is learned.",
        [("setting", $"calibration.method: {JsonNamingPolicy.CamelCase.ConvertName($"{method}")}"), ("learned", $"{target.Column} ({target.Words})"), ("reason", reason)],
        "Choose another, or leave it out (--set calibration.method=none).");

    public static KilnException TooFewToCalibrate(CalibrationMethod method, string what, int found, string setting, int least) => new(
        "There are too few rows to calibrate by.",
        [("method", JsonNamingPolicy.CamelCase.ConvertName($"{method}")), (what, $"{found:N0}"), (setting, $"{least:N0}")],
        "Validate on more rows, leave the answers as they are (calibration.method: none), or lower the least number.");

    public static KilnException NoTemperature(string why) => new(
        "No temperature is best for these answers.",
        [("reason", why)],
        "Calibrate on more rows, which the model did not learn from; or leave the answers as they are.");

    public static KilnException NotAbove0(string name, double value) => new(
        $"The {name} must be a number above 0.",
        [(name, $"{value}")],
        "Correct the setting.");

    public static KilnException NotPositive(string name, long value) => new(
        $"The {name} must be at least 1.",
        [(name, $"{value}")],
        "Correct the setting.");
}
