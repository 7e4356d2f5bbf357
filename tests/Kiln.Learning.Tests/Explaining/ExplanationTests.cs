using Kiln.Data;
using Kiln.Learning.Evaluating;
using Kiln.Learning.Explaining;
using Kiln.Learning.Models;
using Kiln.Learning.Preparing;
using Kiln.Learning.Tests.Preparing;
using Kiln.Tests.Learning.Models;
using Kiln.Tests.Learning.Training;

namespace Kiln.Tests.Learning.Explaining;

[Collection(SerialTraining.Name)]
public sealed class ExplanationTests : IDisposable
{
    static readonly ExplainSettings few = new()
    {
        Permutation = new() { Rows = 100, Repeats = 2 },
        Dependence = new() { Rows = 50, Points = 5, Lines = 3 },
        Attribution = new() { Rows = 60, Points = 100, Steps = 16 },
    };

    readonly string root = Directory.CreateTempSubdirectory("kiln-explaining-").FullName;

    public void Dispose() => Directory.Delete(root, recursive: true);

    [Theory]
    [InlineData("baseline", null)]
    [InlineData("linear", AttributionMethod.Linear)]
    [InlineData("xgboost", AttributionMethod.TreeShap)]
    [InlineData("network", AttributionMethod.IntegratedGradients)]
    [InlineData("ensemble", AttributionMethod.Weighted)]
    public void One_call_gives_what_applies_to_the_kind_of_model(string kind, AttributionMethod? method)
    {
        var rows = Houses.Rows(200, 1);
        using var fitted = Model.Fit(Settings(kind), Houses.Preparation(kind), rows);
        var found = Explanation.Of(fitted.Model, ExplainedRows.Of(fitted.Model, rows), Metric.Parse("RMSE"), few);
        (found.Kind, found.Rows, found.Importance!.Rows).ShouldBe((kind, 200, 100));
        found.Dependence.Select(dependence => dependence.Column).ShouldBe(found.Importance!.Columns.Select(column => column.Name));
        found.Attribution?.Method.ShouldBe(method!.Value);
        found.Omitted.Select(omission => omission.Part).ShouldBe(method is null ? ["attribution"] : []);
        if (method is not null) found.Importance!.Columns[0].Mean.ShouldBeGreaterThan(10);
        (found.Attribution?.Outputs.Sum(output => output.Columns.Sum(column => column.Points.Length)) ?? 0).ShouldBeLessThanOrEqualTo(100);
    }

    [Theory]
    [InlineData("xgboost")]
    [InlineData("network")]
    public void The_same_rows_and_seed_give_the_same_bytes_which_read_back(string kind)
    {
        var rows = Houses.Rows(200, 1);
        using var fitted = Model.Fit(Settings(kind), Houses.Preparation(kind), rows);
        var (one, other, third) = (Write("one", 0), Write("other", 0), Write("third", 1));
        File.ReadAllBytes(other.Path).ShouldBe(File.ReadAllBytes(one.Path));
        File.ReadAllBytes(third.Path).ShouldNotBe(File.ReadAllBytes(one.Path));
        var again = new Json<Explanation>(Path.Combine(root, "again.json"));
        again.Write(one.Read());
        File.ReadAllBytes(again.Path).ShouldBe(File.ReadAllBytes(one.Path));

        Json<Explanation> Write(string name, int seed)
        {
            var file = new Json<Explanation>(Path.Combine(root, name + ".json"));
            file.Write(Explanation.Of(fitted.Model, ExplainedRows.Of(fitted.Model, rows), Metric.Parse("RMSE"), few with { Seed = seed }));
            return file;
        }
    }

    [Fact]
    public void Every_kind_of_column_missing_values_among_them_is_explained_or_said_to_be_left_out()
    {
        var examples = SomeRows.Of(200);
        var rows = examples with { Columns = TableColumns.Of([.. examples.Columns.Columns, Column.Of<double>("one", Enumerable.Repeat(3.0, 200).ToArray())]) };
        var preparation = new Preparation([.. SomeRows.EveryStep.Parts, Prepare.Numbers("one").Standardize()]);
        using var fitted = Model.Fit(new() { Xgboost = new() { Rounds = 10 } }, preparation, rows);
        var found = Explanation.Of(fitted.Model, ExplainedRows.Of(fitted.Model, rows), Metric.Parse("log loss"), few with { Dependence = few.Dependence with { Columns = 13 } });
        found.Importance!.Columns.Length.ShouldBe(14);
        found.Omitted.Length.ShouldBeInRange(2, 3);
        found.Omitted[^1].Reason.ShouldContain("13 most important of 14");
        (found.Dependence.Length + found.Omitted.Length - 1).ShouldBe(13);
        found.Attribution!.Outputs[0].Columns.Length.ShouldBe(14);
        found.Attribution.Outputs[0].Columns.Single(column => column.Column == "one").MeanAbsolute.ShouldBe(0);
    }

