using System.Text.Json;
using Kiln.Data;
using Kiln.Learning.Evaluating;
using Kiln.Learning.Explaining;
using Kiln.Learning.Models;
using Kiln.Learning.Preparing;
using Kiln.Tests.Learning.Models;

namespace Kiln.Tests.Learning.Explaining;

public sealed class PermutationImportanceTests
{
    static readonly PermutationSettings few = new() { Rows = 1000, Repeats = 4 };

    [Theory]
    [InlineData("regression", "RMSE", 1e-3)]
    [InlineData("binary", "AUC ROC", 1e-9)]
    [InlineData("binary", "average precision", 1e-9)]
    public void The_same_permutations_give_the_importances_of_scikit_learn(string kind, string metric, double tolerance)
    {
        var known = ScikitLearnExplanations.All[kind];
        var (fitted, rows) = known.Fit();
        using (fitted)
        {
            var found = PermutationImportance.Try(fitted.Model, ExplainedRows.Of(fitted.Model, rows), Metric.Parse(metric), [], [.. known.Orders])!;
            found.Columns.Length.ShouldBe(4);
            found.Repeats.ShouldBe(7);
            foreach (var column in found.Columns)
            {
                var place = column.Name[1] - '0';
                for (var repeat = 0; repeat < 7; repeat++) column.Values[repeat].ShouldBe(known.Importances[metric].Values[place][repeat], tolerance, column.Name);
                column.Mean.ShouldBe(known.Importances[metric].Mean[place], tolerance);
            }
        }
    }

    [Fact]
    public void Permutations_of_its_own_give_importances_within_the_error_of_chance()
    {
        var known = ScikitLearnExplanations.All["regression"];
        var (fitted, rows) = known.Fit();
        using (fitted)
        {
            var found = PermutationImportance.Of(fitted.Model, ExplainedRows.Of(fitted.Model, rows), Metric.Parse("RMSE"), few with { Repeats = 200 }, seed: 4);
            foreach (var column in found.Columns)
            {
                // scikit-learn's mean of 7 repeats is as uncertain as these deviations say.
                var error = 4 * column.Deviation * Math.Sqrt((1 / 200.0) + (1 / 7.0));
                column.Mean.ShouldBe(known.Importances["RMSE"].Mean[column.Name[1] - '0'], error);
                column.Low.ShouldBeLessThanOrEqualTo(column.Mean);
                column.High.ShouldBe((2 * column.Mean) - column.Low, 1e-9);
            }
            found.Columns.Select(column => column.Mean).ShouldBeInOrder(SortDirection.Descending);
        }
    }

    [Fact]
    public void The_interval_is_Students_over_the_repeats()
    {
        foreach (var known in ScikitLearnExplanations.All.Student) StudentDistribution.TwoSided(0.95, (int)known[0]).ShouldBe(known[1], 1e-8 * known[1]);
        var column = ColumnImportance.Of("X", ["X"], [1, 2, 3, 4, 5]);
        (column.Mean, column.Deviation).ShouldBe((3, Math.Sqrt(2.5)));
        column.High.ShouldBe(3 + (2.7764451051977987 * Math.Sqrt(2.5 / 5)), 1e-9);
        column.Low.ShouldBe(3 - (2.7764451051977987 * Math.Sqrt(2.5 / 5)), 1e-9);
    }

    [Fact]
    public void The_features_made_of_a_column_move_together_and_so_do_columns_of_a_group()
    {
        var rows = Houses.Rows(400, 1);
        using var fitted = Model.Fit(new() { Linear = new() { L2 = 0.001 } }, new(Prepare.Numbers("AREA").Impute(indicator: true).Standardize(), Prepare.Categories("TOWN").OneHot()), rows);
        var settings = few with { Groups = [new() { Name = "both", Columns = ["AREA", "TOWN"] }] };
        var found = PermutationImportance.Of(fitted.Model, ExplainedRows.Of(fitted.Model, rows), Metric.Parse("RMSE"), settings);
        found.Columns.Select(column => column.Name).ShouldBe(["AREA", "TOWN"], ignoreOrder: true);
        var both = found.Groups.ShouldHaveSingleItem();
        both.Columns.ShouldBe(["AREA", "TOWN"]);
        // With both of them gone, an answer is that of another row, whose price is as far off as two prices are: √2 of their deviation.
        var prices = rows.Labels.ToArray().Select(price => (double)price).ToArray();
        var deviation = Math.Sqrt(prices.Average(price => Math.Pow(price - prices.Average(), 2)));
        (both.Mean + found.Score).ShouldBe(Math.Sqrt(2) * deviation, 0.06 * deviation);
    }

