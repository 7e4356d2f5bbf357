namespace Kiln.Learning.Explaining;

/// <summary>Every error of explanations, in one place.</summary>
static class ExplainingErrors
{
    public static KilnException NoRows() => new(
        "There are no rows to explain a model by.", [("rows", "0")], "Give rows such as it answers, with their labels; look at what the stage before kept.");

    public static KilnException OneRow() => new(
        "One row alone has no other whose values it could be given.", [("rows", "1")], "Give at least 2 rows; some hundreds say something.");

    public static KilnException NoSuchColumn(string name, IEnumerable<string> known) => new(
        "A model does not read a column that is to be explained.", [("column", name), ("columns", string.Join(", ", known))], "Name one that it reads.");

    public static KilnException BadGroup(string name, string why) => new(
        "Columns cannot be permuted together as they are named.", [("group", name), ("reason", why)], "Correct explain.permutation.groups.");

    public static KilnException OtherTarget(string model, string rows) => new(
        "The rows are of another target than the model.", [("model", model), ("rows", rows)], "Read them with the model's target.");

    public static KilnException NoGrid(string column, string kind) => new(
        "A column has no values to be set to one by one.", [("column", column), ("kind", kind)], "Ask for the dependence on numbers, truths, texts or times.");

    public static KilnException NotAdditive(int row, double sum, double margin) => new(
        "The trees' contributions do not sum to their margin.",
        [("row", $"{row} (from 0, of those attributed)"), ("sum", $"{sum:R}"), ("margin", $"{margin:R}")],
        "The library gives wrong contributions: look at its version, and at the margin's size; single precision ends where it is large.");

    public static KilnException NotAttributed(string kind, string reason) => new(
        "A model's answers cannot be taken apart into what columns add.", [("model", kind), ("reason", reason)], "Look at its permutation importances and partial dependences.");
}
