namespace Kiln.Learning.Boosting;

/// <summary>Every error of boosted trees, in one place.</summary>
static class BoostingErrors
{
    public static KilnException NotForObjective(ValueObjective objective, string which, string column, int row, float value) => new(
        $"A label of the {which} rows is not one that the objective can learn.",
        [("column", column), ("row", $"{row} (from 0)"), ("label as it is learned", $"{value}"), ("objective", objective.Name), ("learns", objective.Learns)],
        "Correct the rows, or choose another xgboost.objective.");
}
