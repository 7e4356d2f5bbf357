using System.Globalization;
using Kiln.Data.Features;

namespace Kiln.Data;

/// <summary>Every error of this project, as what happened, the facts, and the next step.</summary>
static class Errors
{
    public static DataException NoSuchFeature(string name, IEnumerable<string> known) => new(
        $"No feature is called {name}.",
        [("features", string.Join(", ", known))],
        "Use one of these names.");

    public static DataException WrongFeature(string name, string why) => new(
        "A feature is defined wrongly: " + why + ".",
        [("feature", name)],
        "Correct its definition.");

    public static DataException NoSuchEventColumn(string name, IEnumerable<string> known) => new(
        "The features need a column that the events do not have.",
        [("column", name), ("columns given", string.Join(", ", known.Order(StringComparer.Ordinal)))],
        "Give the events this column, or correct the feature's key or value.");

    public static DataException ColumnLength(string name, int length, int expected) => new(
        "A column has the wrong length.",
        [("column", name), ("length", $"{length:N0}"), ("expected", $"{expected:N0}")],
        "All columns must be of one length.");

    public static DataException EventTimeOutOfRange(int? row, long id, long time) => new(
        "An event's time is not within the years 1 to 9999.",
        [.. row is { } r ? new[] { ("row", $"{r:N0}") } : [], ("id", $"{id}"), ("time", EventTime.Describe(time))],
        "Times are microseconds since 1970-01-01 UTC.");

    public static DataException EventsOutOfOrder((long Time, long Id) before, (long Time, long Id) after) => new(
        "The events are not in (time, id) order.",
        [
            ("event", $"{before.Id} at {EventTime.Describe(before.Time)}"),
            ("then", $"{after.Id} at {EventTime.Describe(after.Time)}"),
        ],
        "Sort them by time and then by id; ids of equal time must differ.");

    public static DataException LibraryMissing(string path) => new(
        "DuckDB's library is not there.",
        [("file", path)],
        $"Run ./build.sh, which installs it, or point {Native.DuckDbLibrary.Override} at a libduckdb.so.");

    public static DataException LibraryUnloadable(string path, Exception inner) => new(
        "DuckDB's library cannot be loaded.",
        [("file", path), ("because", inner.Message.Trim())],
        "Kiln needs DuckDB 1.5 built for this machine's processor.",
        inner);

    public static DataException DatabaseNotOpened(string message) => new(
        "DuckDB's database cannot be opened.",
        [("DuckDB", message)],
        "Check the options given.");

    public static QueryException QueryFailed(string subject, string sql, string message) => new(
        "A table could not be read, queried or written.",
        [.. About(subject), ("DuckDB", message), ("query", Shortened(sql))],
        message.Contains("No space left on device", StringComparison.Ordinal) ? "Free some space and run again."
            : message.Contains("Read-only file system", StringComparison.Ordinal) ? "Make the place writable and run again."
            : "If the file is broken, build it again.")
    {
        Reason = message,
    };

    public static DataException NulInName(string text) => new(
        "A name or a statement holds a NUL character.",
        [("text", Shortened(text.Replace("\0", "\\0")))],
        "Remove it.");

    public static DataException WrongParameterCount(string sql, int expected, int given) => new(
        "A query was given the wrong number of parameters.",
        [("expected", $"{expected}"), ("given", $"{given}"), ("query", Shortened(sql))],
        "Give one value for each of $1, $2 …");

    public static DataException ParameterNotBound(string sql, int index, object? value) => new(
        "A query's parameter has a type that cannot be bound.",
        [("parameter", $"${index}"), ("type", value?.GetType().Name ?? "null"), ("query", Shortened(sql))],
        "Use null, bool, int, long, double, string, DateOnly or DateTime.");

    public static DataException NoFiles(string name) => new(
        "A table has no files.",
        [("table", name)],
        "A table needs at least one Parquet file.");

    public static DataException TableMissing(string file) => new(
        "A table's file is not there.",
        [("file", file)],
        "Run the stage that makes it, or correct the path.");

    public static DataException SeveralFiles(Table table) => new(
        "A table of several files cannot be written as one.",
        [("table", table.ToString())],
        "Write to Table.At(path).");

    public static DataException NoColumns(Table table) => new(
        "A table needs at least one column.",
        [("table", table.ToString())],
        "Name its columns.");

    public static DataException NoSuchColumn(string subject, string name, IEnumerable<string> known) => new(
        "A table has no such column" + (Hint(name, known) is { Length: > 0 } hint ? hint : "."),
        [.. About(subject), ("column", name), ("columns", string.Join(", ", known))],
        "Ask for one of these.");

    public static DataException NotATruth(string name, string expression, string why) => new(
        "An SQL expression does not tell of each row whether it is true.",
        [("name", Visible(name)), ("expression", Visible(expression, 400)), ("because", why)],
        "Write a comparison of the rows' columns, such as amount > 100 AND hour(time) < 6; names with other characters stand in double quotes.");

    public static DataException WrongColumnType(string subject, ColumnSchema column, Type? asked) => new(
        "A column holds another type than asked for.",
        [.. About(subject), ("column", column.Name), ("type", column.Type.ToString()), ("asked for", asked?.Name ?? "text")],
        $"Read it as {column.Type.Storage?.Name ?? "text"}, or cast it in a query.");

    public static DataException NotNumbers(ColumnSchema column) => new(
        "A column does not hold numbers.", [("column", column.Name), ("type", column.Type.ToString())], "Leave it out, or turn it into numbers first.");

    public static DataException UnsupportedColumnType(string subject, string column) => new(
        "A column has a type that Kiln does not read.",
        [.. About(subject), ("column", column)],
        "Cast it in the query, for example to VARCHAR or TIMESTAMP.");

