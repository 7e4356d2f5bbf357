using Kiln.Data;
using Kiln.Learning.Fitting;

namespace Kiln.Pipelines.Fraud;

/// <summary>
/// Divides the examples by time: a training week and, after the labels' delay, a test week without the cards already known to be
/// compromised; and the same two windows earlier, by which the threshold is chosen before the test week is ever seen. A model that learns
/// from more days gets those before the training week too.
/// </summary>
[TaskDescription("Divides the examples by time into selection, validation, training and test windows.")]
public sealed class Split(Features features, SplitSettings settings, ModelsSettings models, TrainSettings train) : Stage
{
    /// <summary>Days that the chosen model learns from; 0: the training week.</summary>
    public int Days { get; } = models[train.Model].Days;

    /// <summary>The library that writes the tables.</summary>
    public Input<PlainFile> DuckDbLibrary { get; } = DuckDb.Library;

    /// <summary>All examples.</summary>
    public Input<Table> Examples { get; } = features.Examples;

    /// <summary>The earlier window, on which a model is fitted for the threshold.</summary>
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
        var examples = new SplitExamples(run.Open(Examples));
        var fold = new Fold { Settings = settings, Days = Days };
        var (selection, validation) = examples.Rows(fold.Earlier, "selection", "validation");
        var (training, test) = examples.Rows(fold, "training", "test");
        examples.Write(run.Open(Selection), run, "selection", selection);
        examples.Write(run.Open(Validation), run, "validation", validation);
        examples.Write(run.Open(Training), run, "training", training);
        examples.Write(run.Open(Test), run, "test", test);
        return Task.CompletedTask;
    }
}
