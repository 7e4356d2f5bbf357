namespace Kiln.Learning.Validating;

/// <summary>Every error of folds, in one place.</summary>
static class ValidatingErrors
{
    public static KilnException Empty(string fold, string side, int rows) => new(
        "A fold has no rows on one side.", [("fold", fold), ("rows", $"none {side}, of {rows:#,0}")], "Choose folds that the rows reach, or fewer of them.");

    public static KilnException NoValue(string column, int row) => new(
        "A row has no value in the column that decides its fold.", [("column", column), ("row", $"{row} (from 0)")], "Leave such rows out, or fill the column before.");

    public static KilnException NoTime(string column, string type) => new(
        "Folds in the order of time need a column of dates or times.", [("column", column), ("type", type)], "Name another column.");

    public static KilnException NotOnePlan(IEnumerable<string> given) => new UsageException(
        "Candidates are compared on folds of exactly one kind.", [("given", string.Join(", ", given) is { Length: > 0 } names ? names : "none")], "Give one of holdOut, kFold, groupedKFold, timeOrdered under validation.");
}
