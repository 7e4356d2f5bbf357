using System.Runtime.InteropServices;

namespace Kiln.Data.Native;

/// <summary>duckdb_result: passed by value when chunks are fetched; only its size matters here.</summary>
[StructLayout(LayoutKind.Sequential)]
struct DuckDbResult
{
    readonly ulong _a, _b, _c;
    readonly nint _d, _e, _f;
}

/// <summary>duckdb_string_t: up to 12 bytes stand inside it, longer ones behind a pointer.</summary>
[StructLayout(LayoutKind.Explicit, Size = 16)]
unsafe struct DuckDbString
{
    [FieldOffset(0)] public uint Length;
    [FieldOffset(4)] public fixed byte Inline[12];
    [FieldOffset(8)] public byte* Pointer;
}

enum DuckDbState
{
    Success = 0,
    Error = 1,
}

/// <summary>The entry points of DuckDB's C API that Kiln uses, by their own names without the prefix.</summary>
static unsafe partial class NativeMethods
{
    const string Lib = DuckDbLibrary.Name;

    // Runs before the first call, whichever that is.
    static NativeMethods() => DuckDbLibrary.Register();

    [LibraryImport(Lib, EntryPoint = "duckdb_library_version")]
    public static partial byte* LibraryVersion();

    [LibraryImport(Lib, EntryPoint = "duckdb_vector_size")]
    public static partial ulong VectorSize();

    [LibraryImport(Lib, EntryPoint = "duckdb_free")]
    public static partial void Free(void* memory);

    [LibraryImport(Lib, EntryPoint = "duckdb_create_config")]
    public static partial DuckDbState CreateConfig(out ConfigHandle config);

    [LibraryImport(Lib, EntryPoint = "duckdb_set_config", StringMarshalling = StringMarshalling.Utf8)]
    public static partial DuckDbState SetConfig(ConfigHandle config, string name, string value);

    [LibraryImport(Lib, EntryPoint = "duckdb_destroy_config")]
    public static partial void DestroyConfig(ref nint config);

    [LibraryImport(Lib, EntryPoint = "duckdb_open_ext", StringMarshalling = StringMarshalling.Utf8)]
    public static partial DuckDbState Open(string? path, out DatabaseHandle database, ConfigHandle config, out byte* error);

    [LibraryImport(Lib, EntryPoint = "duckdb_close")]
    public static partial void Close(ref nint database);

    [LibraryImport(Lib, EntryPoint = "duckdb_connect")]
    public static partial DuckDbState Connect(DatabaseHandle database, out ConnectionHandle connection);

    [LibraryImport(Lib, EntryPoint = "duckdb_disconnect")]
    public static partial void Disconnect(ref nint connection);

    [LibraryImport(Lib, EntryPoint = "duckdb_prepare", StringMarshalling = StringMarshalling.Utf8)]
    public static partial DuckDbState Prepare(ConnectionHandle connection, string sql, out PreparedHandle prepared);

    [LibraryImport(Lib, EntryPoint = "duckdb_prepare_error")]
    public static partial byte* PrepareError(PreparedHandle prepared);

    [LibraryImport(Lib, EntryPoint = "duckdb_destroy_prepare")]
    public static partial void DestroyPrepare(ref nint prepared);

    [LibraryImport(Lib, EntryPoint = "duckdb_nparams")]
    public static partial ulong ParameterCount(PreparedHandle prepared);

    [LibraryImport(Lib, EntryPoint = "duckdb_bind_null")]
    public static partial DuckDbState BindNull(PreparedHandle prepared, ulong index);

    [LibraryImport(Lib, EntryPoint = "duckdb_bind_boolean")]
    public static partial DuckDbState BindBoolean(PreparedHandle prepared, ulong index, [MarshalAs(UnmanagedType.U1)] bool value);

    [LibraryImport(Lib, EntryPoint = "duckdb_bind_int64")]
    public static partial DuckDbState BindInt64(PreparedHandle prepared, ulong index, long value);

    [LibraryImport(Lib, EntryPoint = "duckdb_bind_double")]
    public static partial DuckDbState BindDouble(PreparedHandle prepared, ulong index, double value);

    [LibraryImport(Lib, EntryPoint = "duckdb_bind_date")]
    public static partial DuckDbState BindDate(PreparedHandle prepared, ulong index, int days);

    [LibraryImport(Lib, EntryPoint = "duckdb_bind_timestamp")]
    public static partial DuckDbState BindTimestamp(PreparedHandle prepared, ulong index, long micros);

    [LibraryImport(Lib, EntryPoint = "duckdb_bind_varchar_length")]
    public static partial DuckDbState BindText(PreparedHandle prepared, ulong index, byte* text, ulong length);

    [LibraryImport(Lib, EntryPoint = "duckdb_execute_prepared")]
    public static partial DuckDbState Execute(PreparedHandle prepared, DuckDbResult* result);

