using Kiln.Data;

namespace Kiln.Pipelines.Fraud;

/// <summary>Computes the features of every transaction, point-in-time, from all days.</summary>
[TaskDescription("Computes the 15 point-in-time features of every transaction.")]
public sealed class Features(Partitions<Ingest> days, SplitSettings split) : Stage
{
    /// <summary>The library that writes the tables.</summary>
    public Input<PlainFile> DuckDbLibrary { get; } = DuckDb.Library;

    /// <summary>Days until a label is known: the split's, so that no feature sees what the split says is unknown.</summary>
    public int DelayDays { get; } = split.DelayDays;

    /// <summary>The days, in order.</summary>
    public Inputs<Table> Days { get; } = new(days.Select(day => day.Transactions));

    /// <summary>Every transaction's id, time, customer, label and features, ordered by time and id.</summary>
    public Output<Table> Examples { get; } = new("data/fraud/features.parquet");

    /// <inheritdoc/>
    protected override Task RunAsync(StageRun run)
    {
        var days = Table.Of(run.Open(Days).SelectMany(day => day.Files));
        var events = TransactionEvents.Read(days);
        var features = FraudFeatures.With(TimeSpan.FromDays(DelayDays)).Compute(events);
        TransactionEvents.Write(run.Open(Examples), events, features);
        run.Metric("rows", events.Ids.Length);
        return Task.CompletedTask;
    }
}
