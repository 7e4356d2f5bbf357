using System.Text;
using Kiln.Data.Native;

namespace Kiln.Data;

/// <summary>A chunk that is filled and appended again and again.</summary>
sealed unsafe class ChunkWriter : IDisposable
{
    readonly ChunkHandle _chunk;
    readonly nint[] _vectors;

    public ChunkWriter(IReadOnlyList<ColumnSchema> columns)
    {
        var types = columns.Select(column => TypeOf(column.Type)).ToArray();
        var handles = stackalloc nint[types.Length];
        for (var i = 0; i < types.Length; i++) handles[i] = types[i].DangerousGetHandle();
        _chunk = NativeMethods.CreateChunk(handles, (ulong)types.Length);
        foreach (var type in types) type.Dispose();
        _vectors = new nint[types.Length];
        FindVectors();
    }

    /// <summary>Rows that fit.</summary>
    public static int Capacity { get; } = (int)NativeMethods.VectorSize();

    public Span<T> Values<T>(int column)
        where T : unmanaged => new(NativeMethods.VectorData(_vectors[column]), Capacity);

    public void SetNull(int column, int row)
    {
        NativeMethods.EnsureValidityWritable(_vectors[column]);
        NativeMethods.VectorValidity(_vectors[column])[row >> 6] &= ~(1UL << (row & 63));
    }

    public void SetText(int column, int row, string text)
    {
        Span<byte> bytes = text.Length <= 256 ? stackalloc byte[text.Length * 3 + 1] : new byte[text.Length * 3 + 1];
        var length = Encoding.UTF8.GetBytes(text, bytes);
        SetBytes(column, row, bytes[..length]);
    }

    public void SetBytes(int column, int row, ReadOnlySpan<byte> bytes)
    {
        fixed (byte* start = bytes) NativeMethods.AssignText(_vectors[column], (ulong)row, start, (ulong)bytes.Length);
    }

    public DuckDbState AppendTo(AppenderHandle appender, int rows)
    {
        NativeMethods.SetChunkSize(_chunk, (ulong)rows);
        var state = NativeMethods.AppendChunk(appender, _chunk);
        NativeMethods.ResetChunk(_chunk);
        FindVectors();
        return state;
    }

    public void Dispose() => _chunk.Dispose();

    void FindVectors()
    {
        for (var i = 0; i < _vectors.Length; i++) _vectors[i] = NativeMethods.ChunkVector(_chunk, (ulong)i);
    }

    static LogicalTypeHandle TypeOf(ColumnType type) => type.Kind == ColumnKind.Decimal
        ? NativeMethods.CreateDecimalType((byte)type.Precision, (byte)type.Scale)
        : NativeMethods.CreateLogicalType((int)type.Kind);
}
