using System.Collections.Frozen;

namespace Kiln.Pipelines.Fraud;

/// <summary>
/// The terminals and customers in a fraudster's hands on one day. Each day 2 terminals and 3 customers are drawn; a draw works from its own
/// day on, 28 days for terminals and 14 for customers. The first draws are the start date's, so fraud builds up over the first four weeks.
/// </summary>
public sealed record Compromises(FrozenSet<int> Terminals, FrozenSet<int> Customers)
{
    public static Compromises On(DateOnly day, SimulateSettings settings) => new(
        Drawn(Purpose.CompromisedTerminals, day, days: 28, draws: 2, settings.Terminals, settings),
        Drawn(Purpose.CompromisedCustomers, day, days: 14, draws: 3, settings.Customers, settings));

    static FrozenSet<int> Drawn(Purpose purpose, DateOnly day, int days, int draws, int count, SimulateSettings settings)
    {
        var all = new HashSet<int>();
        for (var from = Math.Max(settings.StartDate.DayNumber, day.DayNumber - days + 1); from <= day.DayNumber; from++)
        {
            var random = new RandomStream(settings.Seed, purpose, from);
            var today = new HashSet<int>();
            while (today.Count < draws) today.Add(random.Below(count));
            all.UnionWith(today);
        }
        return all.ToFrozenSet();
    }
}
