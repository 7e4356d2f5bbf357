using Kiln.Data.Querying;

namespace Kiln.Data;

/// <summary>
/// Rows in DuckDB's memory, for SQL that settings bring: it sees these rows as <c>this</c>, and reaches no file, network or extension
/// (<see cref="DatabaseReach.Nothing"/>). One thread at a time.
/// </summary>
public sealed class MemoryTable : IDisposable
{
    static readonly Lazy<Database> Sealed = new(() => new(new() { Reach = DatabaseReach.Nothing }));

    readonly Connection _connection;
    readonly int _rows;
    readonly string _number;

    /// <exception cref="DataException">Two columns have the same name.</exception>
    public MemoryTable(TableColumns rows)
    {
        _rows = rows.RowCount;
        _number = "row";
        // SQL tells no names apart by their case.
        while (rows.Columns.Any(column => column.Schema.Name.Equals(_number, StringComparison.OrdinalIgnoreCase))) _number += "_";
        var numbers = new int[_rows];
        for (var row = 0; row < numbers.Length; row++) numbers[row] = row;
        Column[] columns = [.. rows.Columns, Column.Of<int>(_number, numbers)];
        _connection = Sealed.Value.Connect("");
        try
        {
            using var appender = new RowAppender(_connection, Table.This, [.. columns.Select(column => column.Schema)], "");
            appender.Append(columns);
            appender.Complete();
        }
        catch
        {
            _connection.Dispose();
            throw;
        }
    }

    /// <summary>Whether an SQL expression is true of each row; where it has no value it is not.</summary>
    /// <param name="name">What the expression is for, as its errors say it.</param>
    /// <param name="expression">A comparison of columns; other rows are seen through subqueries of <c>this</c> and window functions.</param>
    /// <exception cref="DataException">The expression is wrong, asks for what is out of reach, or is not one truth for each row.</exception>
    public bool[] Where(string name, string expression)
    {
        // On lines of its own, so that a remark at its end hides nothing.
        var sql = $"SELECT {Sql.Identifier(_number)}, (\n{expression}\n) AS truth FROM {Sql.Identifier(Table.This)} ORDER BY 1";
        TableColumns found;
        try
        {
            using var result = _connection.Query(sql, []);
            found = result.ReadAll();
        }
        catch (DataException error)
        {
            throw Errors.NotATruth(name, expression, error is QueryException query ? query.Reason : error.What);
        }
        return found.Columns.Length == 2 ? Truths(name, expression, found) : throw Errors.NotATruth(name, expression, $"it is {found.Columns.Length - 1} expressions");
    }

    /// <inheritdoc/>
    public void Dispose() => _connection.Dispose();

    bool[] Truths(string name, string expression, TableColumns found)
    {
        if (found.Columns[1] is not Column<bool> truths) throw Errors.NotATruth(name, expression, $"its values are {found.Columns[1].Schema.Type}, not BOOLEAN");
        var numbers = found.Columns[0] is Column<int> column ? column.Values.Span : [];
        var isEachRowOnce = numbers.Length == _rows;
        for (var row = 0; isEachRowOnce && row < numbers.Length; row++) isEachRowOnce = numbers[row] == row;
        if (!isEachRowOnce) throw Errors.NotATruth(name, expression, $"it has {found.RowCount:#,0} values for {_rows:#,0} rows");
        var holds = truths.Values.ToArray();
        for (var row = 0; row < holds.Length; row++) holds[row] &= !truths.IsNull(row);
        return holds;
    }
}
