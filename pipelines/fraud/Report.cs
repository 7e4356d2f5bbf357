using System.Collections.Immutable;
using Kiln.Data;
using Kiln.Learning;
using Kiln.Learning.Models;
using Kiln.Learning.Reporting;

namespace Kiln.Pipelines.Fraud;

/// <summary>Writes the pages a reviewer decides from: the model card and the evaluation page.</summary>
[TaskDescription("Writes the model card and the evaluation page.")]
public sealed class Report(
    Split split, Train train, Evaluate evaluate,
    SourceSettings source, SplitSettings splitSettings, EvaluateSettings evaluateSettings) : Stage
{
    /// <summary>The library that reads the tables.</summary>
    public Input<PlainFile> DuckDbLibrary { get; } = DuckDb.Library;

    /// <summary>The scripts that draw the charts.</summary>
    public Inputs<PlainFile> Scripts { get; } = ChartScripts.Files;

    /// <summary>The window the model was fitted on.</summary>
    public Input<Table> Training { get; } = split.Training;

    /// <summary>The earlier window, on which a model was fitted for the threshold.</summary>
    public Input<Table> Selection { get; } = split.Selection;

    /// <summary>The window the threshold was chosen on.</summary>
    public Input<Table> Validation { get; } = split.Validation;

    /// <summary>The window it was tested on.</summary>
    public Input<Table> Test { get; } = split.Test;

    /// <summary>The model, for what it is made of.</summary>
    public Input<ModelFolder> Model { get; } = train.Model;

    /// <summary>How training went.</summary>
    public Input<Json<TrainingRecord>> Record { get; } = train.Record;

    /// <summary>What the model reaches.</summary>
    public Input<Json<FraudEvaluation>> Metrics { get; } = evaluate.Metrics;

    /// <summary>The templates that override the built-in ones.</summary>
    public Input<Folder> Templates { get; } = Input<Folder>.Source("pipelines/fraud/templates");

    /// <summary>Whether the transactions were simulated: the card says so.</summary>
    public bool IsSimulated { get; } = source.Path is null;

    /// <summary>The model card.</summary>
    public Output<Page> Card { get; } = new("reports/fraud/model-card.html") { VariesByRun = true };

    /// <summary>The evaluation page.</summary>
    public Output<Page> Evaluation { get; } = new("reports/fraud/evaluation.html") { VariesByRun = true };

    /// <inheritdoc/>
    protected override Task RunAsync(StageRun run)
    {
        var renderer = new PageRenderer(run.Open(Templates).Path);
        var facts = run.Facts;
        var writer = new FraudPages
        {
            Facts = facts,
            IsSimulated = IsSimulated,
            Split = splitSettings,
            Model = run.Open(Model).Describe(),
            CardsPerDay = evaluateSettings.CardsPerDay,
            Record = run.Open(Record).Read(),
            Evaluation = run.Open(Metrics).Read(),
            Windows =
            [
                Window("selection", run.Open(Selection), facts), Window("validation", run.Open(Validation), facts),
                Window("training", run.Open(Training), facts), Window("test", run.Open(Test), facts),
            ],
        };
        run.Open(Card).Write(renderer.Render(writer.ModelCard()));
        run.Open(Evaluation).Write(renderer.Render(writer.EvaluationPage()));
        run.Conclude($"Pages: {Card.Path}, {Evaluation.Path}");
        return Task.CompletedTask;
    }

    static DataWindow Window(string purpose, Table table, RunFacts facts)
    {
        var counted = table.Query($"""
            SELECT count(*) AS number, sum({TransactionEvents.Fraud})::BIGINT AS positives,
                min({TransactionEvents.Time})::DATE - DATE '0001-01-01' AS first, max({TransactionEvents.Time})::DATE - DATE '0001-01-01' AS last FROM this
            """).ReadAll();
        return new DataWindow
        {
            Purpose = purpose,
            From = DateOnly.FromDayNumber((int)counted.Values<long>("first").Span[0]),
            To = DateOnly.FromDayNumber((int)counted.Values<long>("last").Span[0]),
            Rows = counted.Values<long>("number").Span[0],
            Positives = counted.Values<long>("positives").Span[0],
            Hash = facts.Upstream.SelectMany(stage => stage.Outputs).First(output => output.Path.EndsWith($"/{purpose}.parquet", StringComparison.Ordinal)).Hash,
        };
    }
}
