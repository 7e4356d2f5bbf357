using Kiln.Data.Native;
using Kiln.Data.Querying;

namespace Kiln.Data;

/// <summary>Fills a temporary table of a connection with columns.</summary>
sealed unsafe class RowAppender : IDisposable
{
    readonly string _subject;
    readonly AppenderHandle _appender;
    readonly ChunkWriter _chunk;

    public RowAppender(Connection connection, string table, IReadOnlyList<ColumnSchema> columns, string subject)
    {
        _subject = subject;
        var definitions = columns.Select(column => $"{Sql.Identifier(column.Name)} {column.Type}");
        connection.Execute($"CREATE TEMP TABLE {Sql.Identifier(table)} ({string.Join(", ", definitions)})");
        var state = NativeMethods.CreateAppender(connection.Handle, "temp", null, table, out _appender);
        Check(state);
        _chunk = new(columns);
    }

    /// <summary>Appends rows: one column for each of the table's, in its order, all of one length.</summary>
    public void Append(IReadOnlyList<Column> columns)
    {
        var rows = columns[0].Length;
        for (var from = 0; from < rows; from += ChunkWriter.Capacity)
        {
            var count = Math.Min(ChunkWriter.Capacity, rows - from);
            for (var c = 0; c < columns.Count; c++) columns[c].CopyTo(_chunk, c, from, count);
            Check(_chunk.AppendTo(_appender, count));
        }
    }

    /// <summary>All rows are there: queries see them.</summary>
    public void Complete() => Check(NativeMethods.CloseAppender(_appender));

    public void Dispose()
    {
        _chunk.Dispose();
        _appender.Dispose();
    }

    void Check(DuckDbState state)
    {
        if (state != DuckDbState.Success) throw Errors.NotWritten(_subject, NativeMethods.Text(NativeMethods.AppenderError(_appender)));
    }
}
