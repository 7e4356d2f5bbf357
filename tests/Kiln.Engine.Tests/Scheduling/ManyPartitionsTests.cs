using System.Diagnostics;
using Xunit.Abstractions;

namespace Kiln.Tests;

/// <summary>Declaring and planning many partitions, which ask for one another, must not take a search through all of them for each.</summary>
public sealed class ManyPartitionsTests(ITestOutputHelper output) : IDisposable
{
    readonly PipelineSpace _space = new();

    public void Dispose() => _space.Dispose();

    [Fact]
    public async Task Ten_thousand_partitions_are_planned_soon()
    {
        var few = await PlanAsync(500);
        var many = await PlanAsync(5000);
        output.WriteLine($"1,000 stages {few.TotalMilliseconds:0} ms, 10,000 stages {many.TotalMilliseconds:0} ms");
        many.ShouldBeLessThan(TimeSpan.FromSeconds(5), "a second on a machine with nothing else to do; a search through all partitions for each takes ten");
    }

    /// <summary>The best of three: other work on the machine only ever adds.</summary>
    async Task<TimeSpan> PlanAsync(int keys)
    {
        _space.Declare = pipeline =>
        {
            pipeline.AddPartitions<Part, int>(Enumerable.Range(0, keys));
            pipeline.AddPartitions<Window, int>(Enumerable.Range(0, keys));
        };
        var best = TimeSpan.MaxValue;
        for (var i = 0; i < 3; i++)
        {
            var clock = Stopwatch.StartNew();
            await _space.SucceedAsync("--tree");
            if (clock.Elapsed < best) best = clock.Elapsed;
        }

        _space.Printed.ShouldContain($"({keys} partitions)");
        return best;
    }

    sealed class Part(int key) : Stage
    {
        public Output<PlainFile> Made { get; } = new($"parts/{key}");

        protected internal override Task RunAsync(StageRun run) => throw new InvalidOperationException("It is only planned.");
    }

    sealed class Window(int key, Part own, Partitions<Part> parts) : Stage
    {
        public Input<PlainFile> Own { get; } = own.Made;

        public Inputs<PlainFile> Before { get; } = new(parts.Window(key, back: 3).Select(part => part.Made));

        public Output<PlainFile> Made { get; } = new($"windows/{key}");

        protected internal override Task RunAsync(StageRun run) => throw new InvalidOperationException("It is only planned.");
    }
}
