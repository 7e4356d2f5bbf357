using System.Buffers;
using System.Globalization;
using System.Text.Unicode;

namespace Kiln.Pipelines.Fraud;

/// <summary>Writes a day in the column layout of the published daily files, UTF-8, lines ended by a line feed.</summary>
public static class TransactionCsv
{
    const int LongestRow = 128;

    static ReadOnlySpan<byte> Header =>
        "TRANSACTION_ID,TX_DATETIME,CUSTOMER_ID,TERMINAL_ID,TX_AMOUNT,TX_TIME_SECONDS,TX_TIME_DAYS,TX_FRAUD,TX_FRAUD_SCENARIO\n"u8;

    /// <summary>Writes the header and the rows of one day.</summary>
    /// <param name="dayIndex">Days since the simulation's start date.</param>
    public static void Write(IBufferWriter<byte> output, DateOnly day, int dayIndex, ReadOnlySpan<Transaction> transactions)
    {
        output.Write(Header);
        var date = day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        foreach (ref readonly var made in transactions)
        {
            var second = made.SecondOfDay;
            var fraud = made.Scenario == FraudScenario.Genuine ? 0 : 1;
            Utf8.TryWrite(
                output.GetSpan(LongestRow),
                CultureInfo.InvariantCulture,
                $"{made.Id},{date} {second / 3600:D2}:{second / 60 % 60:D2}:{second % 60:D2},{made.CustomerId},{made.TerminalId},{made.Cents / 100}.{made.Cents % 100:D2},{dayIndex * 86_400L + second},{dayIndex},{fraud},{(int)made.Scenario}\n",
                out var written);
            output.Advance(written);
        }
    }

    /// <summary>One day as a file's bytes.</summary>
    public static ReadOnlyMemory<byte> Format(Population population, SimulateSettings settings, DateOnly day)
    {
        var transactions = Simulation.Day(population, settings, day);
        var output = new ArrayBufferWriter<byte>(LongestRow + transactions.Length * 80);
        Write(output, day, day.DayNumber - settings.StartDate.DayNumber, transactions.AsSpan());
        return output.WrittenMemory;
    }
}
