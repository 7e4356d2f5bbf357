namespace Kiln.Learning.Slicing;

/// <summary>Every error of slices, in one place.</summary>
static class SlicingErrors
{
    public static KilnException NotOnePlan(int given) => new UsageException(
        "Rows are told apart into slices in exactly one way at a time.", [("given", $"{given}")], "Give one of values, bins, where, cross in each entry.");

    public static KilnException SameName(string name) => new UsageException(
        "Two slices have the same name.", [("slice", name)], "Slice by each column once, and give expressions names of their own.");

    public static KilnException NoValues(string column, string type) => new UsageException(
        "A column has too many values for a slice of each.", [("column", column), ("type", type)],
        "Write an expression instead: where: {name: weekend, sql: \"isodow(time) > 5\"}.");

    public static KilnException NoNumbers(string column, string type) => new UsageException(
        "A column holds no numbers to make ranges of.", [("column", column), ("type", type)], "Slice by its values, or write an expression.");

    public static KilnException EdgesOrQuantiles(string column) => new UsageException(
        "Ranges need either edges or a number of quantiles.", [("column", column)], "Give one of the two: edges: [25, 40, 65], or quantiles: 4.");

    public static KilnException EdgesNotRising(string column, IEnumerable<double> edges) => new UsageException(
        "The edges of ranges do not rise.", [("column", column), ("edges", string.Join(", ", edges))], "Give each edge once, from the least to the greatest.");

    public static KilnException ManyGroups(int one, int other) => new UsageException(
        "Two ways to slice would cross to too many slices.", [("slices", $"{one:#,0} × {other:#,0}"), ("at most", $"{SliceGroups.Most:#,0}")], "Make one of them coarser.");

    public static KilnException Lengths(string what, int rows, int length) => new(
        $"Rows and their {what} differ in number.", [("rows", $"{rows:#,0}"), (what, $"{length:#,0}")], "Give each row one, in the same order.");

    public static KilnException NotALoss(int row, double loss) => new(
        "A row's loss is no number that can be squared and summed up.", [("row", $"{row} (from 0)"), ("loss", $"{loss}")], "Look at the answer and the label of that row.");

    public static KilnException NoLossOf(string loss, string task) => new UsageException(
        "A loss is not defined for this kind of answer.", [("loss", loss), ("task", task)], "Classes have logLoss and error, values have squaredError and absoluteError.");

    public static KilnException FewRows(int rows, int least) => new(
        "There are too few rows to look for slices in.", [("rows", $"{rows:#,0}"), ("a slice's least rows", $"{least:#,0}")],
        "A slice and the rows beside it have that many each: judge on more rows, or lower leastRows.");
}