    [Fact]
    public void Rows_are_drawn_and_columns_permuted_by_the_seed()
    {
        var rows = Houses.Rows(300, 1);
        using var fitted = Model.Fit(new() { Linear = new() }, Houses.Preparation("linear"), rows);
        var explained = ExplainedRows.Of(fitted.Model, rows);
        var first = Of(1);
        first.Rows.ShouldBe(100);
        JsonSerializer.Serialize(Of(1)).ShouldBe(JsonSerializer.Serialize(first));
        Of(2).Score.ShouldNotBe(first.Score);

        PermutationImportance Of(int seed) => PermutationImportance.Of(fitted.Model, explained, Metric.Parse("RMSE"), few with { Rows = 100 }, seed);
    }

    [Fact]
    public void A_column_of_one_value_and_one_that_the_model_does_not_heed_have_no_importance()
    {
        var rows = Houses.Columns(200, 1);
        var more = TableColumns.Of([.. rows.Columns, Column.Of<int>("ONE", new int[200])]);
        var examples = Examples.Of(more, Houses.Price);
        using var fitted = Model.Fit(new() { Xgboost = new() { Rounds = 20 } }, new(Prepare.Numbers("AREA", "ONE")), examples);
        var found = PermutationImportance.Of(fitted.Model, ExplainedRows.Of(fitted.Model, examples), Metric.Parse("MAE"), few);
        var one = found.Columns.Single(column => column.Name == "ONE");
        (one.Mean, one.Deviation, one.Low, one.High).ShouldBe((0, 0, 0, 0));
        found.Columns[0].Mean.ShouldBeGreaterThan(10);
    }

    [Fact]
    public void Exposures_stay_with_their_rows_also_where_they_are_a_feature()
    {
        var target = Houses.Price with { Exposure = "LEVEL" };
        var rows = Examples.Of(Houses.Columns(300, 1), target);
        using var fitted = Model.Fit(new() { Xgboost = new() { Rounds = 60 } }, new(Prepare.Numbers("AREA", "LEVEL"), Prepare.Categories("TOWN").Ordinal()), rows);
        var found = PermutationImportance.Of(fitted.Model, ExplainedRows.Of(fitted.Model, rows), Metric.Parse("RMSE"), few);
        // As an exposure, LEVEL moves prices by a tenth, some 70; as a feature beside that it tells nothing.
        found.Columns.Single(column => column.Name == "LEVEL").Mean.ShouldBeLessThan(10);
    }

    [Fact]
    public void What_cannot_be_permuted_or_judged_is_refused_by_its_name()
    {
        var rows = Houses.Rows(50, 1);
        using var fitted = Model.Fit(new() { Linear = new() }, Houses.Preparation("linear"), rows);
        Refused(rows.Take([]), few, "no rows to explain");
        Refused(rows.Take([3]), few, "One row alone");
        Refused(rows, few with { Groups = [new() { Name = "g", Columns = ["AREA", "ROOMS"] }] }, "ROOMS");
        Refused(rows, few with { Groups = [new() { Name = "g", Columns = ["AREA", "AREA"] }] }, "twice");
        Refused(rows, few with { Groups = [new() { Name = "g", Columns = [] }] }, "no columns");
        Refused(rows, few with { Groups = [new() { Name = "g", Columns = ["AREA"] }, new() { Name = "g", Columns = ["TOWN"] }] }, "two of this name");
        Refused(rows, few with { Repeats = 1 }, "Repeats");
        Refused(rows with { Columns = TableColumns.Of(rows.Columns.Columns.RemoveAt(0)) }, few, "AREA");
        Refused(rows with { Target = Target.Binary("PRICE") }, few, "another target");
        Refused(rows with { Labels = rows.Labels[..49] }, few, "different lengths");
        Should.Throw<KilnException>(() => PermutationImportance.Of(fitted.Model, ExplainedRows.Of(fitted.Model, rows), Metric.Parse("AUC ROC"), few)).Message.ShouldContain("AUC ROC");

        void Refused(Examples examples, PermutationSettings settings, string reason) =>
            Should.Throw<KilnException>(() => PermutationImportance.Of(fitted.Model, ExplainedRows.Of(fitted.Model, examples), Metric.Parse("RMSE"), settings)).Message.ShouldContain(reason);
    }
}
