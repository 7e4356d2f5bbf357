using System.Collections.Immutable;
using Kiln.Data;
using Kiln.Learning.Slicing;

namespace Kiln.Learning.Tests.Slicing;

public class SlicePlanTests
{
    const string Odd = "die \"Größe\" (m²)";

    static readonly TableColumns Rows = TableColumns.Of(
        Column.Texts("town", new string?[] { "Biel", "Bern", null, "Biel", "Thun", "Bern", "Biel", "Chur" }),
        Column.Of<double>("age", new[] { 10, double.NaN, 30, 40, 50, double.PositiveInfinity, 30, 20 }, new[] { false, false, false, false, false, false, false, true }),
        Column.Of<int>(Odd, new[] { 7, 7, 7, 7, 7, 7, 7, 7 }),
        Column.Of<bool>("member", new[] { true, false, true, false, true, false, true, false }),
        Column.Timestamps("time", new long[8]));

    [Fact]
    public void Each_value_is_a_slice_rare_ones_together_and_missing_ones_apart()
    {
        Told(new ValueSlices { Column = "town", LeastRows = 2 }).ShouldBe(["town = Bern: 1 5", "town = Biel: 0 3 6", "town: other: 4 7", "town: missing: 2"]);
        Told(new ValueSlices { Column = "town", LeastRows = 1, MostValues = 1 }).ShouldBe(["town = Biel: 0 3 6", "town: other: 1 4 5 7", "town: missing: 2"]);
        Told(new ValueSlices { Column = "town", LeastRows = 9 }).ShouldBe(["town: other: 0 1 3 4 5 6 7", "town: missing: 2"]);
        Told(new ValueSlices { Column = "member", LeastRows = 1 }).ShouldBe(["member = false: 1 3 5 7", "member = true: 0 2 4 6"]);
        Told(new ValueSlices { Column = "age", LeastRows = 1 }).ShouldBe(["age = 10: 0", "age = 30: 2 6", "age = 40: 3", "age = 50: 4", "age = Infinity: 5", "age: missing: 1 7"]);
        new ValueSlices { Column = "town", LeastRows = 2 }.Slices(Rows)[2].Definition.ShouldBe("town is a rarer value (2 of them)");
    }

    [Fact]
    public void A_value_that_is_called_other_or_missing_is_not_mistaken_for_those()
    {
        var rows = TableColumns.Of(Column.Texts("kind", new string?[] { "missing", "other", null, "rare", "other", "missing" }));
        var slices = new ValueSlices { Column = "kind", LeastRows = 2 }.Slices(rows);
        slices.Select(slice => slice.Name).ShouldBe(["kind = missing", "kind = other", "kind: other", "kind: missing"]);
        slices.Select(slice => slice.Rows.Length).ShouldBe([2, 2, 1, 1]);
    }

    [Fact]
    public void Ranges_hold_their_lower_edge_and_an_empty_one_is_told()
    {
        Told(new BinSlices { Column = "age", Edges = [10, 12.5, 30, 40] }).ShouldBe(
            ["age < 10:", "10 ≤ age < 12.5: 0", "12.5 ≤ age < 30:", "30 ≤ age < 40: 2 6", "age ≥ 40: 3 4 5", "age: missing: 1 7"]);
        new BinSlices { Column = "age", Edges = [10, 30] }.Slices(Rows).Select(slice => slice.Definition)
            .ShouldBe(["age is below 10", "age is from 10 to below 30", "age is 30 or more", "age is missing"]);
    }

    [Fact]
    public void Quantiles_make_ranges_of_as_many_rows()
    {
        var values = Enumerable.Range(0, 1000).Select(row => (double)(row * 7919 % 1000)).ToArray();
        var slices = new BinSlices { Column = "x", Quantiles = 4 }.Slices(TableColumns.Of(Column.Of<double>("x", values)));
        slices.Select(slice => slice.Rows.Length).ShouldBe([250, 250, 250, 250]);
        slices[1].Name.ShouldBe("249.75 ≤ x < 499.5"); // numpy.quantile(range(1000), [.25, .5])
        Told(new BinSlices { Column = "age", Quantiles = 2 }).ShouldBe(["age < 30: 0", "age ≥ 30: 2 3 4 5 6", "age: missing: 1 7"]);
        Told(new BinSlices { Column = Odd, Quantiles = 4 }).ShouldBe([$"{Odd}: any: 0 1 2 3 4 5 6 7"]);
        var nothing = TableColumns.Of(Column.Of<double>("x", new[] { double.NaN, double.NaN }));
        new BinSlices { Column = "x", Quantiles = 3 }.Slices(nothing).Select(slice => slice.Rows.Length).ShouldBe([0, 2]);
    }

    [Fact]
    public void Edges_of_quantiles_are_short_numbers_unless_that_moves_rows_together()
    {
        BinSlices.QuantileEdges([0.1f, 0.2f, 0.3f, 0.4f], 2).ShouldBe([0.25]);
        BinSlices.QuantileEdges([1e9, 1e9 + 1, 1e9 + 2, 1e9 + 3], 4).ShouldBe([1e9 + 0.75, 1e9 + 1.5, 1e9 + 2.25]);
    }

