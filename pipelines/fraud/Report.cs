using System.Collections.Immutable;
using Kiln.Data;
using Kiln.Learning.Evaluating;
using Kiln.Learning.Explaining;
using Kiln.Learning.Fitting;
using Kiln.Learning.Gates;
using Kiln.Learning.Leakage;
using Kiln.Learning.Models;
using Kiln.Learning.Reporting;
using Kiln.Learning.Reviewing;
using Kiln.Learning.Tracing;

namespace Kiln.Pipelines.Fraud;

/// <summary>Writes the pages a reviewer decides from: the model card, as a page and as Markdown, and the evaluation page.</summary>
[TaskDescription("Writes the model card and the evaluation page.")]
public sealed class Report(Split split, Train train, Calibrate? calibrate, Evaluate evaluate, Assessment assessment, FraudPages of, CardSettings words) : Stage
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
    public Input<ModelFolder> Model { get; } = evaluate.Model;

    /// <summary>How training went.</summary>
    public Input<Json<TrainingRecord>> Record { get; } = train.Record;

    /// <summary>How the model's answers are calibrated, where they are.</summary>
    public Inputs<Json<CalibrationReport>> Calibration { get; } = CalibrateModel.ReportOf(calibrate);

    /// <summary>The threshold, and the rule that chose it.</summary>
    public Input<Json<ThresholdChoice>> Threshold { get; } = evaluate.Threshold;

    /// <summary>What the model reaches.</summary>
    public Input<Json<FraudEvaluation>> Metrics { get; } = evaluate.Metrics;

    /// <summary>The templates that override the built-in ones.</summary>
    public Input<Folder> Templates { get; } = Input<Folder>.Source("pipelines/fraud/templates");

    /// <summary>Ways in which the model may know what it is judged on.</summary>
    public Input<Json<ImmutableArray<LeakageFinding>>> Leaks { get; } = assessment.Leaks.Findings;

    /// <summary>Its answers, looked at from all sides.</summary>
    public Input<Json<ModelReview>> Review { get; } = assessment.Review.Review;

    /// <summary>Why it answers so.</summary>
    public Input<Json<Explanation>> Explanation { get; } = assessment.Explanation.Explanation;

    /// <summary>Its curves beside those of others.</summary>
    public Input<Json<ModelCurves>> Curves { get; } = assessment.Curves.Curves;

    /// <summary>What the criteria found.</summary>
    public Input<Json<GateReport>> Judgement { get; } = assessment.Judgement.Report;

    /// <summary>What an inconclusive verdict comes to, and who lets a refused model pass.</summary>
    public GateRules Rules { get; } = assessment.Rules;

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
        var found = AssessmentSections.Of(run.Open(Leaks).Read(), run.Open(Review).Read(), run.Open(Explanation).Read(), run.Open(Judgement).Read(), Rules);
        var (record, evaluation) = (run.Open(Record).Read(), run.Open(Metrics).Read());
        var calibrated = CalibrationSections.Of(run.Open(Calibration).Select(report => report.Read()));
        var pages = new ModelPages
        {
            Facts = facts,
            MadeBy = Name,
            Reads = [Training.Path, Test.Path, Model.Path, .. Calibration.Select(report => report.Path), Metrics.Path, Leaks.Path, Review.Path, Explanation.Path, Curves.Path, Judgement.Path],
            FittedBy = nameof(Train),
            Words = of.Words(words),
            Candidate = record.Candidate,
            ModelPath = Model.Path,
            Model = run.Open(Model).Describe(),
            Fit = record.Fit,
            Drawn = record.Selection,
            Metrics = of.Metrics(evaluation),
            Results = new TestResults.OfTwoClasses(evaluation.Transactions, $"{run.Open(Threshold).Read().Rule}, by the model of the selection, which was fitted on the earlier window"),
            Curves = run.Open(Curves).Read(),
            Data = [.. new[] { ("selection", Selection), ("validation", Validation), ("training", Training), ("test", Test) }.Select(window => ModelPages.Window(run, window.Item1, window.Item2, FraudProblem.Definition))],
        };
        var renderer = new PageRenderer(run.Open(Templates).Path);
        var cards = CardSections.Of(evaluation.Cards);
        var card = pages.Card() with { Sections = [.. calibrated, .. found.OfCard(), cards] };
        run.Open(Card).Write(renderer.Render(card));
        run.Open(Markdown).WriteText(renderer.RenderMarkdown(card));
        run.Open(Evaluation).Write(renderer.Render(pages.Evaluation() with { Sections = [cards, .. calibrated, .. found.OfEvaluation()], References = of.References }));
        run.Conclude($"Pages: {Card.Path}, {Evaluation.Path}");
        return Task.CompletedTask;
    }
}
