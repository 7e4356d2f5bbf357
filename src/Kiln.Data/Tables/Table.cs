using System.Collections.Immutable;
using System.Globalization;
using Kiln.Data.Querying;

namespace Kiln.Data;

/// <summary>
/// Rows with typed columns: one Parquet file, or several of one schema read as one. Reading takes whatever DuckDB reads; writing gives the
/// same bytes for the same rows.
/// </summary>
public sealed class Table : IArtifact<Table>
{
    /// <summary>The name by which a query over one table calls it.</summary>
    public const string This = "this";

    readonly Database? _database;

    Table(ImmutableArray<string> files, Database? database) => (Files, _database) = (files, database);

    /// <summary>The files, in the order of their rows.</summary>
    public ImmutableArray<string> Files { get; }

    /// <summary>The columns, in order.</summary>
    /// <exception cref="DataException">A file is missing, broken, or not Parquet.</exception>
    public ImmutableArray<ColumnSchema> Schema
    {
        get
        {
            using var result = Query("SELECT * FROM this LIMIT 0");
            return result.Columns;
        }
    }

    /// <summary>The number of rows.</summary>
    /// <exception cref="DataException">A file is missing, broken, or not Parquet.</exception>
    public long RowCount
    {
        get
        {
            using var result = Query("SELECT count(*) FROM this");
            return result.ReadAll().Columns[0] is Column<long> count ? count.Values.Span[0] : 0;
        }
    }

    // Asked for late: a table that is only named does not load DuckDB.
    internal Database Database => _database ?? Database.Shared;

    IReadOnlyDictionary<string, Table> Alone => new Dictionary<string, Table> { [This] = this };

    /// <summary>The table in one file.</summary>
    public static Table At(string path) => new([path], null);

    /// <summary>The number of rows.</summary>
    public static string? Summarize(Table artifact) => string.Create(CultureInfo.InvariantCulture, $"{artifact.RowCount:#,0} rows");

    /// <summary>Several files read as one table, in this order.</summary>
    public static Table Of(IEnumerable<string> files) => new([.. files], null);

    /// <summary>The same table, worked on by another database.</summary>
    public Table On(Database database) => new(Files, database);

    /// <summary>Reads columns into arrays; all of them when none is named.</summary>
    /// <exception cref="DataException">A file cannot be read, or has no such column.</exception>
    public TableColumns ReadColumns(params ReadOnlySpan<string> names)
    {
        using var connection = Database.Connect(Alone);
        // Streamed: copying from each chunk as it is decoded is faster than letting DuckDB hold all of them first.
        using var result = connection.Query($"SELECT {Selection(names)} FROM this", [], streaming: true);
        return result.ReadAll();
    }

    /// <summary>Reads columns chunk by chunk without ever holding them all; all of them when none is named.</summary>
    public IEnumerable<DataChunk> Chunks(params string[] names)
    {
        using var connection = Database.Connect(Alone);
        using var result = connection.Query($"SELECT {Selection(names)} FROM this", [], streaming: true);
        foreach (var chunk in result.Chunks()) yield return chunk;
    }

    /// <summary>Runs one SELECT over this table, which it calls <c>this</c>; <c>$1</c>, <c>$2</c> … stand for the parameters.</summary>
    /// <exception cref="DataException">The statement is wrong, or a file cannot be read.</exception>
    public QueryResult Query(string sql, params ReadOnlySpan<object?> parameters) =>
        Database.Query(sql, Alone, parameters);

    /// <summary>Writes columns as this table. The file appears only if all of it could be written.</summary>
    /// <exception cref="DataException">The columns differ in length, or the file cannot be written.</exception>
    public void Write(IReadOnlyList<Column> columns, TableFormat? format = null)
    {
        using var writer = Create(columns.Select(column => column.Schema), format);
        writer.Append(columns);
        writer.Complete();
    }

    /// <summary>Starts writing this table batch by batch.</summary>
    public TableWriter Create(IEnumerable<ColumnSchema> columns, TableFormat? format = null) =>
        new(this, [.. columns], format ?? TableFormat.Default);

    /// <summary>Writes what a query answers as this table, sorted so that its bytes do not depend on how threads took turns.</summary>
    /// <exception cref="DataException">The statement is wrong, a table cannot be read, or the file cannot be written.</exception>
    public void Write(TableQuery query, TableFormat? format = null)
    {
        using var connection = Database.Connect(query.Tables, this);
        WriteFile(connection, $"(SELECT * FROM ({query.Sql}) ORDER BY {Sql.List(query.OrderBy)})", format, query.Parameters.AsSpan());
    }

    /// <summary>The files' paths.</summary>
    public override string ToString() => Files.Length <= 3 ? string.Join(", ", Files) : $"{Files[0]} and {Files.Length - 1:N0} more files";

    internal void WriteFile(Connection connection, string source, TableFormat? format, params ReadOnlySpan<object?> parameters)
    {
        if (Files is not [var file]) throw Errors.SeveralFiles(this);
        try
        {
            connection.Execute($"COPY {source} TO {Sql.Literal(file)} ({(format ?? TableFormat.Default).Options})", parameters);
        }
        catch (DataException)
        {
            if (File.Exists(file)) File.Delete(file);
            throw;
        }
    }

    static string Selection(ReadOnlySpan<string> names) => names.IsEmpty ? "*" : Sql.List(names.ToArray());
}
