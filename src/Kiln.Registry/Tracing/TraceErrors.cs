using System.Globalization;

namespace Kiln.Registry;

/// <summary>What can go wrong where something is traced.</summary>
static class TraceErrors
{
    const int MostNamed = 30;

    public static KilnException NotOneQuestion() => new UsageException(
        "One thing is traced at a time.", [("given", "a version, --file or --row: none, or several")], "Name a version (fraud/3), or a file (--file data/rows.parquet), or a row (--row 4711, in a version or all).");

    public static KilnException OnlyOfVersion(string option) => new UsageException($"{option} tells of a version.", [], $"Name one: ./build.sh trace fraud/3 {option}.");

    public static KilnException ColumnOfNothing() => new UsageException("--column names where a row's key stands.", [], "Give the key too: --row 4711 --column CUSTOMER_ID.");

    public static KilnException NotWritten(string file, Exception inner) => new("The events cannot be written.", [("file", file), ("reason", inner.Message)], "Name another file, or none for standard output.", inner);

    public static KilnException NothingGiven(string option) => new UsageException($"{option} names nothing.", [], "Give it a value: --file data/rows.parquet, --row 4711.");

    public static KilnException EventsAreJson() => new UsageException("--openlineage gives events, which are JSON already; --json gives another answer.", [], "Leave one of the two out.");

    public static KilnException NoWorkspace(string folder) => new UsageException("The workspace is not there:", [("folder", folder)], "Give an existing folder with --working.");

    public static KilnException NoSuchColumn(string column, IReadOnlyCollection<string> others, int looked, int unseen) => new UsageException(
        "No table that can be looked at has this column:",
        [("column", Clipped.Text(column)), ("tables", string.Create(CultureInfo.InvariantCulture, $"{looked:#,0}{(unseen > 0 ? $", and {unseen:#,0} that cannot be looked at" : "")}")), ("columns", Named(others))],
        "Name one of these, or leave --column out to look in every column of texts or whole numbers.");

    static string Named(IReadOnlyCollection<string> names) =>
        string.Join(", ", names.Take(MostNamed).Select(Clipped.Text)) + (names.Count > MostNamed ? string.Create(CultureInfo.InvariantCulture, $" and {names.Count - MostNamed:#,0} more") : "");
}
