using Kiln.Data;
using Kiln.Learning.Fitting;

namespace Kiln.Pipelines.Bikes;

/// <summary>
/// Adds to a fold's rows the level that demand has reached by their day: trees cannot go beyond what they saw, so they learn demand divided
/// by a level that goes on growing. How fast is fitted on the rows to learn from, and on them only.
/// </summary>
[TaskDescription("Fits how demand grows before one fold, and adds the level reached to its rows."), OnDemand]
public sealed class AddLevel(FoldTables fold) : Stage
{
    /// <summary>The column's name.</summary>
    public const string Column = "level";

    /// <summary>The libraries that fit.</summary>
    public Inputs<PlainFile> Libraries { get; } = LearningLibraries.All;

    /// <summary>The fold's name.</summary>
    public string Fold { get; } = fold.Name;

    /// <summary>The rows to learn from.</summary>
    public Input<Table> Training { get; } = fold.Training;

    /// <summary>The rows to judge on.</summary>
    public Input<Table> Assessed { get; } = fold.Assessed;

    /// <summary>The rows to learn from, with the level.</summary>
    public Output<Table> LevelledTraining { get; } = new($"data/bikes/levelled/{fold.Name}/training.parquet");

    /// <summary>The rows to judge on, with the level.</summary>
    public Output<Table> LevelledAssessed { get; } = new($"data/bikes/levelled/{fold.Name}/assessed.parquet");

    /// <summary>The fold with the level.</summary>
    internal FoldTables Levelled => new(Fold, LevelledTraining, LevelledAssessed);

    /// <inheritdoc/>
    protected override Task RunAsync(StageRun run)
    {
        var (growth, start) = Growth.Fit(run.Open(Training));
        run.Metric("growth a year", growth);
        Add(run.Open(Training), run.Open(LevelledTraining));
        Add(run.Open(Assessed), run.Open(LevelledAssessed));
        return Task.CompletedTask;

        void Add(Table rows, Table levelled) => levelled.Write(new TableQuery
        {
            Sql = $"SELECT *, 1 + $1::DOUBLE * (time::DATE - $2::DATE) / 365 AS {Column} FROM rows",
            Tables = new Dictionary<string, Table> { ["rows"] = rows },
            OrderBy = ["instant"],
            Parameters = [growth, start],
        });
    }
}
