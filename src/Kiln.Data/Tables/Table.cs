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

    /// <summary>The row groups of all files, in the order of the table's rows; those of more rows than asked for, in parts.</summary>
    /// <exception cref="DataException">A file is missing, broken, or not Parquet.</exception>
    public ImmutableArray<RowRange> RowRanges(int most)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(most, 1);
        var ranges = ImmutableArray.CreateBuilder<RowRange>();
        foreach (var file in Files)
        {
            if (!File.Exists(file)) throw Errors.TableMissing(file);
            using var connection = Database.Connect(file);
            using var result = connection.Query($"SELECT any_value(row_group_num_rows)::BIGINT AS n FROM parquet_metadata({Sql.Files([file])}) GROUP BY row_group_id ORDER BY row_group_id", []);
            var start = 0L;
            foreach (var rows in result.ReadAll().Values<long>("n").ToArray())
            {
                for (var from = 0L; from < rows; from += most) ranges.Add(new(file, start + from, (int)Math.Min(most, rows - from)));
                start += rows;
            }
        }
        return ranges.ToImmutable();
    }

    /// <summary>Reads columns of some rows, up to 2,048 rows at a time; DuckDB decodes the row group that holds them and no other.</summary>
    /// <exception cref="DataException">The file cannot be read, or has no such column.</exception>
    public IEnumerable<TableColumns> ReadParts(RowRange range, params string[] names)
    {
        using var connection = Database.Connect(range.File);
        using var result = connection.Query(
            $"SELECT {Selection(names)} FROM read_parquet({Sql.Files([range.File])}, file_row_number = true) WHERE file_row_number BETWEEN {range.Start} AND {range.Start + range.Count - 1}",
            [], streaming: true);
        foreach (var chunk in result.Chunks()) yield return result.Gather(chunk);
    }

    /// <summary>Reads one column, of a table of which more would not fit: its rows are counted first, so that no memory is taken twice.</summary>
    /// <exception cref="DataException">A file cannot be read, or has no such column.</exception>
    public Column ReadColumn(string name)
    {
        var rows = checked((int)RowCount);
        using var connection = Database.Connect(Alone);
        using var result = connection.Query($"SELECT {Selection([name])} FROM this", [], streaming: true);
        return result.ReadAll(rows).Columns[0];
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
