namespace Kiln.Learning.Evaluating.Resampling;

/// <summary>Every refusal of resampling, in one place.</summary>
static class ResamplingErrors
{
    public static KilnException NoRows() => new("There is nothing to resample: not one row.", [], "Look at the stage that makes the rows.");

    public static KilnException LengthsDiffer(string what, int rows, int given) => new(
        $"Rows and their {what} are of different numbers.", [("rows", $"{rows:N0}"), (what, $"{given:N0}")], "Give one of each row, in the same order.");

    public static KilnException ClusterInTwoStrata(int row, int first, int second) => new(
        "The rows of a cluster are in different strata, so no resample can keep both whole.",
        [("row", $"{row:N0} (counted from 0)"), ("stratum", $"{second}"), ("stratum of the cluster's first row", $"{first}")],
        "Resample clusters without strata, or rows with them.");
}
