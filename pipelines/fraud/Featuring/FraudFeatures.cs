using Kiln.Data.Features;

namespace Kiln.Pipelines.Fraud;

/// <summary>
/// The 15 features of a card transaction, from what is known when it is made: labels reach the terminals' windows
/// <see cref="LabelDelay"/> later. Training and serving both use this definition. The events' columns are CUSTOMER_ID, TERMINAL_ID,
/// TX_AMOUNT in cents and TX_FRAUD as 0 or 1.
/// </summary>
public static class FraudFeatures
{
    /// <summary>How long it takes until a transaction is known to be fraud or not.</summary>
    public static readonly TimeSpan LabelDelay = TimeSpan.FromDays(7);

    /// <summary>The definition, in column order.</summary>
    public static FeatureSet Set { get; } = new(
    [
        new RowFeature { Name = "TX_AMOUNT", Value = "TX_AMOUNT", Of = (_, cents) => cents / 100.0 },
        new RowFeature { Name = "TX_DURING_WEEKEND", Of = (time, _) => time.DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday ? 1 : 0 },
        new RowFeature { Name = "TX_DURING_NIGHT", Of = (time, _) => time.Hour <= 6 ? 1 : 0 },
        .. Customer(days: 1), .. Customer(days: 7), .. Customer(days: 30),
        .. Terminal(days: 1), .. Terminal(days: 7), .. Terminal(days: 30),
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

    static Feature[] Terminal(int days) =>
    [
        new WindowFeature
        {
            Name = $"TERMINAL_ID_NB_TX_{days}DAY_WINDOW",
            Key = "TERMINAL_ID",
            Window = TimeSpan.FromDays(days),
            Delay = LabelDelay,
            Measure = WindowMeasure.Count,
        },
        new WindowFeature
        {
            Name = $"TERMINAL_ID_RISK_{days}DAY_WINDOW",
            Key = "TERMINAL_ID",
            Window = TimeSpan.FromDays(days),
            Delay = LabelDelay,
            Measure = WindowMeasure.Mean,
            Value = "TX_FRAUD",
        },
    ];
}
