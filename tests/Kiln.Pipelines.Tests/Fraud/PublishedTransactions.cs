using System.Globalization;
using System.IO.Compression;
using Kiln.Data.Features;
using Kiln.Tests;

namespace Kiln.Pipelines.Fraud;

/// <summary>The published transactions as feature events, ordered by (time, id); read once.</summary>
static class PublishedTransactions
{
    static readonly Lazy<EventColumns> Read = new(ReadAll);

    public static EventColumns Events => Read.Value;

    static EventColumns ReadAll()
    {
        var files = Directory.GetFiles(Repository.TrialData("fraud-transactions")!, "*.csv.gz").Order(StringComparer.Ordinal);
        var rows = files.AsParallel().AsOrdered().SelectMany(ReadDay).ToArray();
        return Some.Events(rows);
    }

    static List<Row> ReadDay(string file)
    {
        using var reader = new StreamReader(new GZipStream(File.OpenRead(file), CompressionMode.Decompress));
        reader.ReadLine();
        var rows = new List<Row>();
        while (reader.ReadLine() is { } line)
        {
            var cells = line.Split(',');
            rows.Add(new()
            {
                Id = long.Parse(cells[0], CultureInfo.InvariantCulture),
                Time = DateTime.Parse(cells[1], CultureInfo.InvariantCulture),
                Customer = long.Parse(cells[2], CultureInfo.InvariantCulture),
                Terminal = long.Parse(cells[3], CultureInfo.InvariantCulture),
                // Some amounts carry the noise of a binary fraction: 1234.5500000000002.
                Cents = (long)decimal.Round(decimal.Parse(cells[4], CultureInfo.InvariantCulture) * 100),
                Fraud = cells[7] == "1",
            });
        }
        return rows;
    }
}
