using Kiln.Data;
using Kiln.Data.Features;

namespace Kiln.Pipelines.Fraud;

/// <summary>The transactions' columns, and how they become the events that features are computed from.</summary>
public static class TransactionEvents
{
    public const string Id = "TRANSACTION_ID", Time = "TX_DATETIME", Customer = "CUSTOMER_ID", Terminal = "TERMINAL_ID", Amount = "TX_AMOUNT", Fraud = "TX_FRAUD";

    /// <summary>Reads transactions; amounts are in cents, as DECIMAL(12,2) keeps them.</summary>
    /// <exception cref="KilnException">A transaction's id stands on two rows.</exception>
    public static EventColumns Read(Table transactions)
    {
        var columns = transactions.ReadColumns(Id, Time, Customer, Terminal, Amount, Fraud);
        var ids = columns.Values<long>(Id);
        RefuseRepeats(ids.Span);
        return new EventColumns
        {
            Ids = ids,
            Times = columns.Values<long>(Time),
            Columns = new[] { Customer, Terminal, Amount, Fraud }.ToDictionary(name => name, columns.Values<long>),
        };
    }

    /// <summary>Writes ids, times, customers, labels and features, a row an event.</summary>
    public static void Write(Table table, EventColumns events, FeatureColumns features) =>
            table.Write([
            Column.Of(Id, events.Ids),
            Column.Timestamps(Time, events.Times),
            Column.Of(Customer, events.Columns[Customer]),
            Column.Of(Fraud, events.Columns[Fraud]),
            .. features.Names.Select(name => Column.Of(name, features[name])),
        ]);

    static void RefuseRepeats(ReadOnlySpan<long> ids)
    {
        var isIncreasing = true;
        for (var i = 1; i < ids.Length && isIncreasing; i++) isIncreasing = ids[i] > ids[i - 1];
        if (isIncreasing) return;
        var seen = new HashSet<long>(ids.Length);
        foreach (var id in ids)
            if (!seen.Add(id)) throw FraudErrors.RepeatedTransaction(id);
    }
}
