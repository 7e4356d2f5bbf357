using System.ComponentModel.DataAnnotations;

namespace Kiln.Pipelines.Fraud;

/// <summary>What the simulated world looks like. The same settings give the same transactions everywhere.</summary>
public sealed record SimulateSettings
{
    /// <summary>Chooses one of the possible worlds.</summary>
    [Range(0, long.MaxValue)]
    public long Seed { get; init; } = 2018;

    /// <summary>Card holders; bounded so that a day's transactions fit its block of <see cref="Simulation.IdsPerDay"/> ids.</summary>
    [Range(3, 40_000)]
    public int Customers { get; init; } = 5_000;

    /// <summary>Terminals that cards are used at.</summary>
    [Range(2, 1_000_000)]
    public int Terminals { get; init; } = 10_000;

    /// <summary>The first day.</summary>
    public DateOnly StartDate { get; init; } = new(2018, 4, 1);

    /// <summary>Days simulated: which days there are, and nothing of what a day holds.</summary>
    [NotFingerprinted]
    [Range(1, 3_660)]
    public int Days { get; init; } = 183;

    /// <summary>How far customers go to a terminal; the world is a square of side 100.</summary>
    [Range(0.01, 150)]
    public double Radius { get; init; } = 5;
}
