using System.Diagnostics;
using Kiln.Tests;

namespace Kiln.Data.Tests.Ingestion;

public class FraudTransactionsTests(Xunit.Abstractions.ITestOutputHelper output) : TemporaryFolder
{
    [TrialDataFact("fraud-transactions")]
    public void All_days_hold_to_their_contract_two_at_a_time()
    {
        // Some published amounts carry the noise of a double, such as 85.64999999999999.
        File.WriteAllText(PathOf("contract.yaml"), Transactions.Yaml.Replace("\"decimal(9,2)\"", "\"decimal(9,2)\", round: true"));
        var contract = DataContract.FromYaml(PathOf("contract.yaml"));
        var days = Directory.GetFiles(Repository.TrialData("fraud-transactions")!, "*.csv.gz").Order(StringComparer.Ordinal).ToArray();
        var reports = new IngestReport[days.Length];
        string Output(int day) => PathOf(Path.GetFileName(days[day]) + ".parquet");

        var watch = Stopwatch.StartNew();
        Parallel.For(0, days.Length, new() { MaxDegreeOfParallelism = 2 }, day =>
            reports[day] = CsvIngestion.Run(contract, days[day], Table.At(Output(day))));
        output.WriteLine($"{days.Length} files in {watch.Elapsed.TotalSeconds:F2} s");

        days.Length.ShouldBe(183);
        reports.Sum(report => report.RowsAccepted).ShouldBe(1_754_155);
        var table = Table.Of(Enumerable.Range(0, days.Length).Select(Output));
        using var totals = table.Query("SELECT count(*) AS N, sum(TX_FRAUD)::BIGINT AS FRAUD FROM this");
        var read = totals.ReadAll();
        read.Values<long>("N").Span[0].ShouldBe(1_754_155);
        read.Values<long>("FRAUD").Span[0].ShouldBe(14_681);
    }
}
