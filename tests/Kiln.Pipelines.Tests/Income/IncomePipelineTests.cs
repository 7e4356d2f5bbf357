using Kiln.Pipelines.Income;
using static Kiln.Tests.Income.CensusRows;

namespace Kiln.Tests.Income;

public sealed class IncomePipelineTests : IDisposable
{
    readonly TrialSpace _space = new(IncomePipeline.Definition, "source.path=source", "train.epochs=5");

    public void Dispose() => _space.Dispose();

    [Fact]
    public async Task A_fresh_workspace_ends_with_a_model_and_its_measures_and_a_second_run_runs_nothing()
    {
        Give(Rows(200), Rows(60));
        await _space.SucceedAsync();
        File.Exists(_space.PathOf("models/income/model/manifest.json")).ShouldBeTrue();
        _space.Evaluation.Rows.ShouldBe(60);
        _space.Evaluation.Measures["accuracy"].ShouldBeGreaterThan(0.9);
        _space.Printed.ShouldContain("xgboost on 60 test rows: AUC ROC");
        var predictions = _space.Table("reports/income/predictions.parquet").ReadColumns();
        predictions.Columns.Select(column => column.Schema.Name).ShouldBe(["fnlwgt", "education", "income", "PREDICTION", "PROBABILITY >50K"]);
        predictions.RowCount.ShouldBe(60);
        var right = Enumerable.Range(0, 60).Count(row => predictions["income"].TextAt(row) == predictions["PREDICTION"].TextAt(row)) / 60.0;
        right.ShouldBe(_space.Evaluation.Measures["accuracy"], 1e-9);

        await _space.SucceedAsync();
        _space.Printed.ShouldNotContain(" ran");
    }

    [Fact]
    public async Task Candidates_are_compared_on_folds_of_the_training_file_only_where_that_is_asked_for()
    {
        Give(Rows(120), Rows(10));
        await _space.SucceedAsync();
        Directory.Exists(_space.PathOf("data/income/folds")).ShouldBeFalse();
        await _space.SucceedAsync("--target", "CompareCandidates", "--set", "validation.kFold.folds=2");
        _space.Comparison.Candidates.Select(candidate => candidate.Name).Order().ShouldBe(["baseline", "logistic", "network", "xgboost"]);
        _space.Comparison.Candidates[^1].Name.ShouldBe("baseline");
        _space.Comparison.Candidates.ShouldAllBe(candidate => candidate.Folds.Sum(fold => fold.AssessedRows) == 120);
        var page = _space.Read("reports/income/comparison.html");
        page.ShouldContain("4 candidates on 2 folds; AUC ROC decides.");
        page.ShouldContain("<th scope=\"row\">model.linear.l2</th>");
        page.ShouldContain("Precision-recall curve");
        page.ShouldContain("Training loss");
    }

    [Fact]
    public async Task Unknown_values_and_categories_that_training_never_saw_are_answered()
    {
        const string Unknown = "43, ?, 4, HS-grad, 9, Never-married, ?, Own-child, Black, Male, 0, 0, 40, ?, <=50K";
        Give([.. Rows(100), Unknown], [.. Rows(10), Row(40, "Bachelors", "Atlantis", "<=50K"), Row(41, "Bachelors", "?", "<=50K"), Unknown]);
        await _space.SucceedAsync();
        _space.Evaluation.Rows.ShouldBe(13);
        _space.Table("data/income/test.parquet").ReadColumns("native_country").Columns[0].IsNull(11).ShouldBeTrue();
    }

    [Fact]
    public Task A_missing_column()
    {
        Give([.. Rows(10), Row(30, "HS-grad", "Cuba", "<=50K").Replace(", Cuba", "")], Rows(10));
        return _space.FailAsync(6, "14 fields instead of 15", "data/income/csv/training.csv", "12");
    }

    [Fact]
    public Task A_label_of_one_class()
    {
        Give([.. Rows(20).Where(row => row.EndsWith("<=50K"))], Rows(10));
        return _space.FailAsync(1, "The training rows are all of one class.");
    }

    [Fact]
    public Task An_empty_test_file()
    {
        Give(Rows(20), []);
        return _space.FailAsync(6, "test.csv");
    }

    [Fact]
    public Task A_file_that_is_not_there()
    {
        Give(Rows(20), Rows(10));
        File.Delete(_space.PathOf("source/adult.test"));
        return _space.FailAsync(2, "source/adult.test");
    }

    [Fact]
    public async Task A_candidate_that_stops_early_is_refused_where_nothing_stops_it()
    {
        Give(Rows(100), Rows(10));
        var settings = _space.PathOf("pipelines/income/settings.yaml");
        File.WriteAllText(settings, File.ReadAllText(settings).Replace("patience: 0", "patience: 3").Replace("model: xgboost", "model: network"));
        await _space.FailAsync(2, "stops early", "network");
    }

    [TrialDataFact("adult")]
    public async Task The_published_rows_give_what_is_to_be_reached()
    {
        using var real = new TrialSpace(IncomePipeline.Definition, "source.path=" + Repository.TrialData("adult"));
        await real.SucceedAsync();
        real.Evaluation.Rows.ShouldBe(16_281);
        real.Evaluation.Measures["AUC ROC"].ShouldBeGreaterThanOrEqualTo(0.928);
        real.Evaluation.Measures["accuracy"].ShouldBeGreaterThanOrEqualTo(0.873);
        await real.SucceedAsync("--set", "train.model=logistic");
        real.Evaluation.Measures["AUC ROC"].ShouldBeGreaterThanOrEqualTo(0.900);
    }

    void Give(IEnumerable<string> training, IEnumerable<string> test) => CensusRows.Give(_space, training, test);
}