    [Fact]
    public void An_expression_is_a_slice_also_where_no_row_fulfils_it()
    {
        Told(new ExpressionSlice { Name = "grown-ups", Sql = "age >= 18 AND NOT isnan(age)" }).ShouldBe(["grown-ups: 2 3 4 5 6"]);
        Told(new ExpressionSlice { Name = "nobody", Sql = "age < 0" }).ShouldBe(["nobody:"]);
        Told(new ExpressionSlice { Name = "large", Sql = "\"die \"\"Größe\"\" (m²)\" = 7 AND member" }).ShouldBe(["large: 0 2 4 6"]);
        Told(new ExpressionSlice { Name = "above the mean", Sql = "age > (SELECT median(age) FROM this WHERE isfinite(age))" }).ShouldBe(["above the mean: 1 3 4 5"]);
    }

    [Fact]
    public void Two_ways_cross_to_every_slice_of_both()
    {
        var crossed = new CrossedSlices
        {
            First = new() { Values = new() { Column = "member", LeastRows = 1 } },
            Second = new() { Bins = new() { Column = "age", Edges = [30] } },
        };
        Told(crossed).ShouldBe([
            "member = false & age < 30:", "member = false & age ≥ 30: 3 5", "member = false & age: missing: 1 7",
            "member = true & age < 30: 0", "member = true & age ≥ 30: 2 4 6", "member = true & age: missing:"]);
        crossed.Slices(Rows)[1].Definition.ShouldBe("member is false, and age is 30 or more");
        var narrowed = new CrossedSlices { First = new() { Where = new() { Name = "Biel", Sql = "town = 'Biel'" } }, Second = crossed.First };
        Told(narrowed).ShouldBe(["Biel & member = false: 3", "Biel & member = true: 0 6"]);
    }

    [Fact]
    public void Several_plans_give_one_list_of_names_of_their_own()
    {
        ImmutableArray<SlicePlan> plans = [new ValueSlices { Column = "member", LeastRows = 1 }, new ExpressionSlice { Name = "all", Sql = "true" }];
        SlicePlan.All(plans, Rows).Select(slice => slice.Name).ShouldBe(["member = false", "member = true", "all"]);
        Should.Throw<UsageException>(() => SlicePlan.All([.. plans, new ExpressionSlice { Name = "all", Sql = "false" }], Rows)).Message.ShouldContain("all");
    }

    [Fact]
    public void What_cannot_be_sliced_by_is_refused_with_the_name()
    {
        Should.Throw<KilnException>(() => new ValueSlices { Column = "twon" }.Slices(Rows)).Message.ShouldContain("did you mean town?");
        Should.Throw<KilnException>(() => new ValueSlices { Column = "time" }.Slices(Rows)).Message.ShouldContain("isodow(time)");
        Should.Throw<KilnException>(() => new BinSlices { Column = "town", Quantiles = 4 }.Slices(Rows)).Message.ShouldContain("VARCHAR");
        Should.Throw<KilnException>(() => new BinSlices { Column = "age" }.Slices(Rows)).Message.ShouldContain("quantiles: 4");
        Should.Throw<KilnException>(() => new BinSlices { Column = "age", Quantiles = 2, Edges = [1] }.Slices(Rows)).Message.ShouldContain("quantiles: 4");
        Should.Throw<KilnException>(() => new BinSlices { Column = "age", Edges = [1, 3, 3] }.Slices(Rows)).Message.ShouldContain("1, 3, 3");
        Should.Throw<KilnException>(() => new BinSlices { Column = "age", Edges = [double.NaN] }.Slices(Rows)).Message.ShouldContain("NaN");
        Should.Throw<KilnException>(() => new ExpressionSlice { Name = "night", Sql = "hour(tme) < 6" }.Slices(Rows)).Message.ShouldContain("night");
        Should.Throw<KilnException>(() => new ExpressionSlice { Name = "sum", Sql = "age + 1" }.Slices(Rows)).Message.ShouldContain("not BOOLEAN");
        Should.Throw<UsageException>(() => new SliceSettings().Choose()).Message.ShouldContain("given  0");
        Should.Throw<UsageException>(() => new SliceSettings { Values = new() { Column = "town" }, Where = new() { Name = "a", Sql = "true" } }.Choose()).Message.ShouldContain("given  2");
        new SliceSettings { Values = new() { Column = "town" } }.Choose().ShouldBe(new ValueSlices { Column = "town" });
    }

    [Fact]
    public void Crossing_too_many_values_is_refused()
    {
        var rows = TableColumns.Of(Column.Of<int>("id", Enumerable.Range(0, 200).ToArray()));
        var each = new SliceSettings { Values = new() { Column = "id", LeastRows = 1, MostValues = 1000 } };
        Should.Throw<UsageException>(() => new CrossedSlices { First = each, Second = each }.Slices(rows)).Message.ShouldContain("200 × 200");
    }

    static IEnumerable<string> Told(SlicePlan plan) => plan.Slices(Rows).Select(slice => $"{slice.Name}:{string.Concat(slice.Rows.Select(row => $" {row}"))}");
}
