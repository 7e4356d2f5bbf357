using System.IO.Compression;
using System.Text;

namespace Kiln.Data.Tests.Ingestion;

/// <summary>The contract of daily transaction files, and files for it.</summary>
static class Transactions
{
    public const string Header = "TRANSACTION_ID,TX_DATETIME,CUSTOMER_ID,TERMINAL_ID,TX_AMOUNT,TX_TIME_SECONDS,TX_TIME_DAYS,TX_FRAUD,TX_FRAUD_SCENARIO";

    public const string Yaml = """
        columns:
          - { name: TRANSACTION_ID, type: bigint, min: 0 }
          - { name: TX_DATETIME, type: timestamp, min: "2018-04-01 00:00:00" }
          - { name: CUSTOMER_ID, type: integer, min: 0, max: 4999 }
          - { name: TERMINAL_ID, type: integer, min: 0 }
          - { name: TX_AMOUNT, type: "decimal(9,2)", min: 0 }
          - { name: TX_TIME_SECONDS, type: bigint }
          - { name: TX_TIME_DAYS, type: integer }
          - { name: TX_FRAUD, type: integer, allowed: [0, 1] }
          - { name: TX_FRAUD_SCENARIO, type: integer, allowed: [0, 1, 2, 3] }
        uniqueKey: [TRANSACTION_ID]
        order: [TX_DATETIME, TRANSACTION_ID]
        rows: { min: 1 }
        """;

    public static string Row(int id, string amount = "10.5", string customer = "7") =>
        $"{id},2018-04-01 00:00:{id % 60:00},{customer},3,{amount},{id},0,0,0";

    public static byte[] Lines(params string[] lines) => Encoding.UTF8.GetBytes(string.Concat(lines.Select(line => line + "\n")));

    public static byte[] Gzip(ReadOnlySpan<byte> content)
    {
        var zipped = new MemoryStream();
        using (var gzip = new GZipStream(zipped, CompressionLevel.Fastest)) gzip.Write(content);
        return zipped.ToArray();
    }
}
