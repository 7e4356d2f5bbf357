using Kiln.Data;
using Kiln.Learning.Describing;

namespace Kiln.Learning.Fitting;

/// <summary>How data reports compare.</summary>
[SettingsSection("dataReport")]
public sealed record DataReportSettings
{
    /// <summary>
    /// A folder with the statistics of an earlier version, NAME.json for each table: a copy of <c>reports/PIPELINE/data</c> as it was accepted. Null:
    /// <c>pipelines/PIPELINE/baseline</c>, where there is one.
    /// </summary>
    public string? Previous { get; init; }
}

/// <summary>Finds what a table holds, column by column, and how that differs from an earlier version.</summary>
/// <param name="pipeline">The pipeline's name.</param>
/// <param name="table">The table.</param>
/// <param name="previous">The statistics of an earlier version, or none.</param>
[TaskDescription("Finds what a table holds, column by column, and how that differs from an earlier version.")]
public sealed class DescribeData(string pipeline, DescribedTable table, Inputs<Json<TableFacts>> previous) : Stage
{
    /// <summary>The library that reads the tables.</summary>
    public Input<PlainFile> DuckDbLibrary { get; } = DuckDb.Library;

    /// <summary>What the table is called.</summary>
    public string Table { get; } = table.Name;

    /// <summary>The rows.</summary>
    public Inputs<Table> Rows { get; } = new(table.Rows);

    /// <summary>The statistics of an earlier version.</summary>
    public Inputs<Json<TableFacts>> Previous { get; } = previous;

    /// <summary>What it holds.</summary>
    public Output<Json<TableFacts>> Facts { get; } = new($"reports/{pipeline}/data/{table.Name}.json");

    /// <inheritdoc/>
    protected override Task RunAsync(StageRun run)
    {
        var facts = Describe.Table(Table, Kiln.Data.Table.Of(run.Open(Rows).SelectMany(part => part.Files)), run.Open(Previous) is [var earlier] ? earlier.Read() : null);
        run.Open(Facts).Write(facts);
        run.Metric("rows", facts.Rows);
        run.Metric("columns", facts.Columns.Length);
        if (facts.Change is not { } change) return Task.CompletedTask;
        run.Metric("rows before", change.RowsBefore);
        if (change.Columns.Where(column => column.StabilityIndex is not null).MaxBy(column => column.StabilityIndex) is { } most)
        {
            run.Metric("greatest stability index", most.StabilityIndex!.Value);
            if (most.StabilityIndex > Describe.Shifted) run.Conclude($"{Table}: {most.Name} is distributed otherwise than before, stability index {most.StabilityIndex:0.00}");
        }
        return Task.CompletedTask;
    }
}
