using System.Collections.Immutable;
using Kiln.Data;
using Kiln.Learning.Evaluating;
using Kiln.Learning.Models;
using Kiln.Learning.Reporting;

namespace Kiln.Learning.Fitting;

/// <summary>Answers for rows that whoever gave them had not learned from.</summary>
/// <param name="Source">In words: whose answers, for which rows.</param>
/// <param name="Tables">Labels and answers.</param>
public sealed record ValidationAnswers(string Source, ImmutableArray<Output<Table>> Tables);

/// <summary>Calibrates the model by answers for rows that were not learned from, and writes it with its calibrator. Another way to calibrate trains nothing.</summary>
/// <param name="folder">Where the models are kept.</param>
/// <param name="problem">What was learned.</param>
/// <param name="model">The model as it was fitted.</param>
/// <param name="answers">The answers.</param>
/// <param name="settings">How.</param>
[TaskDescription("Calibrates the model by answers for rows that were not learned from.")]
public class CalibrateModel(string folder, LearningProblem problem, Output<ModelFolder> model, ValidationAnswers answers, CalibrationSettings settings) : Stage
{
    readonly string source = answers.Source;

    /// <summary>The library that reads the tables.</summary>
    public Input<PlainFile> DuckDbLibrary { get; } = DuckDb.Library;

    /// <summary>The model as it was fitted.</summary>
    public Input<ModelFolder> Model { get; } = model;

    /// <summary>Labels and answers.</summary>
    public Inputs<Table> Answers { get; } = new(answers.Tables);

    /// <summary>The model with its calibrator.</summary>
    public Output<ModelFolder> Calibrated { get; } = new($"{folder}/calibrated");

    /// <summary>What was fitted, to what, and what it changes.</summary>
    public Output<Json<CalibrationReport>> Report { get; } = new($"{folder}/calibration.json");

    /// <summary>The report as an input that there may be.</summary>
    public static Inputs<Json<CalibrationReport>> ReportOf(CalibrateModel? stage) => new((IEnumerable<Output<Json<CalibrationReport>>>)(stage is null ? [] : [stage.Report]));

    /// <inheritdoc/>
    protected override Task RunAsync(StageRun run)
    {
        var report = CalibrationReport.Of(settings, JudgedRows.Together([.. run.Open(Answers).Select(Read)]), problem.Target, source);
        run.Open(Calibrated).WriteCalibrated(run.Open(Model), report.Calibrator);
        run.Open(Report).Write(report);
        run.Metric("rows", report.Rows);
        foreach (var measure in report.Measures) run.Metric($"{measure.Metric}, calibrated", measure.After);
        run.Conclude($"Calibrated on {report.Rows:#,0} rows by {CalibrationSections.Words(settings.Method)}: "
            + string.Join(", ", report.Measures.Select(measure => $"{measure.Metric} {Written.Measure(measure.Before)} → {Written.Measure(measure.After)}")));
        return Task.CompletedTask;
    }

    /// <summary>Reads a table of labels and answers.</summary>
    protected virtual JudgedRows Read(Table table) => AnsweredRows.Read(table, problem.Target, problem.Weight).Judged;
}
