using System.Globalization;
using Kiln.Data;
using Kiln.Learning.Models;
using Kiln.Learning.Preparing;
using Kiln.Learning.Training;

/// <summary>One epoch over rows on disk, and over rows in memory: rows a second of training, and the most memory that the process had.</summary>
static class Streaming
{
    const int Columns = 50;
    const int FileRows = 1_000_000;

    static readonly Target target = Target.Binary("y");

    /// <summary>Writes files of made-up rows: every value a hash, the label by four of them.</summary>
    public static void Write(string folder, int rows)
    {
        Directory.CreateDirectory(folder);
        for (var (from, number) = (0, 0); from < rows; from += FileRows, number++)
        {
            var values = string.Join(", ", Enumerable.Range(0, Columns).Select(column => $"((hash(id * {Columns} + {column}) % 1000003) / 500001.5 - 1)::FLOAT AS c{column}"));
            Table.At(Path.Combine(folder, $"rows-{number:000}.parquet")).Write(new TableQuery
            {
                Sql = $"SELECT *, (c0 + c1 * c2 - c3 > 0.5)::INTEGER AS y FROM (SELECT range AS id, {values.Replace("id *", "range *", StringComparison.Ordinal)} FROM range({from}, {Math.Min(rows, from + FileRows)}))",
                OrderBy = ["id"],
                Tables = new Dictionary<string, Table>(),
            });
        }
    }

    /// <param name="folder">The files.</param>
    /// <param name="files">How many of them are learned from; read into memory first, where <paramref name="resident"/>.</param>
    /// <param name="resident">Whether rows are in memory.</param>
    public static void Train(string folder, int files, bool resident)
    {
        var table = Table.Of(Directory.GetFiles(folder, "rows-*.parquet").Order(StringComparer.Ordinal).Take(files));
        var preparation = new Preparation(Prepare.Numbers([.. Enumerable.Range(0, Columns).Select(column => $"c{column}")]).Standardize());
        var settings = new EstimatorSettings
        {
            Network = new() { FeedForward = new() { Hidden = [64, 64, 64], Dropout = 0 }, Training = new() { Epochs = 1, BatchSize = 512, Device = "cpu", Seed = 1 } },
        };
        using var outcome = resident
            ? Model.Fit(settings, preparation, Examples.Of(table.ReadColumns(), target))
            : Model.FitStreamed(settings, preparation, new() { Table = table, Target = target });
        var epoch = outcome.Record.Epochs[0];
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{epoch.Resources!.RowsPerSecond:F0} {PeakBytes()} {epoch.TrainingLoss:R}"));
    }

    // What the system counted, not what .NET thinks.
    static long PeakBytes() =>
        long.Parse(File.ReadLines("/proc/self/status").First(line => line.StartsWith("VmHWM:", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * 1024;
}
