namespace Kiln.Registry;

/// <summary>What can go wrong where something is traced.</summary>
static class TraceErrors
{
    public static KilnException NotOneQuestion() => new UsageException(
        "One thing is traced at a time.", [("given", "a version, --file or --row: none, or several")], "Name a version (fraud/3), or a file (--file data/rows.parquet), or a row (--row 4711, in a version or all).");

    public static KilnException OnlyOfVersion(string option) => new UsageException($"{option} tells of a version.", [], $"Name one: ./build.sh trace fraud/3 {option}.");

    public static KilnException ColumnOfNothing() => new UsageException("--column names where a row's key stands.", [], "Give the key too: --row 4711 --column CUSTOMER_ID.");

    public static KilnException NotWritten(string file, Exception inner) => new("The events cannot be written.", [("file", file), ("reason", inner.Message)], "Name another file, or none for standard output.", inner);
}
