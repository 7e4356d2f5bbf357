using System.Text;
using Kiln.Data.Native;

namespace Kiln.Data.Querying;

/// <summary>One connection: one statement at a time, with views and temporary tables of its own.</summary>
sealed unsafe class Connection(ConnectionHandle handle, string subject) : IDisposable
{
    public ConnectionHandle Handle => handle;

    public void CreateView(string name, Table table)
    {
        if (table.Files.IsEmpty) throw Errors.NoFiles(name);
        foreach (var file in table.Files)
            if (!File.Exists(file)) throw Errors.TableMissing(file);
        Execute($"CREATE TEMP VIEW {Sql.Identifier(name)} AS SELECT * FROM {Sql.Parquet(table.Files)}");
    }

    public void Execute(string sql, params ReadOnlySpan<object?> parameters) => Query(sql, parameters).Dispose();

    /// <summary>The first row's first value.</summary>
    public T Scalar<T>(string sql, params ReadOnlySpan<object?> parameters)
        where T : unmanaged
    {
        using var result = Query(sql, parameters);
        foreach (var chunk in result.Chunks()) return chunk.Values<T>(0)[0];
        throw Errors.QueryFailed(subject, sql, "no row");
    }

    /// <param name="streaming">Rows are made as they are fetched, instead of all at once by all threads.</param>
    /// <param name="ownsConnection">The result closes this connection.</param>
    public QueryResult Query(string sql, ReadOnlySpan<object?> parameters, bool streaming = false, bool ownsConnection = false)
    {
        using var prepared = Prepare(sql);
        var expected = NativeMethods.ParameterCount(prepared);
        if (expected != (ulong)parameters.Length) throw Errors.WrongParameterCount(sql, (int)expected, parameters.Length);
        for (var i = 0; i < parameters.Length; i++) Bind(prepared, i, parameters[i], sql);

        var result = new ResultHandle();
        var state = streaming ? NativeMethods.ExecuteStreaming(prepared, result.Pointer) : NativeMethods.Execute(prepared, result.Pointer);
        if (state == DuckDbState.Success) return new(result, sql, subject, ownsConnection ? this : null);
        var message = NativeMethods.Text(NativeMethods.ResultError(result.Pointer));
        result.Dispose();
        throw Errors.QueryFailed(subject, sql, message);
    }

    public void Dispose() => handle.Dispose();

    PreparedHandle Prepare(string sql)
    {
        if (sql.Contains('\0')) throw Errors.NulInName(sql);
        if (NativeMethods.Prepare(handle, sql, out var prepared) == DuckDbState.Success) return prepared;
        using (prepared) throw Errors.QueryFailed(subject, sql, NativeMethods.Text(NativeMethods.PrepareError(prepared)));
    }

    static void Bind(PreparedHandle prepared, int parameter, object? value, string sql)
    {
        var index = (ulong)parameter + 1;
        var state = value switch
        {
            null => NativeMethods.BindNull(prepared, index),
            bool truth => NativeMethods.BindBoolean(prepared, index, truth),
            int number => NativeMethods.BindInt64(prepared, index, number),
            long number => NativeMethods.BindInt64(prepared, index, number),
            float number => NativeMethods.BindDouble(prepared, index, number),
            double number => NativeMethods.BindDouble(prepared, index, number),
            string text => BindText(prepared, index, text),
            DateOnly date => NativeMethods.BindDate(prepared, index, date.DayNumber - DateOnly.FromDateTime(DateTime.UnixEpoch).DayNumber),
            DateTime time => NativeMethods.BindTimestamp(prepared, index, (time - DateTime.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond),
            _ => DuckDbState.Error,
        };
        if (state != DuckDbState.Success) throw Errors.ParameterNotBound(sql, parameter + 1, value);
    }

    static DuckDbState BindText(PreparedHandle prepared, ulong index, string text)
    {
        // One byte more, so that the pointer of an empty text is not null.
        var bytes = new byte[Encoding.UTF8.GetMaxByteCount(text.Length) + 1];
        var length = Encoding.UTF8.GetBytes(text, bytes);
        fixed (byte* start = bytes) return NativeMethods.BindText(prepared, index, start, (ulong)length);
    }
}
