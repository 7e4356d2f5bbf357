using Kiln.Data.Features;

namespace Kiln.Data.Tests.Features;

/// <summary>A feature set shaped like a card-fraud model's, and events made for it.</summary>
static class FraudLike
{
    public static FeatureSet Set { get; } = new(
    [
        new RowFeature { Name = "AMOUNT", Value = "CENTS", Of = (_, cents) => cents / 100.0 },
        new RowFeature { Name = "WEEKEND", Of = (time, _) => time.DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday ? 1 : 0 },
        new RowFeature { Name = "NIGHT", Of = (time, _) => time.Hour <= 6 ? 1 : 0 },
        .. new[] { 1, 7, 30 }.SelectMany(days => Windows(days)),
    ]);

    /// <summary>Seeded events in which equal times, equal keys and repeated windows edges abound.</summary>
    public static EventColumns Events(int count, int seed)
    {
        var random = new Random(seed);
        var (ids, times) = (new long[count], new long[count]);
        var (customers, terminals, cents, frauds) = (new long[count], new long[count], new long[count], new long[count]);
        var time = new DateTime(2018, 4, 1).Subtract(DateTime.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;
        for (var i = 0; i < count; i++)
        {
            time += random.Next(3) * 3_600_000_000L;
            (ids[i], times[i]) = (i * 3, time);
            (customers[i], terminals[i]) = (random.Next(7), random.Next(5) - 2);
            (cents[i], frauds[i]) = (random.Next(1, 50_000), random.Next(4) == 0 ? 1 : 0);
        }
        return new()
        {
            Ids = ids,
            Times = times,
            Columns = new Dictionary<string, ReadOnlyMemory<long>>
            {
                ["CUSTOMER"] = customers,
                ["TERMINAL"] = terminals,
                ["CENTS"] = cents,
                ["FRAUD"] = frauds,
            },
        };
    }

    static IEnumerable<Feature> Windows(int days)
    {
        var (window, delay) = (TimeSpan.FromDays(days), TimeSpan.FromDays(7));
        yield return new WindowFeature { Name = $"CUSTOMER_COUNT_{days}", Key = "CUSTOMER", Window = window, Measure = WindowMeasure.Count };
        yield return new WindowFeature
        {
            Name = $"CUSTOMER_MEAN_{days}",
            Key = "CUSTOMER",
            Window = window,
            Measure = WindowMeasure.Mean,
            Value = "CENTS",
            Scale = 100,
        };
        yield return new WindowFeature { Name = $"TERMINAL_COUNT_{days}", Key = "TERMINAL", Window = window, Delay = delay, Measure = WindowMeasure.Count };
        yield return new WindowFeature
        {
            Name = $"TERMINAL_RISK_{days}",
            Key = "TERMINAL",
            Window = window,
            Delay = delay,
            Measure = WindowMeasure.Mean,
            Value = "FRAUD",
        };
    }
}