    [LibraryImport(Lib, EntryPoint = "duckdb_execute_prepared_streaming")]
    public static partial DuckDbState ExecuteStreaming(PreparedHandle prepared, DuckDbResult* result);

    [LibraryImport(Lib, EntryPoint = "duckdb_result_error")]
    public static partial byte* ResultError(DuckDbResult* result);

    [LibraryImport(Lib, EntryPoint = "duckdb_destroy_result")]
    public static partial void DestroyResult(DuckDbResult* result);

    [LibraryImport(Lib, EntryPoint = "duckdb_column_count")]
    public static partial ulong ColumnCount(DuckDbResult* result);

    [LibraryImport(Lib, EntryPoint = "duckdb_column_name")]
    public static partial byte* ColumnName(DuckDbResult* result, ulong column);

    [LibraryImport(Lib, EntryPoint = "duckdb_column_logical_type")]
    public static partial LogicalTypeHandle ColumnLogicalType(DuckDbResult* result, ulong column);

    [LibraryImport(Lib, EntryPoint = "duckdb_fetch_chunk")]
    public static partial ChunkHandle FetchChunk(DuckDbResult result);

    [LibraryImport(Lib, EntryPoint = "duckdb_create_logical_type")]
    public static partial LogicalTypeHandle CreateLogicalType(int type);

    [LibraryImport(Lib, EntryPoint = "duckdb_create_decimal_type")]
    public static partial LogicalTypeHandle CreateDecimalType(byte width, byte scale);

    [LibraryImport(Lib, EntryPoint = "duckdb_destroy_logical_type")]
    public static partial void DestroyLogicalType(ref nint type);

    [LibraryImport(Lib, EntryPoint = "duckdb_get_type_id")]
    public static partial int TypeId(LogicalTypeHandle type);

    [LibraryImport(Lib, EntryPoint = "duckdb_decimal_width")]
    public static partial byte DecimalWidth(LogicalTypeHandle type);

    [LibraryImport(Lib, EntryPoint = "duckdb_decimal_scale")]
    public static partial byte DecimalScale(LogicalTypeHandle type);

    [LibraryImport(Lib, EntryPoint = "duckdb_create_data_chunk")]
    public static partial ChunkHandle CreateChunk(nint* types, ulong count);

    [LibraryImport(Lib, EntryPoint = "duckdb_destroy_data_chunk")]
    public static partial void DestroyChunk(ref nint chunk);

    [LibraryImport(Lib, EntryPoint = "duckdb_data_chunk_reset")]
    public static partial void ResetChunk(ChunkHandle chunk);

    [LibraryImport(Lib, EntryPoint = "duckdb_data_chunk_get_size")]
    public static partial ulong ChunkSize(ChunkHandle chunk);

    [LibraryImport(Lib, EntryPoint = "duckdb_data_chunk_set_size")]
    public static partial void SetChunkSize(ChunkHandle chunk, ulong rows);

    [LibraryImport(Lib, EntryPoint = "duckdb_data_chunk_get_vector")]
    public static partial nint ChunkVector(ChunkHandle chunk, ulong column);

    [LibraryImport(Lib, EntryPoint = "duckdb_vector_get_data")]
    [SuppressGCTransition]
    public static partial void* VectorData(nint vector);

    [LibraryImport(Lib, EntryPoint = "duckdb_vector_get_validity")]
    [SuppressGCTransition]
    public static partial ulong* VectorValidity(nint vector);

    [LibraryImport(Lib, EntryPoint = "duckdb_vector_ensure_validity_writable")]
    public static partial void EnsureValidityWritable(nint vector);

    [LibraryImport(Lib, EntryPoint = "duckdb_vector_assign_string_element_len")]
    public static partial void AssignText(nint vector, ulong row, byte* text, ulong length);

    [LibraryImport(Lib, EntryPoint = "duckdb_appender_create_ext", StringMarshalling = StringMarshalling.Utf8)]
    public static partial DuckDbState CreateAppender(
        ConnectionHandle connection, string? catalog, string? schema, string table, out AppenderHandle appender);

    [LibraryImport(Lib, EntryPoint = "duckdb_appender_error")]
    public static partial byte* AppenderError(AppenderHandle appender);

    [LibraryImport(Lib, EntryPoint = "duckdb_append_data_chunk")]
    public static partial DuckDbState AppendChunk(AppenderHandle appender, ChunkHandle chunk);

    [LibraryImport(Lib, EntryPoint = "duckdb_appender_close")]
    public static partial DuckDbState CloseAppender(AppenderHandle appender);

    [LibraryImport(Lib, EntryPoint = "duckdb_appender_destroy")]
    public static partial DuckDbState DestroyAppender(ref nint appender);

    /// <summary>A string that DuckDB keeps.</summary>
    public static string Text(byte* text) => Marshal.PtrToStringUTF8((nint)text) ?? "";
}
