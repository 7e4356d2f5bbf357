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

    public static KilnException NotForTask(string measure, string task) => new(
        "A measure is not defined for this kind of answer.", [("measure", measure), ("task", task)], "Choose one that is: classes have accuracy, values have RMSE.");

    public static KilnException NotPositive(string name, long value) => new(
        $"The {name} must be at least 1.",
        [(name, $"{value}")],
        "Correct the setting.");
}
