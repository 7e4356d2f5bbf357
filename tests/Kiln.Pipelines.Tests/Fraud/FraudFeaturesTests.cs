using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;
using Kiln.Data.Features;
using Kiln.Tests;

namespace Kiln.Pipelines.Fraud;

public sealed class FraudFeaturesTests
{
    // 2018-07-02 is a Monday. One customer and terminal of interest; another of each whose rows must not count.
    static readonly Row[] History =
    [
        new() { Id = 1, Time = Some.Time("2018-06-02 12:00:00"), Customer = 1, Terminal = 1, Cents = 900_00, Fraud = true },
        new() { Id = 2, Time = Some.Time("2018-06-02 12:00:01"), Customer = 1, Terminal = 1, Cents = 10_00, Fraud = true },
        new() { Id = 3, Time = Some.Time("2018-06-24 12:00:00"), Customer = 1, Terminal = 1, Cents = 20_00, Fraud = true },
        new() { Id = 4, Time = Some.Time("2018-06-25 12:00:00"), Customer = 1, Terminal = 1, Cents = 30_00 },
        new() { Id = 5, Time = Some.Time("2018-06-25 12:00:01"), Customer = 1, Terminal = 1, Cents = 40_00, Fraud = true },
        new() { Id = 6, Time = Some.Time("2018-07-01 12:00:00"), Customer = 1, Terminal = 2, Cents = 50_00 },
        new() { Id = 7, Time = Some.Time("2018-07-01 12:00:01"), Customer = 1, Terminal = 2, Cents = 60_00 },
        new() { Id = 8, Time = Some.Time("2018-07-02 12:00:00"), Customer = 2, Terminal = 1, Cents = 70_00, Fraud = true },
        new() { Id = 9, Time = Some.Time("2018-07-02 12:00:00"), Customer = 1, Terminal = 1, Cents = 80_05 },
        new() { Id = 10, Time = Some.Time("2018-07-02 12:00:00"), Customer = 1, Terminal = 1, Cents = 99_00, Fraud = true },
    ];

    const int Watched = 8;

    static float Of(string feature) => FraudFeatures.Set.Compute(Some.Events(History))[feature].Span[Watched];

    static float AtTime(string feature, string time) =>
        FraudFeatures.Set.Compute(Some.Events(new Row { Id = 1, Time = Some.Time(time), Cents = 1_00 }))[feature].Span[0];

    [Fact]
    public void TX_AMOUNT_is_in_whole_units() => Of("TX_AMOUNT").ShouldBe(80.05f);

    [Theory]
    [InlineData("2018-07-06 23:59:59", 0)]
    [InlineData("2018-07-07 00:00:00", 1)]
    [InlineData("2018-07-08 23:59:59", 1)]
    [InlineData("2018-07-09 00:00:00", 0)]
    public void TX_DURING_WEEKEND_is_Saturday_and_Sunday(string time, float expected) => AtTime("TX_DURING_WEEKEND", time).ShouldBe(expected);

    [Theory]
    [InlineData("2018-07-02 00:00:00", 1)]
    [InlineData("2018-07-02 06:59:59", 1)]
    [InlineData("2018-07-02 07:00:00", 0)]
    [InlineData("2018-07-02 23:59:59", 0)]
    public void TX_DURING_NIGHT_is_until_the_end_of_hour_six(string time, float expected) => AtTime("TX_DURING_NIGHT", time).ShouldBe(expected);

    // Rows 7 and 9: row 6 is exactly a day old and out, row 10 has the same time but comes later.
    [Fact]
    public void CUSTOMER_ID_NB_TX_1DAY_WINDOW_counts_the_customer_in_a_day() => Of("CUSTOMER_ID_NB_TX_1DAY_WINDOW").ShouldBe(2);

    [Fact]
    public void CUSTOMER_ID_AVG_AMOUNT_1DAY_WINDOW_averages_the_same_rows() =>
        Of("CUSTOMER_ID_AVG_AMOUNT_1DAY_WINDOW").ShouldBe((float)((60.00 + 80.05) / 2));

    // Rows 5, 6, 7, 9.
    [Fact]
    public void CUSTOMER_ID_NB_TX_7DAY_WINDOW_counts_the_customer_in_a_week() => Of("CUSTOMER_ID_NB_TX_7DAY_WINDOW").ShouldBe(4);

    [Fact]
    public void CUSTOMER_ID_AVG_AMOUNT_7DAY_WINDOW_averages_the_same_rows() =>
        Of("CUSTOMER_ID_AVG_AMOUNT_7DAY_WINDOW").ShouldBe((float)((40.00 + 50.00 + 60.00 + 80.05) / 4));

    // Rows 2 to 7 and 9: row 1 is exactly 30 days old.
    [Fact]
    public void CUSTOMER_ID_NB_TX_30DAY_WINDOW_counts_the_customer_in_30_days() => Of("CUSTOMER_ID_NB_TX_30DAY_WINDOW").ShouldBe(7);

