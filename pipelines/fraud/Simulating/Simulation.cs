using System.Collections.Immutable;

namespace Kiln.Pipelines.Fraud;

/// <summary>
/// The transaction process of Le Borgne, Siblini, Lebichot and Bontempi, "Reproducible Machine Learning for Credit Card Fraud Detection:
/// Practical Handbook" (2022), chapter 3. Every day is a function of the settings and its date alone: any day can be made by itself, and
/// one more day changes none before it.
/// </summary>
public static class Simulation
{
    /// <summary>Ids are the day's number times this, plus the place in the day.</summary>
    public const int IdsPerDay = 100_000;

    const int SecondsPerDay = 86_400;
    const int LargeCents = 220_00;

    /// <summary>The simulated dates, in order.</summary>
    public static ImmutableArray<DateOnly> Days(SimulateSettings settings) =>
        [.. Enumerable.Range(0, settings.Days).Select(settings.StartDate.AddDays)];

    /// <summary>One day's transactions, ordered by (time, customer, the customer's own order).</summary>
    public static ImmutableArray<Transaction> Day(Population population, SimulateSettings settings, DateOnly day)
    {
        var compromises = Compromises.On(day, settings);
        var transactions = new List<Transaction>(population.Customers.Length * 2);
        for (var id = 0; id < population.Customers.Length; id++) Spend(id, population.Customers[id], compromises, day, settings, transactions);

        if (transactions.Count > IdsPerDay)
            throw new InvalidOperationException($"{day:yyyy-MM-dd} has {transactions.Count} transactions; ids are made for {IdsPerDay} a day.");
        var firstId = (long)(day.DayNumber - settings.StartDate.DayNumber) * IdsPerDay;
        // OrderBy is stable: a customer's transactions of one second keep their order.
        return [.. transactions.OrderBy(made => made.SecondOfDay).Select((made, place) => made with { Id = firstId + place })];
    }

    // A stream for each (customer, day), and every draw is made whether used or not: compromises move no other number.
    static void Spend(int id, Customer customer, Compromises compromises, DateOnly day, SimulateSettings settings, List<Transaction> transactions)
    {
        if (customer.Terminals.IsEmpty) return;
        var random = new RandomStream(settings.Seed, Purpose.Spending, day.DayNumber, id);
        var compromised = compromises.Customers.Contains(id);
        for (var left = random.Poisson(customer.TransactionsPerDay); left > 0; left--)
        {
            var second = random.Normal(SecondsPerDay / 2.0, 20_000);
            var cents = Cents(customer, ref random);
            var terminal = customer.Terminals[random.Below(customer.Terminals.Length)];
            var stolen = random.Below(3) == 0 && compromised;
            if (second is < 0 or >= SecondsPerDay) continue;
            transactions.Add(new()
            {
                Id = 0,
                SecondOfDay = (int)second,
                CustomerId = id,
                TerminalId = terminal,
                Cents = stolen ? cents * 5 : cents,
                // The later scenario names a transaction that several of them hit.
                Scenario = stolen ? FraudScenario.CompromisedCustomer
                    : compromises.Terminals.Contains(terminal) ? FraudScenario.CompromisedTerminal
                    : cents > LargeCents ? FraudScenario.LargeAmount
                    : FraudScenario.Genuine,
            });
        }
    }

    static int Cents(Customer customer, ref RandomStream random)
    {
        var amount = random.Normal(customer.MeanAmount, customer.MeanAmount / 2);
        var instead = random.Uniform(0, 2 * customer.MeanAmount);
        return (int)Math.Round((amount < 0 ? instead : amount) * 100);
    }
}
