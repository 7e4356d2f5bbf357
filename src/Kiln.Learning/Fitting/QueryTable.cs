using Kiln.Data;

namespace Kiln.Learning.Fitting;

/// <summary>What a SELECT makes of a table, such as features that window functions compute.</summary>
/// <param name="pipeline">The pipeline's name.</param>
/// <param name="name">What the new table is called.</param>
/// <param name="sql">One SELECT over a table that it calls <c>rows</c>.</param>
/// <param name="key">A column of the answer that is different in every row: its order is the rows'.</param>
/// <param name="rows">The table.</param>
[TaskDescription("Makes a table of another by a query.")]
public sealed class QueryTable(string pipeline, string name, string sql, string key, Output<Table> rows) : Stage
{
    /// <summary>The library that computes it.</summary>
    public Input<PlainFile> DuckDbLibrary { get; } = DuckDb.Library;

    /// <summary>The table.</summary>
    public Input<Table> Rows { get; } = rows;

    /// <summary>What the query makes of it.</summary>
    public Output<Table> Result { get; } = new($"data/{pipeline}/{name}.parquet");

    /// <inheritdoc/>
    protected override Task RunAsync(StageRun run)
    {
        run.Open(Result).Write(new TableQuery { Sql = sql, Tables = new Dictionary<string, Table> { ["rows"] = run.Open(Rows) }, OrderBy = [key] });
        return Task.CompletedTask;
    }
}
