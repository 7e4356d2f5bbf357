using Kiln.Data;
using Kiln.Data.Features;

namespace Kiln.Pipelines.Fraud;

/// <summary>
/// Divides the examples by time: a training week and, after the labels' delay, a test week without the cards already known to be
/// compromised; and the same two windows earlier, by which the number of epochs is chosen before the test week is ever seen.
/// </summary>
[TaskDescription("Divides the examples by time into selection, validation, training and test windows.")]
public sealed class Split(Features features, SplitSettings settings) : Stage
{
    /// <summary>The library that writes the tables.</summary>
    public Input<PlainFile> DuckDbLibrary { get; } = DuckDb.Library;

    /// <summary>All examples.</summary>
    public Input<Table> Examples { get; } = features.Examples;

    /// <summary>The earlier window, on which the number of epochs is tried.</summary>
    public Output<Table> Selection { get; } = new("data/fraud/split/selection.parquet");

    /// <summary>The window it is judged on.</summary>
    public Output<Table> Validation { get; } = new("data/fraud/split/validation.parquet");

    /// <summary>The window the model is fitted on.</summary>
    public Output<Table> Training { get; } = new("data/fraud/split/training.parquet");

    /// <summary>The window the model is tested on.</summary>
    public Output<Table> Test { get; } = new("data/fraud/split/test.parquet");

    /// <inheritdoc/>
    protected override Task RunAsync(StageRun run)
    {
        var columns = run.Open(Examples).ReadColumns();
        var events = new EventColumns
        {
            Ids = columns.Values<long>(TransactionEvents.Id),
            Times = columns.Values<long>(TransactionEvents.Time),
            Columns = new[] { TransactionEvents.Customer, TransactionEvents.Fraud }.ToDictionary(name => name, columns.Values<long>),
        };
        var fold = new Fold { Settings = settings };
        var (selection, validation) = Rows(fold.Earlier, "selection", "validation");
        var (training, test) = Rows(fold, "training", "test");
        Write(Selection, "selection", selection);
        Write(Validation, "validation", validation);
        Write(Training, "training", training);
        Write(Test, "test", test);
        return Task.CompletedTask;

        (int[] Training, int[] Assessed) Rows(Fold fold, string trainedOn, string assessedOn)
        {
            var rows = fold.Rows(events);
            var (from, count) = rows.Training.GetOffsetAndLength(events.Ids.Length);
            int[] trained = [.. Enumerable.Range(from, count)], assessed = [.. rows.Assessed];
            var frauds = events.Columns[TransactionEvents.Fraud].Span;
            RefuseOneClass(frauds, trained, trainedOn, fold.Settings.TrainStart, fold.Settings.TrainStart.AddDays(fold.Settings.TrainDays - 1));
            RefuseOneClass(frauds, assessed, assessedOn, fold.AssessStart, fold.End.AddDays(-1));
            return (trained, assessed);
        }

        void Write(Output<Table> output, string name, int[] rows)
        {
            run.Open(output).Write([.. columns.Columns.Select(column => column.Take(rows))]);
            var frauds = events.Columns[TransactionEvents.Fraud].Span;
            var positives = 0L;
            foreach (var row in rows) positives += frauds[row];
            run.Metric($"{name} rows", rows.Length);
            run.Metric($"{name} frauds", positives);
        }
    }

    static void RefuseOneClass(ReadOnlySpan<long> frauds, int[] rows, string window, DateOnly from, DateOnly to)
    {
        var positives = 0L;
        foreach (var row in rows) positives += frauds[row];
        if (positives == 0 || positives == rows.Length) throw FraudErrors.NoRows(window, from, to);
    }
}
