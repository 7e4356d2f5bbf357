using Kiln.Data;
using Kiln.Learning.Describing;
using Kiln.Learning.Reporting;

namespace Kiln.Learning.Tests.Reporting;

/// <summary>A table of customers that nobody is, in two versions, with what was rejected on the way in.</summary>
static class SomeData
{
    public static DataPage Page(string hostile = "Chur")
    {
        var folder = Directory.CreateTempSubdirectory("kiln-data-page-");
        try
        {
            var before = Describe.Table("customers", Write(folder, "before", 800, seed: 1, "Chur"));
            return new()
            {
                Pipeline = "shop",
                Table = Describe.Table("customers", Write(folder, "now", 1000, seed: 2, hostile), before),
                Ingested = new()
                {
                    RowsRead = 1003,
                    RowsAccepted = 1000,
                    RowsRejected = 3,
                    Rejects = [new("", "wrong number of fields", 1), new("age", "not an integer", 2)],
                    Columns = [],
                },
                Contract = new()
                {
                    Columns =
                    [
                        new() { Name = "age", Type = new(ColumnKind.Integer), Min = "0", Max = "120" }, new() { Name = "spent", Type = ColumnType.Decimal(12, 2), Nullable = true, Round = true },
                        new() { Name = "town", Type = new(ColumnKind.Text), Allowed = ["Bern", "Biel", hostile], Pattern = "[A-Z].*" },
                    ],
                    UniqueKey = ["age"],
                    MinRows = 1,
                    OnReject = RejectPolicy.Keep,
                    MaxRejectedShare = 0.01,
                },
                Rejects = [new(7, "age", "not an integer", "old,12.50,Bern"), new(12, "", "2 fields instead of 3", hostile)],
                Provenance = Some.ModelCard().Provenance,
            };
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    static Table Write(DirectoryInfo folder, string name, int rows, int seed, string town)
    {
        var random = new Random(seed);
        var table = Table.At(Path.Combine(folder.FullName, name + ".parquet"));
        table.Write(
        [
            Column.Of<int>("age", Enumerable.Range(0, rows).Select(_ => 18 + random.Next(60)).ToArray()),
            Column.Of<double>("spent", Enumerable.Range(0, rows).Select(_ => Math.Round((seed == 1 ? 100 : 400) * Math.Pow(random.NextDouble(), 4), 2)).ToArray(), Enumerable.Range(0, rows).Select(row => row % 9 == 0).ToArray()),
            Column.Texts("town", Enumerable.Range(0, rows).Select(_ => (string?)new[] { "Bern", "Biel", town }[random.Next(3)]).ToArray()),
            Column.Dates("since", Enumerable.Range(0, rows).Select(_ => 17_000 + random.Next(1000)).ToArray()),
            Column.Of<bool>("active", Enumerable.Range(0, rows).Select(_ => random.Next(3) > 0).ToArray()),
            Column.Texts(seed == 1 ? "old" : "new", Enumerable.Range(0, rows).Select(row => (string?)$"{row}").ToArray()),
        ]);
        return table;
    }
}
