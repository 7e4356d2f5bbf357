using Kiln.Data;

namespace Kiln.Learning.Fitting;

/// <summary>Holds a CSV file to its contract, and keeps it as a table; rows that the contract rejects and keeps stand beside it.</summary>
/// <param name="pipeline">The pipeline's name.</param>
/// <param name="name">What the table is called.</param>
/// <param name="contract">The contract's file, in the pipeline's folder of contracts.</param>
/// <param name="source">The file.</param>
[TaskDescription("Checks a CSV file against its contract and keeps it as Parquet.")]
public sealed class IngestCsv(string pipeline, string name, string contract, Input<PlainFile> source) : Stage
{
    /// <summary>The library that writes the tables.</summary>
    public Input<PlainFile> DuckDbLibrary { get; } = DuckDb.Library;

    /// <summary>The file as it came.</summary>
    public Input<PlainFile> Source { get; } = source;

    /// <summary>What it promises.</summary>
    public Input<PlainFile> Contract { get; } = Input<PlainFile>.Source($"pipelines/{pipeline}/contracts/{contract}");

    /// <summary>The accepted rows.</summary>
    public Output<Table> Rows { get; } = new($"data/{pipeline}/{name}.parquet");

    /// <summary>The rejected rows: line, column, reason, text.</summary>
    public Output<Table> Rejects { get; } = new($"data/{pipeline}/rejects/{name}.parquet");

    /// <summary>Counts of both.</summary>
    public Output<Json<IngestReport>> Counts { get; } = new($"data/{pipeline}/rejects/{name}.json");

    /// <inheritdoc/>
    protected override Task RunAsync(StageRun run)
    {
        var counts = CsvIngestion.Run(DataContract.FromYaml(run.Open(Contract).Path), run.Open(Source).Path, run.Open(Rows), run.Open(Rejects));
        run.Open(Counts).Write(counts);
        run.Metric("rows", counts.RowsAccepted);
        if (counts.RowsRejected > 0) run.Conclude($"{counts.RowsRejected:#,0} of {counts.RowsRead:#,0} rows rejected, kept in {Rejects.Path}");
        return Task.CompletedTask;
    }
}
