using System.Text.Json;
using Kiln.Data;
using Kiln.Learning.Explaining;
using Kiln.Learning.Models;
using Kiln.Learning.Preparing;
using Kiln.Learning.Tests.Preparing;
using Kiln.Tests.Learning.Models;

namespace Kiln.Tests.Learning.Explaining;

public sealed class PartialDependenceTests
{
    [Theory]
    [InlineData("regression", 2e-3)]
    [InlineData("binary", 1e-5)]
    [InlineData("multiClass", 1e-4)]
    public void Means_and_lines_are_those_of_scikit_learn(string kind, double tolerance)
    {
        var known = ScikitLearnExplanations.All[kind];
        var (fitted, rows) = known.Fit();
        using (fitted)
        {
            foreach (var expected in known.Dependence)
            {
                var found = PartialDependence.Of(fitted.Model, rows.Columns, $"X{expected.Column}", new() { Points = 100, Lines = 100 });
                found.IsCategory.ShouldBeFalse();
                found.Points.Select(point => point.Value!.Value).ShouldBe(expected.Values, 1e-9);
                found.Curves.Length.ShouldBe(expected.Means.Length);
                for (var output = 0; output < expected.Means.Length; output++)
                {
                    found.Curves[output].Means.ShouldBe(expected.Means[output], tolerance);
                    found.Curves[output].Lines.Length.ShouldBe(90);
                    for (var line = 0; line < 3; line++) found.Curves[output].Lines[line].Select(answer => (double)answer).ShouldBe(expected.FirstLines[output][line], tolerance);
                }
            }
            if (kind == "multiClass") PartialDependence.Of(fitted.Model, rows.Columns, "X0").Curves.Select(curve => curve.Class).ShouldBe(["0", "1", "2"]);
        }
    }

    [Fact]
    public void Of_numbers_the_grid_is_quantiles_that_rows_have_and_a_linear_models_line_is_straight()
    {
        var rows = Houses.Rows(400, 1);
        using var fitted = Model.Fit(new() { Linear = new() { L2 = 1e-6 } }, new(Prepare.Numbers("AREA"), Prepare.Categories("TOWN").OneHot()), rows);
        var found = PartialDependence.Of(fitted.Model, rows.Columns, "AREA", new() { Points = 11, Tail = 0.1, Lines = 7, Rows = 1000 });
        var areas = rows.Columns["AREA"].ToDoubles();
        found.Points.Length.ShouldBe(11);
        found.Points.ShouldAllBe(point => areas.Contains(point.Value!.Value));
        for (var point = 0; point < 11; point++) areas.Count(area => area <= found.Points[point].Value).ShouldBeInRange(38 + (32 * point), 42 + (32 * point));
        var slope = (found.Curves[0].Means[10] - found.Curves[0].Means[0]) / (found.Points[10].Value!.Value - found.Points[0].Value!.Value);
        // 5 a square metre, and 5.5 where prices are at their mean level.
        slope.ShouldBe(5.5, 0.1);
        foreach (var line in found.Curves[0].Lines)
            for (var point = 1; point < 11; point++) ((line[point] - line[0]) / (found.Points[point].Value!.Value - found.Points[0].Value!.Value)).ShouldBe(slope, 0.01);
        found.Curves[0].Lines.Length.ShouldBe(7);
    }

    [Fact]
    public void A_column_that_is_mostly_one_value_has_that_once_and_quantiles_of_the_others()
    {
        var rows = Houses.Rows(400, 1);
        // 300 rows of 0, and 100 of 1, 2, …, 100.
        var gains = Enumerable.Range(0, 400).Select(row => row % 4 == 0 ? 1.0 + (row / 4) : 0).ToArray();
        rows = rows with { Columns = TableColumns.Of([.. rows.Columns.Columns, Column.Of<double>("GAIN", gains)]) };
        using var fitted = Model.Fit(new() { Linear = new() }, new(Prepare.Numbers("AREA", "GAIN")), rows);
        var points = PartialDependence.Of(fitted.Model, rows.Columns, "GAIN", new() { Points = 12, Tail = 0, Rows = 1000 }).Points;
        // The eleven others: ranks 0, 9.9, 19.8 … 99 of 100, rounded.
        points.Select(point => point.Value).ShouldBe([0, 1, 11, 21, 31, 41, 51, 60, 70, 80, 90, 100]);
        points[0].Share.ShouldBe(0.75);
        points.Skip(1).ShouldAllBe(point => point.Share == 1.0 / 400);
        // To 11 the nearest are 6 (as near to 1, which is the lower) less one, to 16: ten of 400.
        (points[0].Near, points[1].Near, points[2].Near).ShouldBe((0.75, 6.0 / 400, 10.0 / 400));
        points.Sum(point => point.Near).ShouldBe(1, 1e-12);
        PartialDependence.Of(fitted.Model, rows.Columns, "GAIN", new() { Points = 2, Rows = 1000 }).Points.Select(point => point.Value).ShouldBe([0, 51]);
    }

