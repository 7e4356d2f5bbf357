using Kiln.Data;
using Kiln.Learning.Fitting;
using Kiln.Learning.Models;
using Kiln.Learning.Reporting;

namespace Kiln.Pipelines.Fraud;

/// <summary>Writes the pages a reviewer decides from: the model card, as a page and as Markdown, and the evaluation page.</summary>
[TaskDescription("Writes the model card and the evaluation page.")]
public sealed class Report(
    Split split, Train train, Evaluate evaluate,
    SourceSettings source, SplitSettings splitSettings, EvaluateSettings evaluateSettings, CardSettings words) : Stage
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

    /// <summary>The model card as Markdown with front matter, for catalogs of models.</summary>
    public Output<PlainFile> Markdown { get; } = new("reports/fraud/model-card.md") { VariesByRun = true };

    /// <summary>The evaluation page.</summary>
    public Output<Page> Evaluation { get; } = new("reports/fraud/evaluation.html") { VariesByRun = true };

    /// <inheritdoc/>
    protected override Task RunAsync(StageRun run)
    {
        var facts = run.Facts;
        var of = new FraudPages(IsSimulated, splitSettings, evaluateSettings.CardsPerDay);
        var (record, evaluation) = (run.Open(Record).Read(), run.Open(Metrics).Read());
        var pages = new ModelPages
        {
            Facts = facts,
            MadeBy = Name,
            Reads = [Training.Path, Test.Path, Model.Path, Metrics.Path],
            FittedBy = nameof(Train),
            Words = of.Words(words),
            Candidate = record.Candidate,
            ModelPath = Model.Path,
            Model = run.Open(Model).Describe(),
            Fit = record.Fit,
            Drawn = record.Selection,
            Metrics = of.Metrics(evaluation),
            Results = new TestResults.OfTwoClasses(evaluation.Transactions, $"{record.Threshold.Rule}, by the model of the selection, which was fitted on the earlier window"),
            Data = [.. new[] { ("selection", Selection), ("validation", Validation), ("training", Training), ("test", Test) }.Select(window => ModelPages.Window(run, window.Item1, window.Item2, FraudProblem.Definition))],
            Sections = [CardSections.Of(evaluation.Cards)],
        };
        var renderer = new PageRenderer(run.Open(Templates).Path);
        var card = pages.Card();
        run.Open(Card).Write(renderer.Render(card));
        run.Open(Markdown).WriteText(renderer.RenderMarkdown(card));
        run.Open(Evaluation).Write(renderer.Render(pages.Evaluation() with { References = of.References }));
        run.Conclude($"Pages: {Card.Path}, {Evaluation.Path}");
        return Task.CompletedTask;
    }
}
