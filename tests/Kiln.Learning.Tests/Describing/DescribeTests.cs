using System.Text.Json;
using Kiln.Data;
using Kiln.Learning.Describing;
using Kiln.Learning.Preparing;
using Kiln.Tests;

namespace Kiln.Learning.Tests.Describing;

/// <summary>What tables hold and how they moved, beside what numpy and pandas say of the same rows (numpy-facts.py).</summary>
public sealed class DescribeTests : IDisposable
{
    static readonly Expected Numpy = JsonSerializer.Deserialize<Expected>(
        File.ReadAllText(Path.Combine(Repository.Root, "tests", "Kiln.Learning.Tests", "Describing", "numpy-facts.json")), JsonSerializerOptions.Web)!;

    readonly string _folder = Directory.CreateTempSubdirectory("kiln-describe-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Numbers_and_texts_are_described_as_numpy_and_pandas_describe_them()
    {
        var facts = Describe.Table("before", Write("before", Numpy.Before));
        facts.Rows.ShouldBe(500);
        facts.Columns.Select(column => column.Distinct).ShouldBe(Numpy.Distinct);
        facts.Columns.Select(column => column.Nulls).ShouldBe([40, 0, 0]);
        Same(facts.Columns[0].Numbers!, Numpy.Skewed);
        Same(facts.Columns[1].Numbers!, Numpy.Tied);
        facts.Columns[1].Values.Select(value => value.Value).ShouldBe(["0", "1.5", "7"]);
        facts.Columns[2].Numbers.ShouldBeNull();
        facts.Columns[2].Values.Select(value => $"{value.Value} {value.Rows}").ShouldBe(Numpy.Towns.Select(town => $"{town[0]} {town[1]}"));
        facts.Columns.ShouldAllBe(column => column.Others == 0 || column.Name == "skewed");
    }

    [Fact]
    public void A_later_version_is_told_by_its_groups_and_their_stability_index()
    {
        var before = RoundTripped(Describe.Table("t", Write("before", Numpy.Before)));
        var change = Describe.Table("t", Write("now", Numpy.Now), before).Change!;
        change.RowsBefore.ShouldBe(500);
        change.Columns.Select(column => column.StabilityIndex!.Value).ShouldBe(Numpy.Stability, 1e-9);
        change.Columns[0].Groups.Length.ShouldBe(11);
        change.Columns[0].Groups[^1].ShouldBe(new("no value", 40 / 500.0, 0));
        change.Columns[2].Groups.Select(group => group.Group).ShouldBe(["Bern", "Biel", "Chur", "Basel", "all others", "no value"]);
        change.Columns.SelectMany(column => new[] { column.Groups.Sum(group => group.Before), column.Groups.Sum(group => group.Now) }).ShouldBe(Enumerable.Repeat(1.0, 6), 1e-9);
    }

    [Fact]
    public void The_same_rows_are_stable_and_give_the_same_bytes()
    {
        var table = Write("before", Numpy.Before);
        var facts = Describe.Table("t", table);
        Describe.Table("t", table, facts).Change!.Columns.ShouldAllBe(column => column.StabilityIndex == 0);
        JsonSerializer.Serialize(Describe.Table("t", table)).ShouldBe(JsonSerializer.Serialize(facts));
    }

    [Fact]
    public void New_columns_those_that_are_gone_and_other_kinds_are_told()
    {
        var before = Describe.Table("t", Write("one", [Column.Of<double>("a", new double[] { 1, 2 }), Column.Of<int>("b", new[] { 1, 2 })]));
        var change = Describe.Table("t", Write("two", [Column.Texts("a", new string?[] { "1", "2" }), Column.Of<int>("c", new[] { 1, 2 })]), before).Change!;
        (change.Added.ShouldHaveSingleItem(), change.Removed.ShouldHaveSingleItem()).ShouldBe(("c", "b"));
        var only = change.Columns.ShouldHaveSingleItem();
        (only.TypeBefore, only.StabilityIndex).ShouldBe(("DOUBLE", null));
    }

    [Fact]
    public void Truths_times_bytes_and_columns_without_values_are_described_too()
    {
        var facts = Describe.Table("t", Write("t",
        [
            Column.Of<bool>("truth", new[] { true, false, true }), Column.Dates("day", new[] { 0, 31, 31 }), Column.Timestamps("time", new[] { 0L, 1, 2 }, new[] { false, true, false }),
            Column.Bytes("image", new byte[]?[] { [1, 2], [1, 2], null }), Column.Of<double>("nothing", new double[3], new[] { true, true, true }), Column.Of<double>("odd", new[] { 1, double.NaN, double.PositiveInfinity }),
        ]));
        facts.Columns.Select(column => column.Kind).ShouldBe([InputKind.Boolean, InputKind.Time, InputKind.Time, InputKind.Bytes, InputKind.Number, InputKind.Number]);
        facts.Columns[0].Values.ShouldBe([new("false", 1), new("true", 2)]);
        ColumnText.Of(facts.Columns[1].Numbers!.Max, facts.Columns[1]).ShouldBe("1970-02-01");
        (facts.Columns[2].Nulls, facts.Columns[2].Distinct).ShouldBe((1, 2));
        (facts.Columns[3].Nulls, facts.Columns[3].Distinct, facts.Columns[3].Numbers!.Mean).ShouldBe((1, 1, 2));
        facts.Columns[4].Numbers.ShouldBeNull();
        (facts.Columns[5].NotFinite, facts.Columns[5].Distinct).ShouldBe((2, 1));
        Describe.Table("t", Write("empty", [Column.Of<double>("a", Array.Empty<double>())]), facts).Change!.Columns.ShouldBeEmpty();
    }

    static void Same(NumberFacts found, Figures numpy)
    {
        new[] { found.Min, found.Max, found.Mean, found.Deviation }.ShouldBe([numpy.Min, numpy.Max, numpy.Mean, numpy.Deviation], 1e-9);
        found.Quantiles.ShouldBe(numpy.Quantiles, 1e-9);
        found.Bins.Select(bin => bin.Rows).ShouldBe(numpy.Bins);
        found.Bins.Select(bin => bin.From).ShouldBe(numpy.Edges[..^1], 1e-9);
        found.GroupEdges.ShouldBe(numpy.GroupEdges, 1e-9);
        found.Groups.ShouldBe(numpy.Groups);
    }

    Table Write(string name, Versions rows) => Write(name,
    [
        Numbers("skewed", rows.Skewed), Numbers("tied", rows.Tied), Column.Texts("town", rows.Town),
    ]);

    Table Write(string name, Column[] columns)
    {
        var table = Table.At(Path.Combine(_folder, name + ".parquet"));
        table.Write(columns);
        return table;
    }

    /// <summary>As a pipeline keeps it: through JSON.</summary>
    TableFacts RoundTripped(TableFacts facts)
    {
        var file = new Json<TableFacts>(Path.Combine(_folder, "facts.json"));
        file.Write(facts);
        return file.Read();
    }

    static Column<double> Numbers(string name, double?[] values) =>
        Column.Of<double>(name, Array.ConvertAll(values, value => value ?? 0), Array.ConvertAll(values, value => value is null));

    sealed record Versions(double?[] Skewed, double?[] Tied, string?[] Town);

    sealed record Figures(double Min, double Max, double Mean, double Deviation, double[] Quantiles, long[] Bins, double[] Edges, double[] GroupEdges, long[] Groups);

    sealed record Expected(Versions Before, Versions Now, Figures Skewed, Figures Tied, JsonElement[][] Towns, long[] Distinct, double[] Stability);
}
