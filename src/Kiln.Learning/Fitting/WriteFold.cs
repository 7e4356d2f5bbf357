using Kiln.Data;
using Kiln.Learning.Validating;

namespace Kiln.Learning.Fitting;

/// <summary>Writes one fold's rows. A fold whose rows are the same as before gives the same bytes, and nothing that follows it runs again.</summary>
/// <param name="pipeline">The pipeline's name.</param>
/// <param name="rows">All rows.</param>
/// <param name="plan">How they are told apart.</param>
/// <param name="fold">The fold's number, from 0.</param>
[TaskDescription("Writes the rows of one fold: those to learn from, and those to judge on."), OnDemand]
public sealed class WriteFold(string pipeline, Output<Table> rows, FoldPlan plan, int fold) : Stage
{
    /// <summary>The library that writes the tables.</summary>
    public Input<PlainFile> DuckDbLibrary { get; } = DuckDb.Library;

    /// <summary>All rows.</summary>
    public Input<Table> Rows { get; } = rows;

    /// <summary>The rows to learn from.</summary>
    public Output<Table> Training { get; } = new($"data/{pipeline}/folds/{plan.Names[fold]}/training.parquet");

    /// <summary>The rows to judge on.</summary>
    public Output<Table> Assessed { get; } = new($"data/{pipeline}/folds/{plan.Names[fold]}/assessed.parquet");

    /// <inheritdoc/>
    protected override Task RunAsync(StageRun run)
    {
        var all = run.Open(Rows).ReadColumns();
        var chosen = plan.Rows(all, fold);
        Write(run, Training, "training rows", all, chosen.Training.AsSpan());
        Write(run, Assessed, "assessed rows", all, chosen.Assessed.AsSpan());
        return Task.CompletedTask;
    }

    static void Write(StageRun run, Output<Table> table, string metric, TableColumns all, ReadOnlySpan<int> rows)
    {
        run.Open(table).Write(all.Take(rows).Columns);
        run.Metric(metric, rows.Length);
    }
}
