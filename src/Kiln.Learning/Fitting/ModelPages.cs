using System.Collections.Immutable;
using System.Text.Json;
using Kiln.Data;
using Kiln.Learning.Evaluating;
using Kiln.Learning.Models;
using Kiln.Learning.Preparing;
using Kiln.Learning.Reporting;
using Kiln.Learning.Tracing;

namespace Kiln.Learning.Fitting;

/// <summary>What pages say of a model, gathered from the run, from what was fitted, and from what people wrote: the words and figures, not the looks.</summary>
public sealed record ModelPages
{
    const string OfCandidate = "candidate.";

    /// <summary>The run.</summary>
    public required RunFacts Facts { get; init; }

    /// <summary>The stage that makes the pages.</summary>
    public required string MadeBy { get; init; }

    /// <summary>The files that it reads.</summary>
    public required ImmutableArray<string> Reads { get; init; }

    /// <summary>The stage that fitted the model: its settings are the model's.</summary>
    public required string FittedBy { get; init; }

    /// <summary>What people say of the model.</summary>
    public required CardSettings Words { get; init; }

    /// <summary>The candidate's name.</summary>
    public required string Candidate { get; init; }

    /// <summary>Where the model's folder stands.</summary>
    public required string ModelPath { get; init; }

    /// <summary>What the model is.</summary>
    public required ModelDescription Model { get; init; }

    /// <summary>How it was fitted.</summary>
    public required FitRecord Fit { get; init; }

    /// <summary>The fit whose course is drawn, where it is another: one that was judged on validation rows.</summary>
    public FitRecord? Drawn { get; init; }

    /// <summary>What it reaches, most important first.</summary>
    public required ImmutableArray<MetricFact> Metrics { get; init; }

    /// <summary>What it answered on the test rows.</summary>
    public required TestResults Results { get; init; }

    /// <summary>Its curves beside those of others.</summary>
    public required ModelCurves Curves { get; init; }

    /// <summary>The rows, the test's last.</summary>
    public required ImmutableArray<DataWindow> Data { get; init; }

    /// <summary>Parts of both pages beyond those of every model.</summary>
    public ImmutableArray<PageSection> Sections { get; init; } = [];

    /// <summary>The model card.</summary>
    public ModelCard Card() => new()
    {
        Words = Words,
        Dataset = Facts.Pipeline,
        Task = Words.Task ?? (Model.Target.Task == LearningTask.Regression ? "tabular-regression" : "tabular-classification"),
        Data = Data,
        Features = [.. Model.Inputs.Select(input => new FeatureFact(input.Name, MeaningOf(input)))],
        Architecture =
        [
            new("candidate", Candidate), new("kind", Model.Kind), new("learned", Describe(Model.Target)), new("features after preparation", $"{Model.Features.Length:#,0}"), new("parameters", $"{Model.Parameters:#,0}"),
            .. Model.Calibration is { } method ? [new Fact("calibrated by", CalibrationSections.Words(method))] : ImmutableArray<Fact>.Empty,
            new("library", Model.Library ?? "Kiln's own"), new("device", Fit.Device),
            new("repeatable", Model.Reproducibility == Reproducibility.BitIdentical ? "to the bit" : "but for rounding, or on the same kind of GPU"),
        ],
        Settings =
        [
            .. Settled(FittedBy, setting => setting.Key.StartsWith(OfCandidate, StringComparison.Ordinal) && setting.Value is not ("null" or "[]"))
                .Select(setting => setting with { Label = setting.Label[OfCandidate.Length..] }),
        ],
        Metrics = Metrics,
        Results = Results,
        Sections = Sections,
        Training = Training,
        Provenance = Provenance,
        HowToScore = $"using var model = ModelFolder.At(\"{ModelPath}\").Load();\nPredictions answers = model.Predict(Table.At(\"rows.parquet\"));",
    };

    /// <summary>The evaluation page.</summary>
    public EvaluationPage Evaluation() => new()
    {
        Name = Words.Name,
        Summary = $"The candidate {Candidate} on {Data[^1].Rows:#,0} rows that it has not learned from: {Data[^1].Target}.",
        Metrics = Metrics,
        Results = Results,
        Curves = Curves,
        Sections = Sections,
        Training = Training,
        Data = Data,
        Provenance = Provenance,
        Graph = RunPages.GraphOf(Facts, MadeBy, RunPages.MakersOf(Facts, Reads)),
        Timeline = RunPages.TimelineOf(Facts),
    };

    /// <summary>Rows that served for something: how many, when, and what was to be learned from them.</summary>
    /// <param name="run">The stage that reads them.</param>
    /// <param name="purpose">What they served for.</param>
    /// <param name="rows">The rows.</param>
    /// <param name="problem">What was learned.</param>
    public static DataWindow Window(StageRun run, string purpose, Input<Table> rows, LearningProblem problem) =>
        TestRows.Window(purpose, run.Open(rows), problem, RunPages.HashOf(run.Facts, rows.Path));

    ImmutableArray<TrainingHistory> Training => TrainingHistories.Of(Model.Estimator, Model.Target, Drawn ?? Fit) switch
    {
        [var only] => [only with { Name = "" }],
        var fits => fits,
    };

    Provenance Provenance => RunPages.ProvenanceOf(Facts, Settled(null, setting => setting.Key.EndsWith(".seed", StringComparison.Ordinal) && setting.Value != "null"), RunPages.Reproduce(Facts, MadeBy));

    /// <summary>The settings that stages upstream were made with.</summary>
    ImmutableArray<Reporting.Fact> Settled(string? stage, Func<(string Key, string Value), bool> isWanted) =>
    [
        .. Facts.Upstream.Where(record => stage is null || record.Group == stage).SelectMany(record => record.Settings)
            .Where(isWanted).Distinct().Select(setting => new Reporting.Fact(setting.Key, Unquoted(setting.Value))),
    ];

    /// <summary>A text as it was written; fingerprints have it as JSON.</summary>
    static string Unquoted(string value) => value.StartsWith('"') ? JsonSerializer.Deserialize<string>(value)! : value;

    string MeaningOf(InputColumn input)
    {
        var kind = InputKinds.Describe(input.Kind) + (input.KnownValues.Length > 0 ? $", {input.KnownValues.Length:#,0} known" : "") + (input.IsOptional ? "; may be missing" : "");
        return Words.Columns.FirstOrDefault(column => column.Name == input.Name) is { } said ? $"{said.Meaning} ({kind})" : kind;
    }

    static string Describe(Target target) => target.Task switch
    {
        LearningTask.Binary => $"the probability that {target.Column} is {target.Classes[1]} and not {target.Classes[0]}",
        LearningTask.MultiClass => $"the probability of each of {target.Classes.Length} values of {target.Column}",
        _ => target.Column + (target.Transform == TargetTransform.None ? "" : $", as {target.Transform}") + (target.Exposure is null ? "" : $", per {target.Exposure}"),
    };
}
