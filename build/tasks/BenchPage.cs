using System.Text;
using System.Text.Json;

namespace Kiln.Build;

/// <summary>
/// What a run's page costs: <c>show last --html</c> beside <c>show last</c>, which reads the same run and prints it, and the page's size;
/// for runs in which 1,000 and 10,000 stages worked.
/// </summary>
[TaskDescription("Benchmark: making the page of a run of 1,000 and of 10,000 stages; medians of 7.")]
sealed class BenchPage : Stage
{
    const int Rounds = 7, PerLayer = 50;

    protected override async Task RunAsync(StageRun run)
    {
        foreach (var count in new[] { 1_000, 10_000 })
        {
            using var space = new BenchSpace();
            await File.WriteAllTextAsync(Path.Combine(space.Root, "in"), "x", run.Cancellation);
            await File.WriteAllBytesAsync(Path.Combine(space.Root, "graph.json"), GraphOf(count), run.Cancellation);
            await space.RunAsync(run.Cancellation, "--pipeline", "peers", "--verbosity", "quiet");
            var (text, page) = (new List<double>(), new List<double>());
            var file = Path.Combine(space.Root, "run.html");
            for (var i = 0; i < Rounds; i++)
            {
                text.Add((await space.RunAsync(run.Cancellation, "show", "last")).Time.TotalMilliseconds);
                page.Add((await space.RunAsync(run.Cancellation, "show", "last", "--html", file)).Time.TotalMilliseconds);
            }

            run.Conclude($"{count:#,0} stages: show last --html median {BenchSpace.Median(page):0} ms, show last {BenchSpace.Median(text):0} ms, ratio {BenchSpace.Median(page) / BenchSpace.Median(text):0.00}; "
                + $"the page has {new FileInfo(file).Length / 1024.0:0} KiB");
        }
    }

    /// <summary>Copies in layers, each of a file of the layer before.</summary>
    static byte[] GraphOf(int count)
    {
        var stages = Enumerable.Range(0, count).Select(i => (From: i < PerLayer ? "in" : $"out/{i - PerLayer}", To: $"out/{i}", Name: $"copy{i}"))
            .Select(copy => new { name = copy.Name, reads = new[] { copy.From }, writes = new[] { copy.To }, command = new[] { "cp", copy.From, copy.To }, environment = Array.Empty<string>() });
        return Encoding.UTF8.GetBytes(JsonSerializer.Serialize(new { stages }));
    }
}
