using Kiln.Data;
using Kiln.Learning.Trends;

namespace Kiln.Learning.Fitting;

/// <summary>
/// Adds to a fold's rows the level that a growing column has reached by their day: trees cannot go beyond what they saw, so they learn values
/// divided by a level that goes on growing (<see cref="Models.Target.Exposure"/>). It is fitted on the rows to learn from, and on them only.
/// </summary>
/// <param name="pipeline">The pipeline's name.</param>
/// <param name="trend">What grows.</param>
/// <param name="key">The columns that together are different in every row.</param>
/// <param name="fold">The fold.</param>
[TaskDescription("Fits how a column grows before one fold, and adds the level reached to its rows."), OnDemand]
public sealed class AddLevel(string pipeline, GrowthTrend trend, string key, FoldTables fold) : Stage
{
    /// <summary>The level's column.</summary>
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
    public Output<Table> LevelledTraining { get; } = new($"data/{pipeline}/levelled/{fold.Name}/training.parquet");

    /// <summary>The rows to judge on, with the level.</summary>
    public Output<Table> LevelledAssessed { get; } = new($"data/{pipeline}/levelled/{fold.Name}/assessed.parquet");

    /// <summary>The fold with the level.</summary>
    public FoldTables Levelled() => new(Fold, LevelledTraining, LevelledAssessed);

    /// <inheritdoc/>
    protected override Task RunAsync(StageRun run)
    {
        var (growth, start) = trend.Fit(run.Open(Training));
        run.Metric("growth a year", growth);
        Add(run.Open(Training), run.Open(LevelledTraining));
        Add(run.Open(Assessed), run.Open(LevelledAssessed));
        return Task.CompletedTask;

        void Add(Table rows, Table levelled) => levelled.Write(new TableQuery
        {
            Sql = $"SELECT *, {trend.LevelSql} AS {Column} FROM rows",
            Tables = new Dictionary<string, Table> { ["rows"] = rows },
            OrderBy = [key],
            Parameters = [growth, start],
        });
    }
}
