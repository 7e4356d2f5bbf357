using System.Text.Json;
using Kiln.Data.Features;
using Kiln.Tests;

namespace Kiln.Data.Tests.Features;

/// <summary>The expected values are pandas', kept beside pandas_windows.py, which made them.</summary>
public class FeaturesAgainstPandasTests
{
    // Pandas keeps running sums of doubles, and ours end as floats.
    const double RelativeTolerance = 2e-7;

    [Fact]
    public void Every_window_of_seeded_events_is_as_pandas_has_it()
    {
        using var json = Kept("pandas-windows.json");
        var events = json.RootElement.GetProperty("events");
        var features = FraudLike.Set.Compute(new()
        {
            Ids = Longs(events, "id"),
            Times = Longs(events, "time"),
            Columns = new Dictionary<string, ReadOnlyMemory<long>>
            {
                ["CUSTOMER"] = Longs(events, "customer"),
                ["TERMINAL"] = Longs(events, "terminal"),
                ["CENTS"] = Longs(events, "cents"),
                ["FRAUD"] = Longs(events, "fraud"),
            },
        });

        var compared = 0;
        foreach (var expected in json.RootElement.GetProperty("features").EnumerateObject())
        {
            ShouldAgree(features[expected.Name].ToArray(), Doubles(expected.Value), expected.Name);
            compared++;
        }
        compared.ShouldBe(12);
    }

    [TrialDataFact("fraud-transactions")]
    public void Customers_and_terminals_with_most_frauds_have_the_features_that_pandas_gives_them()
    {
        using var json = Kept("pandas-fraud.json");
        var columns = FraudTransactions();
        var features = FraudLike.Set.Compute(columns);
        var rowOf = new Dictionary<long, int>();
        for (var row = 0; row < columns.Ids.Length; row++) rowOf.Add(columns.Ids.Span[row], row);

        foreach (var key in json.RootElement.EnumerateObject())
        {
            var rows = Longs(key.Value, "id").Select(id => rowOf[id]).ToArray();
            foreach (var expected in key.Value.GetProperty("features").EnumerateObject())
                ShouldAgree(rows.Select(row => features[expected.Name].Span[row]).ToArray(), Doubles(expected.Value), expected.Name);
        }
    }

    static EventColumns FraudTransactions()
    {
        var files = Path.Combine(Repository.TrialData("fraud-transactions")!, "*.csv.gz").Replace("'", "''");
        using var result = Database.Shared.Query(
            $"""
            SELECT TRANSACTION_ID AS ID, epoch_us(TX_DATETIME) AS AT, CUSTOMER_ID AS CUSTOMER, TERMINAL_ID AS TERMINAL,
                   round(TX_AMOUNT * 100)::BIGINT AS CENTS, TX_FRAUD AS FRAUD
            FROM read_csv('{files}') ORDER BY TX_DATETIME, TRANSACTION_ID
            """,
            new Dictionary<string, Table>());
        var read = result.ReadAll();
        return new()
        {
            Ids = read.Values<long>("ID"),
            Times = read.Values<long>("AT"),
            Columns = new[] { "CUSTOMER", "TERMINAL", "CENTS", "FRAUD" }.ToDictionary(name => name, read.Values<long>),
        };
    }

    static void ShouldAgree(float[] actual, double[] expected, string name)
    {
        actual.Length.ShouldBe(expected.Length);
        for (var i = 0; i < actual.Length; i++)
            Math.Abs(actual[i] - expected[i]).ShouldBeLessThanOrEqualTo(Math.Abs(expected[i]) * RelativeTolerance, $"{name} at {i}");
    }

    static JsonDocument Kept(string name) =>
        JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Repository.Root, "tests", "Kiln.Data.Tests", "Features", name)));

    static long[] Longs(JsonElement columns, string name) => [.. columns.GetProperty(name).EnumerateArray().Select(value => value.GetInt64())];

    static double[] Doubles(JsonElement values) => [.. values.EnumerateArray().Select(value => value.GetDouble())];
}
