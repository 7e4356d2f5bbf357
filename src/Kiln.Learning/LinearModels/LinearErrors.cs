namespace Kiln.Learning.LinearModels;

/// <summary>Every error of linear models, in one place.</summary>
static class LinearErrors
{
    public static KilnException Category(string feature) => new(
        "A linear model cannot take the number of a category.", [("feature", feature)], "Encode it one-hot or by the target in the preparation.");

    public static KilnException MissingNumber(string feature, int row) => new(
        "A linear model cannot take a missing number.", [("feature", feature), ("row", $"{row} (from 0)")],
        "Impute it in the preparation, or choose a model that takes missing numbers, such as XGBoost.");

    public static KilnException NotConverged(LinearSettings settings, double largest) => new(
        "The coefficients have not converged.",
        [("steps", $"{settings.MaxIterations}"), ("l2", $"{settings.L2}"), ("largest coefficient", $"{largest:G4}")],
        settings.L2 == 0 ? "Classes that can be told apart without an error have no finite solution: set l2 above 0." : "Raise maxIterations, or scale the features.");

    public static KilnException TooWide(long coefficients, long most) => new(
        "There are too many coefficients to solve for.", [("coefficients", $"{coefficients:#,0}"), ("at most", $"{most:#,0}")],
        "Encode categories of many values by the target or by hashing, or train a network without hidden layers.");
}
