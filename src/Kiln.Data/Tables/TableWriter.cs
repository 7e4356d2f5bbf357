using System.Collections.Immutable;
using Kiln.Data.Native;
using Kiln.Data.Querying;

namespace Kiln.Data;

/// <summary>
/// Writes a table batch by batch. Rows stand in the file in the order they were appended, and the same rows give the same bytes whatever
/// the number of threads. Nothing is written before <see cref="Complete"/>.
/// </summary>
public sealed unsafe class TableWriter : IDisposable
{
    const string Rows = "written";

    readonly Table _table;
    readonly TableFormat _format;
    readonly ImmutableArray<ColumnSchema> _columns;
    readonly Connection _connection;
    readonly AppenderHandle _appender;
    readonly ChunkWriter _chunk;

    internal TableWriter(Table table, ImmutableArray<ColumnSchema> columns, TableFormat format)
    {
        (_table, _columns, _format) = (table, columns, format);
        if (columns.IsEmpty) throw Errors.NoColumns(table);
        _connection = table.Database.Connect(table.ToString());
        var definitions = columns.Select(column => $"{Sql.Identifier(column.Name)} {column.Type}");
        _connection.Execute($"CREATE TEMP TABLE {Rows} ({string.Join(", ", definitions)})");
        var state = NativeMethods.CreateAppender(_connection.Handle, "temp", null, Rows, out _appender);
        Check(state);
        _chunk = new(columns);
    }

    /// <summary>Appends rows: one column for each of the table's, in its order, all of one length.</summary>
    /// <exception cref="DataException">Names, types or lengths differ.</exception>
    public void Append(params IReadOnlyList<Column> columns)
    {
        CheckShape(columns);
        var rows = columns[0].Length;
        for (var from = 0; from < rows; from += ChunkWriter.Capacity)
        {
            var count = Math.Min(ChunkWriter.Capacity, rows - from);
            for (var c = 0; c < columns.Count; c++) columns[c].CopyTo(_chunk, c, from, count);
            Check(_chunk.AppendTo(_appender, count));
        }
    }

    /// <summary>Writes the file.</summary>
    /// <param name="order">Columns to sort by; rows equal in them stay in the order they were appended. None: that order for all.</param>
    /// <exception cref="DataException">The file cannot be written.</exception>
    public void Complete(params IReadOnlyCollection<string> order)
    {
        Check(NativeMethods.CloseAppender(_appender));
        _table.WriteFile(_connection, order.Count == 0 ? Rows : $"(SELECT * FROM {Rows} ORDER BY {Sql.List(order)}, rowid)", _format);
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _chunk.Dispose();
        _appender.Dispose();
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

    void Check(DuckDbState state)
    {
        if (state != DuckDbState.Success) throw Errors.NotWritten(_table, NativeMethods.Text(NativeMethods.AppenderError(_appender)));
    }
}