    [Fact]
    public void A_metric_that_the_rows_do_not_tell_leaves_importances_out_with_the_reason()
    {
        var rows = SomeRows.Of(200);
        using var fitted = Model.Fit(new() { Xgboost = new() { Rounds = 10 } }, SomeRows.EveryStep, rows);
        int[] negatives = [.. Enumerable.Range(0, 200).Where(row => rows.Labels.Span[row] == 0)];
        var found = Explanation.Of(fitted.Model, ExplainedRows.Of(fitted.Model, rows).Take(negatives), Metric.Parse("AUC ROC"), few);
        found.Importance.ShouldBeNull();
        found.Omitted[0].ShouldBe(new("permutation importance", $"AUC ROC is not defined for these {negatives.Length} rows: it needs rows of both classes"));
        found.Omitted.ShouldContain(part => part.Reason.Contains(" first of "));
        found.Dependence.ShouldNotBeEmpty();
        found.Attribution.ShouldNotBeNull();
        Should.Throw<KilnException>(() => PermutationImportance.Of(fitted.Model, ExplainedRows.Of(fitted.Model, rows).Take(negatives), Metric.Parse("AUC ROC"))).Message.ShouldContain("AUC ROC is not defined for these rows.");
    }

    [Fact]
    public void Whole_days_and_queries_are_drawn_for_metrics_that_count_by_them()
    {
        int[] days = [3, 1, 1, 2, 3, 3, 1, 2, 2, 4];
        RowSample.OfUnits(days, 10, 1).ShouldBe(Enumerable.Range(0, 10));
        for (var seed = 0; seed < 20; seed++)
        {
            var drawn = RowSample.OfUnits(days, 6, seed);
            drawn.Length.ShouldBeInRange(1, 6);
            drawn.ShouldBe(Enumerable.Range(0, 10).Where(row => drawn.Select(other => days[other]).Contains(days[row])));
            RowSample.OfUnits(days, 2, seed).Select(row => days[row]).Distinct().Count().ShouldBe(1);
        }
        Enumerable.Range(0, 20).Select(seed => string.Join(' ', RowSample.OfUnits(days, 6, seed))).Distinct().Count().ShouldBeGreaterThan(1);
    }

    [Fact]
    public void Cards_and_queries_go_with_the_rows_that_are_drawn()
    {
        var rows = SomeRows.Of(300);
        using var fitted = Model.Fit(new() { Xgboost = new() { Rounds = 20 } }, SomeRows.EveryStep, rows);
        var explained = ExplainedRows.Of(fitted.Model, rows) with { Reference = rows.Columns.Take([0, 1, 2]) };
        explained = explained with { Judged = explained.Judged with { Days = new int[300], Cards = Enumerable.Range(0, 300).Select(row => (long)(row / 2)).ToArray() } };
        Explanation.Of(fitted.Model, explained, Metric.Parse("card precision@10"), few).Importance!.Score.ShouldBeInRange(0.5, 1);
        explained = explained with { Judged = explained.Judged with { Groups = Enumerable.Range(0, 300).Select(row => row / 40).ToArray() } };
        Explanation.Of(fitted.Model, explained, Metric.Parse("precision@10"), few).Importance!.Rows.ShouldBe(100);
        Should.Throw<KilnException>(() => Explanation.Of(fitted.Model, explained with { Judged = explained.Judged.Where([1, 2]) }, Metric.Parse("AUC ROC"), few)).Message.ShouldContain("different lengths");
    }

    [Fact]
    public void The_documents_code_is_what_runs_here()
    {
        ReadmeCode.ShouldStandIn("Explanation.Of(", "tests/Kiln.Learning.Tests/Explaining/ExplanationTests.cs", "docs/evaluating.md");
        var (training, test, metric, settings) = (Houses.Rows(200, 1), Houses.Rows(100, 2), Metric.Parse("RMSE"), few);
        using var fitted = Model.Fit(Settings("xgboost"), Houses.Preparation("xgboost"), training);
        var model = fitted.Model;

        var rows = ExplainedRows.Of(model, test) with { Reference = training.Columns };
        var explanation = Explanation.Of(model, rows, metric, settings);          // settings: the section `explain`
        var first = explanation.Importance!.Columns[0];                          // first.Mean, first.Low, first.High
        var curve = explanation.Dependence[0].Curves[0].Means;                   // at explanation.Dependence[0].Points
        var column = explanation.Attribution!.Outputs[0].Columns[0];             // column.MeanAbsolute, column.Points

        first.Low.ShouldBeInRange(0, first.Mean);
        curve.Length.ShouldBe(explanation.Dependence[0].Points.Length);
        column.MeanAbsolute.ShouldBeGreaterThan(0);
    }

    static EstimatorSettings Settings(string kind) => kind switch
    {
        "baseline" => new() { Baseline = new() },
        "linear" => new() { Linear = new() },
        "xgboost" => new() { Xgboost = new() { Rounds = 30 } },
        "ensemble" => new() { Ensemble = new() { Members = [new() { Linear = new(), Weight = 2 }, new() { Xgboost = new() { Rounds = 10 } }] } },
        _ => new() { Network = new() { FeedForward = new() { Hidden = [8] }, Training = new() { Epochs = 20, LearningRate = 0.02, Device = "cpu" } } },
    };
}
