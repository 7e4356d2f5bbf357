using Kiln.Data;
using Kiln.Data.Features;

namespace Kiln.Pipelines.Fraud;

/// <summary>All examples in memory, of which splits take rows.</summary>
sealed class SplitExamples
{
    readonly TableColumns columns;
    readonly EventColumns events;

    public SplitExamples(Table examples)
    {
        columns = examples.ReadColumns();
        events = new EventColumns
        {
            Ids = columns.Values<long>(TransactionEvents.Id),
            Times = columns.Values<long>(TransactionEvents.Time),
            Columns = new[] { TransactionEvents.Customer, TransactionEvents.Fraud }.ToDictionary(name => name, columns.Values<long>),
        };
    }

    /// <summary>The rows of a fold's two windows.</summary>
    /// <exception cref="KilnException">A window lacks rows of one class.</exception>
    public (int[] Training, int[] Assessed) Rows(Fold fold, string trainedOn, string assessedOn)
    {
        var rows = fold.Rows(events);
        var (from, count) = rows.Training.GetOffsetAndLength(events.Ids.Length);
        int[] training = [.. Enumerable.Range(from, count)], assessed = [.. rows.Assessed];
        RefuseOneClass(training, trainedOn, fold.TrainingStart, fold.Settings.TrainStart.AddDays(fold.Settings.TrainDays - 1));
        RefuseOneClass(assessed, assessedOn, fold.AssessStart, fold.End.AddDays(-1));
        return (training, assessed);
    }

    /// <summary>Writes rows as a table, and notes how many there are.</summary>
    public void Write(Table table, StageRun run, string name, int[] rows)
    {
        table.Write([.. columns.Columns.Select(column => column.Take(rows))]);
        run.Metric($"{name} rows", rows.Length);
        run.Metric($"{name} frauds", Frauds(rows));
    }

    void RefuseOneClass(int[] rows, string window, DateOnly from, DateOnly to)
    {
        var positives = Frauds(rows);
        if (positives == 0 || positives == rows.Length) throw FraudErrors.NoRows(window, from, to);
    }

    long Frauds(int[] rows)
    {
        var frauds = events.Columns[TransactionEvents.Fraud].Span;
        var positives = 0L;
        foreach (var row in rows) positives += frauds[row];
        return positives;
    }
}
