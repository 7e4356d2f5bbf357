using System.Collections.Immutable;
using System.Numerics;
using System.Text;
using Kiln.Data.Native;

namespace Kiln.Data;

/// <summary>Some rows as column vectors in DuckDB's memory; spans into it are valid until the chunk is disposed.</summary>
public sealed unsafe class DataChunk : IDisposable
{
    readonly ChunkHandle _chunk;
    readonly nint[] _vectors;
    readonly string _subject;

    internal DataChunk(ChunkHandle chunk, ImmutableArray<ColumnSchema> columns, string subject)
    {
        (_chunk, _subject, Columns) = (chunk, subject, columns);
        RowCount = (int)NativeMethods.ChunkSize(chunk);
        _vectors = new nint[columns.Length];
        for (var i = 0; i < _vectors.Length; i++) _vectors[i] = NativeMethods.ChunkVector(chunk, (ulong)i);
    }

    /// <summary>The columns, in order.</summary>
    public ImmutableArray<ColumnSchema> Columns { get; }

    /// <summary>Rows in this chunk.</summary>
    public int RowCount { get; }

    /// <summary>A column's values without a copy. What stands in a null's place is meaningless.</summary>
    /// <typeparam name="T">The <see cref="ColumnType.Storage"/> of the column.</typeparam>
    public ReadOnlySpan<T> Values<T>(int column)
        where T : unmanaged
    {
        Check(column, typeof(T));
        return new(NativeMethods.VectorData(_vectors[column]), RowCount);
    }

    /// <summary>One bit a row, 64 rows a word, set where there is a value. Empty: no nulls.</summary>
    public ReadOnlySpan<ulong> Validity(int column)
    {
        ObjectDisposedException.ThrowIf(_chunk.IsClosed, this);
        var words = NativeMethods.VectorValidity(_vectors[column]);
        return words == null ? [] : new(words, (RowCount + 63) / 64);
    }

    /// <summary>Whether a row has no value in a column.</summary>
    public bool IsNull(int column, int row)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)row, (uint)RowCount);
        return Validity(column) is { IsEmpty: false } words && (words[row >> 6] >> (row & 63) & 1) == 0;
    }

    /// <summary>The bytes of a text, without a copy.</summary>
    public ReadOnlySpan<byte> Utf8(int column, int row) => Span(column, row, ColumnKind.Text);

    /// <summary>A row's bytes, without a copy.</summary>
    public ReadOnlySpan<byte> Bytes(int column, int row) => Span(column, row, ColumnKind.Blob);

    /// <summary>A text.</summary>
    public string Text(int column, int row) => Encoding.UTF8.GetString(Utf8(column, row));

    /// <inheritdoc />
    public void Dispose() => _chunk.Dispose();

    /// <summary>Rows of a column that have no value.</summary>
    internal int NullCount(int column)
    {
        var words = Validity(column);
        if (words.IsEmpty) return 0;
        var present = 0;
        for (var w = 0; w < words.Length; w++)
        {
            var rows = Math.Min(64, RowCount - w * 64);
            present += BitOperations.PopCount(rows == 64 ? words[w] : words[w] & ((1UL << rows) - 1));
        }
        return RowCount - present;
    }

    ReadOnlySpan<byte> Span(int column, int row, ColumnKind kind)
    {
        Check(column, null, kind);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)row, (uint)RowCount);
        var text = (DuckDbString*)NativeMethods.VectorData(_vectors[column]) + row;
        return new(text->Length <= 12 ? text->Inline : text->Pointer, (int)text->Length);
    }

    void Check(int column, Type? storage, ColumnKind kind = ColumnKind.Text)
    {
        ObjectDisposedException.ThrowIf(_chunk.IsClosed, this);
        var schema = Columns[column];
        if (schema.Type.Storage != storage || (storage is null && schema.Type.Kind != kind))
            throw Errors.WrongColumnType(_subject, schema, storage);
    }
}
