using System.Diagnostics;

namespace Kiln.Build;

/// <summary>The random histories of the engine's tests, ten thousand of them.</summary>
[TaskDescription("Random graphs, edits, failures, kills and caches: 10,000 cases (KILN_PROPERTY_CASES for another number). Takes about 20 minutes of a core.")]
sealed class TestProperties : Stage
{
    const int Cases = 10_000;

    protected override async Task RunAsync(StageRun run)
    {
        var cases = int.TryParse(Environment.GetEnvironmentVariable("KILN_PROPERTY_CASES"), out var given) ? given : Cases;
        var clock = Stopwatch.StartNew();
        var exitCode = await Shell.RunAsync("env",
            [$"KILN_PROPERTY_CASES={cases}", "dotnet", "test", "tests/Kiln.Engine.Tests", "-c", "Release", "--filter", "FullyQualifiedName~RandomPipelineTests", "-v", "quiet"],
            line => { if (line.Trim().Length > 0) run.Note(line); }, run.Cancellation);
        if (exitCode != 0) throw new KilnException("A random history ended otherwise than it should:", [("cases", cases.ToString())], "The lines above say which, and the seed that repeats it.");
        run.Conclude($"{cases:#,0} random histories: the outputs of a serial run from scratch, no stage twice, none needlessly ({clock.Elapsed.TotalMinutes:0} min)");
    }
}
