using Kiln.Data;

namespace Kiln.Pipelines.Fraud;

/// <summary>Holds one day's CSV to its contract and keeps it as Parquet, ordered by time; rejected rows are kept aside with reasons.</summary>
[TaskDescription("Checks one day's CSV against its contract and keeps it as Parquet.")]
public sealed class Ingest(DateOnly day, Input<PlainFile> source) : Stage
{
    /// <summary>Where the contract stands.</summary>
    public const string ContractPath = "pipelines/fraud/contracts/transactions.yaml";

    /// <summary>The library that writes the tables.</summary>
    public Input<PlainFile> DuckDbLibrary { get; } = DuckDb.Library;

    /// <summary>The day as it came.</summary>
    public Input<PlainFile> Source { get; } = source;

    /// <summary>What the day promises.</summary>
    public Input<PlainFile> Contract { get; } = Input<PlainFile>.Source(ContractPath);

    /// <summary>The accepted rows.</summary>
    public Output<Table> Transactions { get; } = new($"data/fraud/transactions/{day:yyyy-MM-dd}.parquet");

    /// <summary>The rejected rows: line, column, reason, text.</summary>
    public Output<Table> Rejects { get; } = new($"data/fraud/rejects/{day:yyyy-MM-dd}.parquet");

    /// <summary>Counts of both.</summary>
    public Output<Json<IngestReport>> Counts { get; } = new($"data/fraud/rejects/{day:yyyy-MM-dd}.json");

    /// <inheritdoc/>
    protected override Task RunAsync(StageRun run)
    {
        var contract = DataContract.FromYaml(run.Open(Contract).Path);
        var report = CsvIngestion.Run(contract, run.Open(Source).Path, run.Open(Transactions), run.Open(Rejects));
        RefuseOtherDays(report);
        if (report.RowsRejected > 0) run.Note($"{day:yyyy-MM-dd}: {report.RowsRejected:#,0} of {report.RowsRead:#,0} rows rejected, kept in {Rejects.Path}");
        run.Open(Counts).Write(report);
        run.Metric("rows", report.RowsAccepted);
        run.Metric("rejected rows", report.RowsRejected);
        return Task.CompletedTask;
    }

    /// <summary>A row in the wrong day's file would be out of order among all days.</summary>
    void RefuseOtherDays(IngestReport report)
    {
        var times = report.Columns.Single(column => column.Name == TransactionEvents.Time);
        var prefix = $"{day:yyyy-MM-dd}";
        if (times is { Min: { } from, Max: { } to } && !(from.StartsWith(prefix, StringComparison.Ordinal) && to.StartsWith(prefix, StringComparison.Ordinal)))
            throw FraudErrors.WrongDay(day, Path.GetFileName(Source.Path), from, to);
    }
}