    public static DataException WrongColumn(Table table, ColumnSchema expected, ColumnSchema given) => new(
        "A batch's column does not fit its table.",
        [("table", table.ToString()), ("expected", $"{expected.Name} {expected.Type}"), ("given", $"{given.Name} {given.Type}")],
        "Give every batch the columns the table was created with, in their order.");

    public static DataException NoColumnTypeFor(Type type) => new(
        "No column type holds these values.",
        [("type", type.Name)],
        "Use bool, an integer, float, double or text.");

    public static DataException UnexpectedNull(string subject, string column, long row) => new(
        "A column has a missing value where none was expected.",
        [.. About(subject), ("column", column), ("row", $"{row:N0}")],
        "Read the column with its Nulls, or leave out such rows in a query.");

    public static DataException NotWritten(string subject, string message) => new(
        "Rows could not be appended to a table.",
        [.. About(subject), ("DuckDB", message)],
        "Check the values against the column types.");

    public static ContractFileException ContractFile(string file, long? line, string why) => new(
        $"A data contract is wrong: {why.TrimEnd('.')}.",
        [("file", file), .. line is { } l ? new[] { ("line", $"{l}") } : []],
        "Correct the contract.");

    public static ContractFileException UnknownContractKey(string file, long line, string key, string[] known) => new(
        $"A data contract is wrong: {Visible(key)} is unknown here{Hint(key, known)}",
        [("file", file), ("line", $"{line}"), ("known", string.Join(", ", known))],
        "Correct the contract.");

    public static DataException CsvUnreadable(string file, string why) => new(
        "A source file cannot be read.",
        [("file", file), ("because", why)],
        "Check the path and the permissions.");

    public static ContractException NotGzip(string file) => new(
        "A source file is named .gz and is not gzip.",
        [("file", file)],
        "Fetch the file again, or rename it.");

    public static ContractException BrokenGzip(string file, string why) => new(
        "A source file's gzip is truncated or damaged.",
        [("file", file), ("because", why)],
        "Fetch the file again.");

    public static ContractException NotIdx(string file, string why) => new(
        "A file is not IDX as it should be:", [("file", file), ("problem", why)], "Fetch it again, or name the right file.");

    public static ContractException EmptyCsv(string file) => new(
        "A source file is empty: it has not even a header.",
        [("file", file)],
        "Fetch the file again.");

    public static ContractException WrongHeader(string file, string why, string[] header) => new(
        "A source file's header breaks its contract: " + why + ".",
        [("file", file), ("line", "1"), ("header", Visible(string.Join(", ", header), 400))],
        "Correct the source, or the contract if the source has changed for good.");

    public static ContractException RecordTooLong(string file, long line, int longest) => new(
        $"A record of a source file is longer than {longest:N0} bytes.",
        [("file", file), ("line", $"{line:N0}")],
        "Probably a quote is not closed. Correct the source.");

    public static ContractException ContractBroken(string file, Violation first, long more) => new(
        "A source file breaks its contract.",
        [.. Facts(file, first), ("further bad rows", $"{more:N0}")],
        "Correct the source; or set onReject: keep in the contract, which keeps such rows aside and counts them.");

    public static ContractException TooManyRejects(string file, Violation first, (long Bad, long All) rows, double most) => new(
        "A source file has more bad rows than its contract allows.",
        [.. Facts(file, first), ("bad rows", $"{rows.Bad:N0} of {rows.All:N0}"), ("allowed share", $"{most}")],
        "Correct the source, or raise maxRejectedShare in the contract.");

    public static ContractException WrongRowCount(string file, long rows, DataContract contract) => rows < contract.MinRows
        ? WrongRowCount(file, "few", rows, ("at least", contract.MinRows))
        : WrongRowCount(file, "many", rows, ("at most", contract.MaxRows));

    public static DataException NoRejectsTable(string file) => new(
        "A contract keeps rejected rows aside, and no table was named for them.",
        [("file", file)],
        "Give the ingestion a table of rejects, or set onReject: fail.");

    static ContractException WrongRowCount(string file, string how, long rows, (string Label, long Rows) limit) => new(
        $"A source file has too {how} rows.",
        [("file", file), ("rows", $"{rows:N0}"), (limit.Label, $"{limit.Rows:N0}")],
        "Fetch the file again, or correct the contract's rows.");

    /// <summary>Text of the world on one line: control characters escaped, at most so many characters.</summary>
    public static string Visible(string text, int most = 80)
    {
        var visible = string.Concat(text.Take(most).Select(c => c switch
        {
            '\n' => "\\n",
            '\r' => "\\r",
            '\t' => "\\t",
            // Format characters can turn the direction of a terminal's text.
            _ when char.IsControl(c) || char.GetUnicodeCategory(c) == UnicodeCategory.Format => $"\\u{(int)c:x4}",
            _ => c.ToString(),
        }));
        return text.Length <= most ? visible : visible + " …";
    }

    static (string, string)[] Facts(string file, Violation violation) =>
    [
        ("file", file),
        ("line", $"{violation.Line:N0}"),
        .. violation.Column.Length == 0 ? [] : new[] { ("column", violation.Column) },
        ("value", violation.Value),
        ("rule broken", violation.Rule),
    ];

    /// <summary>A question to add to a message, or nothing where no name is near.</summary>
    public static string Hint(string name, IEnumerable<string> known) => Nearest.Name(name, known) is { } near ? $"; did you mean {near}?" : "";

    static (string, string)[] About(string subject) => subject.Length == 0 ? [] : [("table", subject)];

    static string Shortened(string text) => (text.Length <= 400 ? text : text[..400] + " …").ReplaceLineEndings(" ");
}
