namespace Kiln.Learning.Fairness;

/// <summary>Every error of comparing groups, in one place.</summary>
static class FairnessErrors
{
    public static KilnException NotTwoClasses(string task) => new UsageException(
        "Fairness between groups is told of two classes.", [("task", task)], "Leave fairness out of the settings of this pipeline.");

    public static KilnException ManyGroups(string column, int most) => new UsageException(
        "A column has too many values to be groups that are compared.", [("column", column), ("at most", $"{most}")], "Give edges where it holds numbers, or name a column with fewer values.");

    public static KilnException Lengths(int rows, int judged) => new(
        "Rows and their answers differ in number.", [("rows", $"{rows:#,0}"), ("answers", $"{judged:#,0}")], "Give both of the same rows, in the same order.");
}
