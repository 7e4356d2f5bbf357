using System.Collections.Immutable;
using Kiln.Data.Native;
using Kiln.Data.Querying;

namespace Kiln.Data;

/// <summary>What a query answers, chunk by chunk. Read it once, and dispose it.</summary>
public sealed unsafe class QueryResult : IDisposable
{
    readonly ResultHandle _result;
    readonly string _sql;
    readonly string _subject;
    readonly Connection? _connection;

    internal QueryResult(ResultHandle result, string sql, string subject, Connection? connection)
    {
        (_result, _sql, _subject, _connection) = (result, sql, subject, connection);
        Columns = [.. Enumerable.Range(0, (int)NativeMethods.ColumnCount(result.Pointer)).Select(SchemaOf)];
    }

    /// <summary>The columns, in order.</summary>
    public ImmutableArray<ColumnSchema> Columns { get; }

    /// <summary>The rows, up to 2,048 at a time. A chunk and its spans are valid until the next one is asked for.</summary>
    /// <exception cref="DataException">A file turned out to be unreadable on the way.</exception>
    public IEnumerable<DataChunk> Chunks()
    {
        while (Next() is { } chunk)
            using (chunk)
                yield return chunk;
    }

    /// <summary>Reads all rows into arrays.</summary>
    public TableColumns ReadAll() => ReadAll(expected: 2048);

    /// <param name="expected">How many rows there will be, as far as that is known.</param>
    internal TableColumns ReadAll(int expected)
    {
        var gatherers = Columns.Select(column => ColumnGatherer.For(column, expected)).ToArray();
        var rows = 0;
        foreach (var chunk in Chunks())
        {
            for (var c = 0; c < gatherers.Length; c++) gatherers[c].Add(chunk, c);
            rows += chunk.RowCount;
        }
        return new(rows, [.. gatherers.Select(gatherer => gatherer.Finish())], _subject);
    }

    /// <summary>A chunk's rows as arrays, which outlive it.</summary>
    internal TableColumns Gather(DataChunk chunk)
    {
        var columns = ImmutableArray.CreateBuilder<Column>(Columns.Length);
        for (var c = 0; c < Columns.Length; c++)
        {
            var gatherer = ColumnGatherer.For(Columns[c], chunk.RowCount);
            gatherer.Add(chunk, c);
            columns.Add(gatherer.Finish());
        }
        return new(chunk.RowCount, columns.MoveToImmutable(), _subject);
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _result.Dispose();
        _connection?.Dispose();
    }

    DataChunk? Next()
    {
        var chunk = NativeMethods.FetchChunk(*_result.Pointer);
        if (!chunk.IsInvalid) return new(chunk, Columns, _subject);
        chunk.Dispose();
        var error = NativeMethods.ResultError(_result.Pointer);
        return error == null ? null : throw Errors.QueryFailed(_subject, _sql, NativeMethods.Text(error));
    }

    ColumnSchema SchemaOf(int column)
    {
        var name = NativeMethods.Text(NativeMethods.ColumnName(_result.Pointer, (ulong)column));
        using var type = NativeMethods.ColumnLogicalType(_result.Pointer, (ulong)column);
        var kind = (ColumnKind)NativeMethods.TypeId(type);
        if (!Enum.IsDefined(kind)) throw Errors.UnsupportedColumnType(_subject, name);
        if (kind != ColumnKind.Decimal) return new(name, new(kind));
        return new(name, ColumnType.Decimal(NativeMethods.DecimalWidth(type), NativeMethods.DecimalScale(type)));
    }
}
