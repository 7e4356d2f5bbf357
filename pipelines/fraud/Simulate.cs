using System.Collections.Concurrent;

namespace Kiln.Pipelines.Fraud;

/// <summary>Makes one day of card transactions, from the seed and the day alone.</summary>
[TaskDescription("Simulates one day of card transactions, seeded.")]
public sealed class Simulate(DateOnly day, SimulateSettings settings) : Stage
{
    /// <summary>A population is a function of the settings alone: the days of one run share it.</summary>
    static readonly ConcurrentDictionary<SimulateSettings, Lazy<Population>> Populations = [];

    /// <summary>The day's transactions, as CSV.</summary>
    public Output<PlainFile> Transactions { get; } = new($"data/fraud/simulated/{day:yyyy-MM-dd}.csv");

    /// <inheritdoc/>
    protected override async Task RunAsync(StageRun run)
    {
        var population = Populations.GetOrAdd(settings, new Lazy<Population>(() => Population.Of(settings))).Value;
        await File.WriteAllBytesAsync(run.Open(Transactions).Path, TransactionCsv.Format(population, settings, day), run.Cancellation);
    }
}
