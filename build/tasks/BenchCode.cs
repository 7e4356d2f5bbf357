using System.Globalization;
using System.Text.RegularExpressions;

namespace Kiln.Build;

/// <summary>What it takes to know the code of every stage of the fraud pipeline: read anew, and as an earlier run left it.</summary>
[TaskDescription("Benchmark: the code of all stages of the fraud pipeline, read anew and known; medians of 11.")]
sealed partial class BenchCode : Stage
{
    const int Rounds = 11;

    protected override async Task RunAsync(StageRun run)
    {
        using var space = new BenchSpace();
        var cold = await MeasureAsync(run, space);
        await space.RunAsync(run.Cancellation, "--target", "Report");
        var warm = await MeasureAsync(run, space);
        run.Conclude(Text("read anew", cold));
        run.Conclude(Text("known", warm));
    }

    static async Task<List<double>> MeasureAsync(StageRun run, BenchSpace space)
    {
        var times = new List<double>();
        for (var round = 0; round < Rounds; round++)
        {
            using var process = space.Start("status", "--pipeline", "fraud", "--verbosity", "diagnostic");
            var said = process.StandardError.ReadToEndAsync(run.Cancellation);
            var printed = await process.StandardOutput.ReadToEndAsync(run.Cancellation);
            await process.WaitForExitAsync(run.Cancellation);
            var effort = Effort().Match(printed);
            if (!effort.Success) throw new KilnException("status does not tell what the code took:", [("printed", printed + await said)], "");
            times.Add(double.Parse(effort.Groups[1].Value, CultureInfo.InvariantCulture));
        }

        return times;
    }

    static string Text(string what, List<double> times) =>
        string.Create(CultureInfo.InvariantCulture, $"code of the fraud pipeline's stages, {what}: median {BenchSpace.Median(times):0.0} ms of {times.Count}, fastest {times.Min():0.0}");

    [GeneratedRegex(@"The code of \d+ stage classes took ([\d.]+) ms")]
    private static partial Regex Effort();
}
