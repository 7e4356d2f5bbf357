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

    /// <summary>Each is told when the pipeline is declared: nothing of it has run by then.</summary>
    [Theory]
    [InlineData("models.candidates.logistic.model={}", "section  models.candidates.logistic.model\n", "exactly one way to learn", "here is none")]
    [InlineData("models.candidates.logistic.model={linear: {}, baseline: {}}", "section  models.candidates.logistic.model\n", "here are baseline and linear")]
    [InlineData("models.candidates.network.model.network.resNet={}", "section  models.candidates.network.model.network\n", "here are feedForward and resNet")]
    [InlineData("models.candidates.network.model.network={own: {name: mine}}", "models.candidates.network.model.network.own\n", "makes no networks")]
    [InlineData("models.candidates.network.model.network.feedForward.hidden=[64, 0]", "models.candidates.network.model.network.feedForward.hidden\n", "Every size in hidden")]
    [InlineData("models.candidates.network.model.network.training.loss=huber", "models.candidates.network.model.network.training.loss\n", "income (two classes)")]
    [InlineData("models.candidates.network.model.network.training.monitor=rmse", "models.candidates.network.model.network.training.monitor\n", "AUC ROC")]
    [InlineData("models.candidates.network.model.network.training.classWeights=[1, 2, 3]", "models.candidates.network.model.network.training.classWeights\n", "there are 2 classes")]
    [InlineData("models.candidates.xgboost.model.xgboost.maxDepth=0", "section  models.candidates.xgboost.model.xgboost\n", "has to limit the trees")]
    [InlineData("models.candidates.xgboost.model={ensemble: {members: [{linear: {}}]}}", "section  models.candidates.xgboost.model.ensemble\n", "at least 2 members")]
    [InlineData("models.candidates.xgboost.model={ensemble: {members: [{linear: {}}, {xgboost: {patience: 3}}]}}", "section  models.candidates.xgboost.model.ensemble.members[1]\n", "does not stop early")]
    [InlineData("models.candidates.xgboost.days=7", "models.candidates.xgboost.days\n", "no column of times")]
    [InlineData("models.candidates.xgboost.preparation.indicators=true", "section  models.candidates.xgboost.preparation\n", "leave indicators out")]
    [InlineData("models.candidates.network.name=xgboost", "section  models\n", "two candidates are called xgboost")]
    [InlineData("validation.kFold=null", "section  validation\n", "folds of exactly one kind", "here is none")]
    [InlineData("validation.holdOut={}", "section  validation\n", "here are holdOut and kFold")]
    public async Task What_cannot_be_learned_with_is_told_before_anything_runs(string setting, params string[] said)
    {
        (await _space.RunAsync("--target", "CompareCandidates", "--set", setting)).ShouldBe(2, _space.Printed);
        foreach (var part in said) _space.Printed.ShouldContain(part);
        _space.Printed.ShouldNotContain("Tidy");
        Directory.Exists(_space.PathOf("data")).ShouldBeFalse();
    }

    [Theory]
    [InlineData("logistic", "epochs=3", "train.epochs", "logistic (linear)", "neither epochs nor rounds")]
    [InlineData("logistic", "seed=3", "train.seed", "logistic (linear)", "drawn by chance")]
    [InlineData("baseline", "device=cuda", "train.device", "baseline (baseline)", "on the CPU only")]
    [InlineData("xgboost", "device=auto", "train.device", "xgboost (xgboost)", "takes cpu, cuda or cuda:number, not auto")]
    public async Task What_is_to_be_changed_of_a_model_that_has_no_such_thing_is_refused(string model, string setting, params string[] said)
    {
        using var space = new TrialSpace(IncomePipeline.Definition, "source.path=source", $"train.model={model}");
        (await space.RunAsync("--set", $"train.{setting}")).ShouldBe(2, space.Printed);
        foreach (var part in said) space.Printed.ShouldContain(part);
        space.Printed.ShouldContain($"--set train.{setting[..setting.IndexOf('=')]}=null");
        (await space.RunAsync("--dryrun", "--set", $"train.{setting}", "--set", $"train.{setting[..setting.IndexOf('=')]}=null")).ShouldBe(2);
        space.Printed.ShouldContain("adult.data");
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
