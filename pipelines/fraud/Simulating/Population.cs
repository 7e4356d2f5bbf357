using System.Collections.Immutable;

namespace Kiln.Pipelines.Fraud;

/// <summary>A card holder: where and how she spends.</summary>
public sealed record Customer
{
    /// <summary>Mean amount of a transaction; its standard deviation is half of it.</summary>
    public required double MeanAmount { get; init; }

    /// <summary>Mean number of transactions a day.</summary>
    public required double TransactionsPerDay { get; init; }

    /// <summary>The terminals within reach, ascending. A customer with none never pays.</summary>
    public required ImmutableArray<int> Terminals { get; init; }
}

/// <summary>The customers and terminals of a simulated world: a function of its seed, its size and the radius, not of time.</summary>
public sealed class Population
{
    const double Side = 100;

    Population(ImmutableArray<Customer> customers, int terminalCount) => (Customers, TerminalCount) = (customers, terminalCount);

    /// <summary>The customers, by id.</summary>
    public ImmutableArray<Customer> Customers { get; }

    /// <summary>Terminals have the ids 0 … this − 1.</summary>
    public int TerminalCount { get; }

    /// <summary>Draws the population. Customers and terminals are spread evenly over the square.</summary>
    public static Population Of(SimulateSettings settings)
    {
        var terminals = new (double X, double Y)[settings.Terminals];
        for (var id = 0; id < terminals.Length; id++)
        {
            var random = new RandomStream(settings.Seed, Purpose.Terminal, id);
            terminals[id] = (random.Uniform(0, Side), random.Uniform(0, Side));
        }
        var customers = new Customer[settings.Customers];
        Parallel.For(0, customers.Length, id => customers[id] = Draw(id, terminals, settings));
        return new([.. customers], terminals.Length);
    }

    static Customer Draw(int id, (double X, double Y)[] terminals, SimulateSettings settings)
    {
        var random = new RandomStream(settings.Seed, Purpose.Customer, id);
        var (x, y) = (random.Uniform(0, Side), random.Uniform(0, Side));
        var inReach = ImmutableArray.CreateBuilder<int>();
        for (var terminal = 0; terminal < terminals.Length; terminal++)
        {
            var (dx, dy) = (terminals[terminal].X - x, terminals[terminal].Y - y);
            if (dx * dx + dy * dy < settings.Radius * settings.Radius) inReach.Add(terminal);
        }
        return new()
        {
            MeanAmount = random.Uniform(5, 100),
            TransactionsPerDay = random.Uniform(0, 4),
            Terminals = inReach.ToImmutable(),
        };
    }
}
