namespace Kiln.Pipelines.Fraud;

/// <summary>Makes one day of card transactions, from the seed and the day alone.</summary>
[TaskDescription("Simulates one day of card transactions, seeded.")]
public sealed class Simulate(DateOnly day, SimulateSettings settings) : Stage
{
    /// <summary>The day's transactions, as CSV.</summary>
    public Output<PlainFile> Transactions { get; } = new($"data/fraud/simulated/{day:yyyy-MM-dd}.csv");

    /// <inheritdoc/>
    protected override async Task RunAsync(StageRun run)
    {
        var population = Population.Of(settings);
        await File.WriteAllBytesAsync(run.Open(Transactions).Path, TransactionCsv.Format(population, settings, day), run.Cancellation);
    }
}
