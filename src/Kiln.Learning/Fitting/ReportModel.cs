using System.Collections.Immutable;
using Kiln.Data;
using Kiln.Learning.Evaluating;
using Kiln.Learning.Explaining;
using Kiln.Learning.Gates;
using Kiln.Learning.Leakage;
using Kiln.Learning.Models;
using Kiln.Learning.Reporting;
using Kiln.Learning.Reviewing;
using Kiln.Learning.Tracing;

namespace Kiln.Learning.Fitting;

/// <summary>Writes the pages a reviewer decides from: the model card, as a page and as Markdown, and the evaluation page.</summary>
/// <param name="pipeline">The pipeline's name.</param>
/// <param name="model">The stage that judged the model.</param>
/// <param name="calibration">The stage that calibrated it; null where none did.</param>
/// <param name="assessment">The stages that assessed it.</param>
/// <param name="words">What people say of the model.</param>
/// <param name="templates">The pipeline's own templates, or none.</param>
[TaskName("Report")] // in every pipeline
[TaskDescription("Writes the model card and the evaluation page.")]
public sealed class ReportModel(string pipeline, EvaluateModel model, CalibrateModel? calibration, Assessment assessment, CardSettings words, Inputs<Folder> templates) : Stage
{
    /// <summary>The library that reads the tables.</summary>
    public Input<PlainFile> DuckDbLibrary { get; } = DuckDb.Library;

    /// <summary>The scripts that draw the charts.</summary>
    public Inputs<PlainFile> Scripts { get; } = ChartScripts.Files;

    /// <summary>The templates that override the built-in ones.</summary>
    public Inputs<Folder> Templates { get; } = templates;

    /// <summary>What was learned.</summary>
    public LearningProblem Problem { get; } = model.Problem;

    /// <summary>The candidate.</summary>
    public string Candidate { get; } = model.Candidate;

    /// <summary>The rows learned from.</summary>
    public Input<Table> Training { get; } = model.Fit.Training;

    /// <summary>The rows judged on.</summary>
    public Input<Table> Test { get; } = model.Test;

    /// <summary>The model, for what it is made of.</summary>
    public Input<ModelFolder> Model { get; } = model.Model;

    /// <summary>How it was fitted.</summary>
    public Input<Json<FitRecord>> Record { get; } = model.Fit.Record;

    /// <summary>How its answers are calibrated, where they are.</summary>
    public Inputs<Json<CalibrationReport>> Calibration { get; } = CalibrateModel.ReportOf(calibration);

    /// <summary>What it reaches.</summary>
    public Input<Json<Evaluation>> Measures { get; } = model.Measures;

    /// <summary>What it answered.</summary>
    public Input<Table> Answers { get; } = model.Answers;

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
    public Output<Page> Card { get; } = new($"reports/{pipeline}/model-card.html") { VariesByRun = true };

    /// <summary>The model card as Markdown with front matter, for catalogs of models.</summary>
    public Output<PlainFile> Markdown { get; } = new($"reports/{pipeline}/model-card.md") { VariesByRun = true };

    /// <summary>The evaluation page.</summary>
    public Output<Page> Page { get; } = new($"reports/{pipeline}/evaluation.html") { VariesByRun = true };

    /// <inheritdoc/>
    protected override Task RunAsync(StageRun run)
    {
        var facts = run.Facts;
        var evaluation = run.Open(Measures).Read();
        var found = AssessmentSections.Of(run.Open(Leaks).Read(), run.Open(Review).Read(), run.Open(Explanation).Read(), run.Open(Judgement).Read(), Rules);
        var calibrated = CalibrationSections.Of(run.Open(Calibration).Select(report => report.Read()));
        var pages = new ModelPages
        {
            Facts = facts,
            MadeBy = Name,
            Reads = [Training.Path, Test.Path, Model.Path, Record.Path, .. Calibration.Select(report => report.Path), Measures.Path, Answers.Path, Leaks.Path, Review.Path, Explanation.Path, Curves.Path, Judgement.Path],
            FittedBy = nameof(FitModel),
            Words = words,
            Candidate = Candidate,
            ModelPath = Model.Path,
            Model = run.Open(Model).Describe(),
            Fit = run.Open(Record).Read(),
            Metrics = [.. evaluation.Measures.Select(measure => MeasureFacts.Of(measure.Key, measure.Value))],
            Results = TestRows.Of(AnsweredRows.Read(run.Open(Answers), Problem.Target)),
            Curves = run.Open(Curves).Read(),
            Data = [ModelPages.Window(run, "training", Training, Problem), ModelPages.Window(run, "test", Test, Problem)],
        };
        var renderer = new PageRenderer(run.Open(Templates) is [var own] ? own.Path : null);
        var card = pages.Card() with { Sections = [.. calibrated, .. found.OfCard()] };
        run.Open(Card).Write(renderer.Render(card));
        run.Open(Markdown).WriteText(renderer.RenderMarkdown(card));
        run.Open(Page).Write(renderer.Render(pages.Evaluation() with { Sections = [.. calibrated, .. found.OfEvaluation()] }));
        run.Conclude($"Pages: {Card.Path}, {Page.Path}");
        return Task.CompletedTask;
    }
}
