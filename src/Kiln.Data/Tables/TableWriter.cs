using System.Collections.Immutable;
using Kiln.Data.Querying;

namespace Kiln.Data;

/// <summary>
/// Writes a table batch by batch. Rows stand in the file in the order they were appended, and the same rows give the same bytes whatever
/// the number of threads. Nothing is written before <see cref="Complete"/>.
/// </summary>
public sealed class TableWriter : IDisposable
{
    const string Rows = "written";

    readonly Table _table;
    readonly TableFormat _format;
    readonly ImmutableArray<ColumnSchema> _columns;
    readonly Connection _connection;
    readonly RowAppender _rows;

    internal TableWriter(Table table, ImmutableArray<ColumnSchema> columns, TableFormat format)
    {
        (_table, _columns, _format) = (table, columns, format);
        if (columns.IsEmpty) throw Errors.NoColumns(table);
        _connection = table.Database.Connect(table.ToString());
        _rows = new(_connection, Rows, columns, table.ToString());
    }

    /// <summary>Appends rows: one column for each of the table's, in its order, all of one length.</summary>
    /// <exception cref="DataException">Names, types or lengths differ.</exception>
    public void Append(params IReadOnlyList<Column> columns)
    {
        CheckShape(columns);
        _rows.Append(columns);
    }

    /// <summary>Writes the file.</summary>
    /// <param name="order">Columns to sort by; rows equal in them stay in the order they were appended. None: that order for all.</param>
    /// <exception cref="DataException">The file cannot be written.</exception>
    public void Complete(params IReadOnlyCollection<string> order)
    {
        _rows.Complete();
        _table.WriteFile(_connection, order.Count == 0 ? Rows : $"(SELECT * FROM {Rows} ORDER BY {Sql.List(order)}, rowid)", _format);
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _rows.Dispose();
        _connection.Dispose();
    }

    void CheckShape(IReadOnlyList<Column> columns)
    {
        if (columns.Count != _columns.Length) throw Errors.ColumnLength("columns", columns.Count, _columns.Length);
        for (var c = 0; c < columns.Count; c++)
        {
            if (columns[c].Schema != _columns[c]) throw Errors.WrongColumn(_table, _columns[c], columns[c].Schema);
            if (columns[c].Length != columns[0].Length) throw Errors.ColumnLength(_columns[c].Name, columns[c].Length, columns[0].Length);
        }
    }
}
