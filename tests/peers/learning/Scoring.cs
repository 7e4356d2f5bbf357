using System.Diagnostics;
using System.Globalization;
using Kiln.Data;
using Kiln.Learning.Models;
using Kiln.Learning.Preparing;
using Kiln.Torch;

/// <summary>A network over 15 raw numbers, standardized and put through three layers of 64: all rows at once, and one at a time.</summary>
sealed class Scoring : IDisposable
{
    const int Columns = 15;
    const int Count = 100_000;

    readonly TableColumns rows;
    readonly Model model;

    /// <summary>Fits a model, saves it, loads it again, and leaves in the folder what the other side needs.</summary>
    public Scoring(string folder)
    {
        var random = new Random(1);
        var values = Enumerable.Range(0, Columns).Select(column => Enumerable.Range(0, Count).Select(_ => (column * 10) + (random.NextDouble() * (column + 1))).ToArray()).ToArray();
        var labels = Enumerable.Range(0, Count).Select(row => values[1][row] - 10 > values[0][row] ? 1 : 0).ToArray();
        rows = TableColumns.Of([.. values.Select((column, number) => Column.Of<double>($"c{number}", column)), Column.Of<int>("y", labels)]);
        var settings = new EstimatorSettings { Network = new() { FeedForward = new() { Hidden = [64, 64, 64], Dropout = 0 }, Training = new() { Epochs = 1, BatchSize = 512, Device = "cpu" } } };
        var preparation = new Preparation(Prepare.Numbers([.. Enumerable.Range(0, Columns).Select(column => $"c{column}")]).Standardize());
        var place = Path.Combine(folder, "model");
        using (var fitted = Model.Fit(settings, preparation, Examples.Of(rows, Target.Binary("y")))) fitted.Model.Save(place);
        model = new ModelFolder(place).Load();
        Write(Path.Combine(folder, "scoring.safetensors"), values);
        TorchRuntime.Threads = 1;
    }

    /// <summary>Seconds for all rows, and the mean answer.</summary>
    public string Rows()
    {
        var watch = Stopwatch.StartNew();
        var cpu = Environment.CpuUsage.TotalTime;
        var answers = model.Predict(rows);
        return string.Create(CultureInfo.InvariantCulture, $"{watch.Elapsed.TotalSeconds:F6} {(Environment.CpuUsage.TotalTime - cpu).TotalSeconds:F6} {answers.ToDoubles().Average():R}");
    }

    /// <summary>Microseconds for one row, its values set anew: the median of thousands, and the one that 99 % stay below.</summary>
    public string OneRow()
    {
        var row = model.NewRow();
        var columns = Enumerable.Range(0, Columns).Select(column => rows.Values<double>($"c{column}")).ToArray();
        var answer = new float[1];
        var times = new double[5_000];
        for (var i = 0; i < times.Length; i++)
        {
            var begun = Stopwatch.GetTimestamp();
            for (var column = 0; column < Columns; column++) row.Set(column, columns[column].Span[i]);
            model.Predict(row, answer);
            times[i] = Stopwatch.GetElapsedTime(begun).TotalMicroseconds;
        }
        Array.Sort(times);
        return string.Create(CultureInfo.InvariantCulture, $"{times[times.Length / 2]:F1} {times[times.Length * 99 / 100]:F1}");
    }

    public void Dispose() => model.Dispose();

    void Write(string file, double[][] values)
    {
        var raw = new float[Count * Columns];
        for (var row = 0; row < Count; row++)
            for (var column = 0; column < Columns; column++) raw[(row * Columns) + column] = (float)values[column][row];
        var steps = model.Preparation.Columns.Select(column => (FittedScale)((FittedNumbers)column).Steps[0]).ToArray();
        using var scope = new TensorScope();
        using var weights = SafeTensors.Read(Path.Combine(Path.GetDirectoryName(file)!, "model", "weights.safetensors"));
        var tensors = weights.Tensors.ToDictionary(pair => pair.Key.Replace("network.layers.", "model.", StringComparison.Ordinal), pair => pair.Value, StringComparer.Ordinal);
        tensors.Add("x", Tensor.From<float>(raw, [Count, Columns]));
        tensors.Add("center", Tensor.From(Array.ConvertAll(steps, step => (float)step.Center)));
        tensors.Add("divisor", Tensor.From(Array.ConvertAll(steps, step => (float)step.Divisor)));
        SafeTensors.Write(file, tensors);
    }
}
