using System.Collections.Immutable;
using Kiln.Data.Features;

namespace Kiln.Pipelines.Fraud;

/// <summary>
/// The 15 features of a card transaction, from what is known when it is made: labels reach the terminals' windows
/// after a delay. Training and serving both use this definition. The events' columns are CUSTOMER_ID, TERMINAL_ID,
/// TX_AMOUNT in cents and TX_FRAUD as 0 or 1.
/// </summary>
public static class FraudFeatures
{
    /// <summary>The definition, in column order, with labels that are known 7 days after a transaction.</summary>
    public static FeatureSet Set { get; } = With(TimeSpan.FromDays(7));

    /// <summary>The features' names, in column order; they are the same whatever the delay.</summary>
    public static ImmutableArray<string> Names => Set.Names;

    /// <summary>The definition, in column order.</summary>
    /// <param name="labelDelay">How long it takes until a transaction is known to be fraud or not.</param>
    public static FeatureSet With(TimeSpan labelDelay) => new(
    [
        new RowFeature { Name = "TX_AMOUNT", Value = "TX_AMOUNT", Of = (_, cents) => cents / 100.0 },
        new RowFeature { Name = "TX_DURING_WEEKEND", Of = (time, _) => time.DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday ? 1 : 0 },
        new RowFeature { Name = "TX_DURING_NIGHT", Of = (time, _) => time.Hour <= 6 ? 1 : 0 },
        .. Customer(days: 1), .. Customer(days: 7), .. Customer(days: 30),
        .. Terminal(1, labelDelay), .. Terminal(7, labelDelay), .. Terminal(30, labelDelay),
    ]);

    static Feature[] Customer(int days) =>
    [
        new WindowFeature
        {
            Name = $"CUSTOMER_ID_NB_TX_{days}DAY_WINDOW",
            Key = "CUSTOMER_ID",
            Window = TimeSpan.FromDays(days),
            Measure = WindowMeasure.Count,
        },
        new WindowFeature
        {
            Name = $"CUSTOMER_ID_AVG_AMOUNT_{days}DAY_WINDOW",
            Key = "CUSTOMER_ID",
            Window = TimeSpan.FromDays(days),
            Measure = WindowMeasure.Mean,
            Value = "TX_AMOUNT",
            Scale = 100,
        },
    ];

    static Feature[] Terminal(int days, TimeSpan labelDelay) =>
    [
        new WindowFeature
        {
            Name = $"TERMINAL_ID_NB_TX_{days}DAY_WINDOW",
            Key = "TERMINAL_ID",
            Window = TimeSpan.FromDays(days),
            Delay = labelDelay,
            Measure = WindowMeasure.Count,
        },
        new WindowFeature
        {
            Name = $"TERMINAL_ID_RISK_{days}DAY_WINDOW",
            Key = "TERMINAL_ID",
            Window = TimeSpan.FromDays(days),
            Delay = labelDelay,
            Measure = WindowMeasure.Mean,
            Value = "TX_FRAUD",
        },
    ];
}
