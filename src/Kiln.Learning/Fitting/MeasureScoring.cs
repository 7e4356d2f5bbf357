using System.Diagnostics;
using Kiln.Data;
using Kiln.Learning.Gates;
using Kiln.Learning.Models;

namespace Kiln.Learning.Fitting;

/// <summary>Measures what a model costs on this machine: its size, and the time to answer.</summary>
/// <param name="pipeline">The pipeline's name.</param>
/// <param name="model">The model.</param>
[TaskDescription("Measures the model's size and how long it takes to answer."), NonDeterministic]
public sealed class MeasureScoring(string pipeline, AssessedModel model) : Stage
{
    const int Rows = 256;
    const int Rounds = 20;

    /// <summary>The libraries that score.</summary>
    public Inputs<PlainFile> Libraries { get; } = LearningLibraries.All;

    /// <summary>The model.</summary>
    public Input<ModelFolder> Model { get; } = model.Model;

    /// <summary>Rows to answer.</summary>
    public Input<Table> Test { get; } = model.Test;

    /// <summary>What it costs.</summary>
    public Output<Json<ScoringCost>> Cost { get; } = new($"reports/{pipeline}/scoring-cost.json") { VariesByRun = true };

    /// <inheritdoc/>
    protected override Task RunAsync(StageRun run)
    {
        var folder = run.Open(Model);
        using var loaded = folder.Load();
        var rows = run.Open(Test).ReadColumns();
        if (rows.RowCount == 0) throw FittingErrors.NothingToJudgeOn(Test.Path);
        var singles = Singles(loaded, rows, run.Cancellation);
        run.Open(Cost).Write(new()
        {
            ModelBytes = Directory.EnumerateFiles(folder.Path, "*", SearchOption.AllDirectories).Sum(file => new FileInfo(file).Length),
            RowMicroseconds = singles[singles.Length / 2],
            RowMicroseconds99 = singles[(int)(singles.Length * 0.99)],
            RowsPerSecond = Together(loaded, rows),
        });
        run.Metric("µs a row", singles[singles.Length / 2]);
        return Task.CompletedTask;
    }

    /// <summary>Microseconds of single rows, ascending.</summary>
    static double[] Singles(Model model, TableColumns rows, CancellationToken cancellation)
    {
        var places = Enumerable.Range(0, Math.Min(Rows, rows.RowCount)).Select(place => (int)((long)place * rows.RowCount / Math.Min(Rows, rows.RowCount))).ToArray();
        var some = rows.Take(places);
        var filled = Enumerable.Range(0, places.Length).Select(place => model.RowOf(some, place)).ToArray();
        var exposures = model.Target.ReadExposures(some);
        var answers = new float[model.Target.Outputs];
        var times = new double[places.Length * Rounds];
        // The first round is for the runtime to compile what is called.
        for (var round = -1; round < Rounds; round++)
        {
            cancellation.ThrowIfCancellationRequested();
            for (var row = 0; row < filled.Length; row++)
            {
                var began = Stopwatch.GetTimestamp();
                model.Predict(filled[row], answers, exposures.Length == 0 ? 1 : exposures[row]);
                if (round >= 0) times[(round * filled.Length) + row] = Stopwatch.GetElapsedTime(began).TotalMicroseconds;
            }
        }
        Array.Sort(times);
        return times;
    }

    static double Together(Model model, TableColumns rows)
    {
        var began = Stopwatch.GetTimestamp();
        model.Predict(rows);
        return rows.RowCount / Stopwatch.GetElapsedTime(began).TotalSeconds;
    }
}