    [Fact]
    public void CUSTOMER_ID_AVG_AMOUNT_30DAY_WINDOW_averages_the_same_rows() =>
        Of("CUSTOMER_ID_AVG_AMOUNT_30DAY_WINDOW").ShouldBe((float)((10.00 + 20.00 + 30.00 + 40.00 + 50.00 + 60.00 + 80.05) / 7));

    // The window of one day ends a week ago, at 06-25 12:00:00, with row 4 inside; row 3 is exactly a day older.
    [Fact]
    public void TERMINAL_ID_NB_TX_1DAY_WINDOW_counts_the_terminal_until_a_week_ago() => Of("TERMINAL_ID_NB_TX_1DAY_WINDOW").ShouldBe(1);

    [Fact]
    public void TERMINAL_ID_RISK_1DAY_WINDOW_sees_no_label_younger_than_a_week() => Of("TERMINAL_ID_RISK_1DAY_WINDOW").ShouldBe(0);

    // Rows 3 and 4.
    [Fact]
    public void TERMINAL_ID_NB_TX_7DAY_WINDOW_counts_the_week_before_the_delay() => Of("TERMINAL_ID_NB_TX_7DAY_WINDOW").ShouldBe(2);

    [Fact]
    public void TERMINAL_ID_RISK_7DAY_WINDOW_is_the_share_of_fraud_in_it() => Of("TERMINAL_ID_RISK_7DAY_WINDOW").ShouldBe(0.5f);

    // Rows 1 to 4.
    [Fact]
    public void TERMINAL_ID_NB_TX_30DAY_WINDOW_counts_the_30_days_before_the_delay() => Of("TERMINAL_ID_NB_TX_30DAY_WINDOW").ShouldBe(4);

    [Fact]
    public void TERMINAL_ID_RISK_30DAY_WINDOW_is_the_share_of_fraud_in_it() => Of("TERMINAL_ID_RISK_30DAY_WINDOW").ShouldBe(0.75f);

    [Fact]
    public void A_terminal_without_known_transactions_has_no_risk() => AtTime("TERMINAL_ID_RISK_30DAY_WINDOW", "2018-07-02 12:00:00").ShouldBe(0);

    [Fact]
    public void Pandas_rolling_windows_give_the_same_values()
    {
        var lines = File.ReadAllLines(Kept("rolling-features.csv"));
        var header = lines[0].Split(',');
        var cells = lines[1..].Select(line => line.Split(',').Zip(header).ToDictionary(cell => cell.Second, cell => cell.First)).ToArray();
        var features = FraudFeatures.Set.Compute(Some.Events(cells.Select(row => new Row
        {
            Id = long.Parse(row["TRANSACTION_ID"], CultureInfo.InvariantCulture),
            Time = Some.Time(row["TX_DATETIME"]),
            Customer = long.Parse(row["CUSTOMER_ID"], CultureInfo.InvariantCulture),
            Terminal = long.Parse(row["TERMINAL_ID"], CultureInfo.InvariantCulture),
            Cents = (long)(decimal.Parse(row["TX_AMOUNT"], CultureInfo.InvariantCulture) * 100),
            Fraud = row["TX_FRAUD"] == "1",
        })));

        cells.Length.ShouldBe(400);
        foreach (var name in FraudFeatures.Set.Names)
            for (var row = 0; row < cells.Length; row++)
                ((double)features[name].Span[row]).ShouldBe(double.Parse(cells[row][name], CultureInfo.InvariantCulture), 1e-4, $"{name} in row {row}");
    }

    [TrialDataFact("fraud-transactions")]
    public void Over_the_published_data_they_are_numpys_to_the_bit()
    {
        using var kept = JsonDocument.Parse(File.ReadAllText(Kept("published-features.json")));
        PublishedTransactions.Events.Ids.Length.ShouldBe(kept.RootElement.GetProperty("rows").GetInt32());
        var features = FraudFeatures.Set.Compute(PublishedTransactions.Events);
        var columns = kept.RootElement.GetProperty("columns");
        features.Names.ShouldBe(columns.EnumerateObject().Select(column => column.Name));
        foreach (var column in columns.EnumerateObject())
        {
            var values = features[column.Name].Span;
            var sum = 0.0;
            foreach (var value in values) sum += value;
            sum.ShouldBe(column.Value.GetProperty("sum").GetDouble(), 1e-3, column.Name);
            Convert.ToHexStringLower(SHA256.HashData(MemoryMarshal.AsBytes(values)))
                .ShouldBe(column.Value.GetProperty("sha256").GetString(), column.Name);
        }
    }

    static string Kept(string file) => Path.Combine(Repository.Root, "tests", "Kiln.Pipelines.Tests", "Fraud", file);
}
