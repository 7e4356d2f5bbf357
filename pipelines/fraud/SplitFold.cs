using Kiln.Data;

namespace Kiln.Pipelines.Fraud;

/// <summary>
/// One week and the days before it that candidates may learn from: prequential validation (Gama, Sebastião and Rodrigues 2013) with the
/// labels' delay between.
/// </summary>
[TaskDescription("Writes the rows of one fold: the days to learn from, and the week to judge on."), OnDemand]
public sealed class SplitFold(DateOnly trainStart, int days, Features features, SplitSettings settings) : Stage
{
    /// <summary>The fold's name: the first day of its last training week.</summary>
    public string Key { get; } = NameOf(trainStart);

    /// <summary>The library that writes the tables.</summary>
    public Input<PlainFile> DuckDbLibrary { get; } = DuckDb.Library;

    /// <summary>All examples.</summary>
    public Input<Table> Examples { get; } = features.Examples;

    /// <summary>The days to learn from.</summary>
    public Output<Table> Training { get; } = new($"data/fraud/folds/{trainStart:yyyy-MM-dd}/training.parquet");

    /// <summary>The week to judge on.</summary>
    public Output<Table> Assessed { get; } = new($"data/fraud/folds/{trainStart:yyyy-MM-dd}/assessed.parquet");

    /// <summary>The name of the fold whose last training week starts on a day.</summary>
    public static string NameOf(DateOnly trainStart) => $"{trainStart:yyyy-MM-dd}";

    /// <inheritdoc/>
    protected override Task RunAsync(StageRun run)
    {
        var examples = new SplitExamples(run.Open(Examples));
        var (training, assessed) = examples.Rows(new Fold { Settings = settings with { TrainStart = trainStart }, Days = days }, "training", "judged");
        examples.Write(run.Open(Training), run, "training", training);
        examples.Write(run.Open(Assessed), run, "judged", assessed);
        return Task.CompletedTask;
    }
}
