using Kiln.Learning.Models;
using Kiln.Learning.Training;

namespace Kiln.Learning.Fitting;

/// <summary>Fits within a stage: its progress on the terminal, its checkpoints in the stage's own folder, its cancellation.</summary>
public static class FitProgress
{
    /// <param name="run">The stage at work.</param>
    /// <param name="what">What is fitted, for the bar and for the checkpoint's folder.</param>
    /// <param name="settings">The way to learn.</param>
    public static FitOptions Of(StageRun run, string what, EstimatorSettings settings)
    {
        var epochs = settings.Epochs;
        var unit = settings.Xgboost is null ? "epochs" : "rounds";
        var bar = epochs is { } count ? run.Progress(what, count, unit) : null;
        var losses = new List<double>();
        return new()
        {
            FilesIn = run.Workspace,
            CheckpointFolder = epochs is null ? null : Path.Combine(run.CheckpointFolder, what),
            OnResume = done =>
            {
                run.Note($"{what} goes on after {done} {unit}, from its checkpoint");
                bar?.Add(done);
            },
            OnEpoch = epoch =>
            {
                losses.Add(double.IsFinite(epoch.ValidationLoss) ? epoch.ValidationLoss : epoch.TrainingLoss);
                bar?.Add(1, $"{Curve(losses)} {Describe(epoch)}");
            },
            Cancellation = run.Cancellation,
        };
    }

    static string Describe(EpochRecord epoch)
    {
        var text = $"loss {epoch.TrainingLoss:0.0000}";
        if (double.IsFinite(epoch.ValidationLoss)) text += $", validation {epoch.ValidationLoss:0.0000}";
        foreach (var (name, value) in epoch.Validation.Take(1)) text += $", {name} {value:0.000}";
        return epoch.Resources is { } resources ? $"{text}, {resources.RowsPerSecond:#,0} rows/s" : text;
    }

    /// <summary>The course of a loss in a few characters: a column is the mean of some epochs, its height on the scale of their logarithms.</summary>
    internal static string Curve(IReadOnlyList<double> losses)
    {
        const int width = 16;
        const string heights = "▁▂▃▄▅▆▇█";
        var columns = Enumerable.Range(0, Math.Min(width, losses.Count)).Select(column =>
        {
            var (from, to) = (column * losses.Count / Math.Min(width, losses.Count), (column + 1) * losses.Count / Math.Min(width, losses.Count));
            return Math.Log(Math.Max(double.Epsilon, losses.Skip(from).Take(to - from).Average()));
        }).ToArray();
        if (columns.Length == 0 || columns.Any(height => !double.IsFinite(height))) return "";
        var (least, spread) = (columns.Min(), columns.Max() - columns.Min());
        return string.Concat(columns.Select(height => heights[spread > 0 ? (int)Math.Round((height - least) / spread * (heights.Length - 1)) : 0]));
    }
}