    [Fact]
    public void Categories_are_set_to_their_most_frequent_values_and_missing_ones_come_last()
    {
        var rows = Houses.Rows(400, 1);
        using var fitted = Model.Fit(new() { Xgboost = new() { Rounds = 60 } }, Houses.Preparation("xgboost"), rows);
        var found = PartialDependence.Of(fitted.Model, rows.Columns, "TOWN");
        found.IsCategory.ShouldBeTrue();
        found.Points.Length.ShouldBe(4);
        found.Points[..3].Select(point => point.Text).ShouldBe(["Aarau", "Biel", "Chur"], ignoreOrder: true);
        found.Points[..3].Select(point => point.Share).ShouldBeInOrder(SortDirection.Descending);
        found.Points[3].Text.ShouldBeNull();
        found.Points.Sum(point => point.Share).ShouldBe(1, 1e-9);
        // 200 from town to town, and as much again to a missing one.
        var byTown = found.Points.Zip(found.Curves[0].Means).ToDictionary(pair => pair.First.Text ?? "", pair => pair.Second);
        (byTown["Biel"] - byTown["Aarau"]).ShouldBe(220, 40);
        (byTown[""] - byTown["Chur"]).ShouldBe(220, 40);
        PartialDependence.Of(fitted.Model, rows.Columns, "TOWN", new() { Points = 2 }).Points.Length.ShouldBe(3);
    }

    [Fact]
    public void Every_kind_of_column_but_bytes_has_a_grid_of_its_own_values()
    {
        var rows = SomeRows.Of(300);
        using var fitted = Model.Fit(new() { Xgboost = new() { Rounds = 20 } }, SomeRows.EveryStep, rows);
        foreach (var input in fitted.Model.Preparation.Inputs)
        {
            if (input.Kind == InputKind.Bytes)
            {
                Should.Throw<KilnException>(() => PartialDependence.Of(fitted.Model, rows.Columns, input.Name)).Message.ShouldContain("bytes");
                continue;
            }
            var found = PartialDependence.Of(fitted.Model, rows.Columns, input.Name, new() { Points = 5, Rows = 200 });
            found.IsCategory.ShouldBe(input.Kind is InputKind.Text or InputKind.Boolean || input.Name == "code", input.Name);
            found.Points.Length.ShouldBeInRange(2, 6, input.Name);
            found.Curves.ShouldHaveSingleItem().Class.ShouldBe("1");
            found.Curves[0].Means.ShouldAllBe(mean => mean > 0 && mean < 1, input.Name);
            if (!found.IsCategory) found.Points.Where(point => point.Value is not null).Select(point => point.Value!.Value).ShouldBeInOrder(SortDirection.Ascending, input.Name);
            if (input.Name == "day") found.Points[0].Text!.ShouldMatch("^[0-9]{4}-[0-9]{2}-[0-9]{2}$");
            if (input.Name == "when") found.Points[0].Text!.ShouldMatch("^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}$");
        }
    }

    [Fact]
    public void Answers_are_with_each_rows_own_exposure()
    {
        var target = Houses.Price with { Exposure = "LEVEL" };
        var rows = Examples.Of(Houses.Columns(200, 1), target);
        using var fitted = Model.Fit(new() { Linear = new() }, new(Prepare.Numbers("LEVEL").Standardize()), rows);
        var found = PartialDependence.Of(fitted.Model, rows.Columns, "LEVEL", new() { Points = 3, Lines = 200, Rows = 200 });
        var levels = rows.Exposures.ToArray();
        for (var row = 1; row < 200; row++)
            (found.Curves[0].Lines[row][1] / found.Curves[0].Lines[0][1]).ShouldBe(levels[row] / levels[0], 1e-4f);
    }

    [Fact]
    public void A_missing_column_and_no_rows_are_refused_and_the_seed_decides()
    {
        var rows = Houses.Columns(100, 1);
        using var fitted = Model.Fit(new() { Linear = new() }, Houses.Preparation("linear"), Houses.Rows(100, 1));
        Should.Throw<KilnException>(() => PartialDependence.Of(fitted.Model, rows, "ROOMS")).Message.ShouldContain("AREA, TOWN");
        Should.Throw<KilnException>(() => PartialDependence.Of(fitted.Model, rows.Take([]), "AREA")).Message.ShouldContain("no rows to explain");
        Should.Throw<KilnException>(() => PartialDependence.Of(fitted.Model, rows, "AREA", new() { Points = 1 })).Message.ShouldContain("Points");
        Of(1).ShouldBe(Of(1));
        Of(2).ShouldNotBe(Of(1));

        string Of(int seed) => JsonSerializer.Serialize(PartialDependence.Of(fitted.Model, rows, "AREA", new() { Rows = 30, Lines = 5 }, seed));
    }
}
