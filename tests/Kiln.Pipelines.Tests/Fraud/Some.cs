using Kiln.Data.Features;

namespace Kiln.Pipelines.Fraud;

/// <summary>A transaction as a test writes it.</summary>
readonly record struct Row
{
    public required long Id { get; init; }
    public required DateTime Time { get; init; }
    public long Customer { get; init; }
    public long Terminal { get; init; }
    public long Cents { get; init; }
    public bool Fraud { get; init; }
}

/// <summary>Makes what tests start from.</summary>
static class Some
{
    public static DateTime Time(string text) => DateTime.Parse(text, System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>The rows as events, put in (time, id) order.</summary>
    public static EventColumns Events(params IEnumerable<Row> rows)
    {
        Row[] ordered = [.. rows.OrderBy(row => row.Time).ThenBy(row => row.Id)];
        return new()
        {
            Ids = Array.ConvertAll(ordered, row => row.Id),
            Times = Array.ConvertAll(ordered, row => (row.Time - DateTime.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond),
            Columns = new Dictionary<string, ReadOnlyMemory<long>>
            {
                ["CUSTOMER_ID"] = Array.ConvertAll(ordered, row => row.Customer),
                ["TERMINAL_ID"] = Array.ConvertAll(ordered, row => row.Terminal),
                ["TX_AMOUNT"] = Array.ConvertAll(ordered, row => row.Cents),
                ["TX_FRAUD"] = Array.ConvertAll(ordered, row => row.Fraud ? 1L : 0),
            },
        };
    }
}
