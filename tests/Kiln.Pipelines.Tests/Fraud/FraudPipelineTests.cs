using Kiln.Data;
using Kiln.Learning.Evaluating;
using Kiln.Pipelines.Fraud;

namespace Kiln.Tests.Fraud;

public sealed class FraudPipelineTests : IDisposable
{
    readonly FraudSpace _space = new();

    public void Dispose() => _space.Dispose();

    [Fact]
    public async Task A_fresh_workspace_ends_with_a_model_and_its_pages_and_a_second_run_runs_nothing()
    {
        await _space.SucceedAsync();
        foreach (var file in new[] { "models/fraud/classifier/manifest.json", "reports/fraud/metrics.json", "reports/fraud/model-card.html", "reports/fraud/model-card.md", "reports/fraud/evaluation.html", "reports/fraud/data/transactions.html" })
            File.Exists(_space.PathOf(file)).ShouldBeTrue(file);
        var page = File.ReadAllText(_space.PathOf("reports/fraud/evaluation.html"));
        page.ShouldContain("AUC ROC");
        page.ShouldContain("Simulate");

        await _space.SucceedAsync();
        _space.Printed.ShouldContain("\n108 up to date; ");
    }

    [Fact]
    public async Task Two_cold_runs_make_the_same_bits()
    {
        using var other = new FraudSpace();
        await _space.SucceedAsync("--jobs", "1");
        await other.SucceedAsync("--jobs", "4");
        other.Made().ShouldBe(_space.Made());
    }

    [Fact]
    public async Task Train_runs_what_training_needs_and_no_more()
    {
        await _space.SucceedAsync("--target", "Train");
        File.Exists(_space.PathOf("models/fraud/classifier/manifest.json")).ShouldBeTrue();
        // What settings ask of the test rows is looked at before anything is fitted.
        Directory.GetFiles(_space.PathOf("reports/fraud")).ShouldBe([_space.PathOf("reports/fraud/slices.json")]);
        _space.Printed.ShouldNotContain("Evaluate");
    }

    [Fact]
    public async Task A_calibration_by_the_validation_window_trains_nothing_and_the_threshold_is_one_of_calibrated_scores()
    {
        string[] few = ["--set", "calibration.leastRows=100", "--set", "calibration.leastOfEachClass=2"];
        await _space.SucceedAsync(few);
        var raw = Scores();
        await _space.SucceedAsync([.. few, "--set", "calibration.method=isotonic"]);
        foreach (var stage in new[] { "Train", "Split" }) _space.Printed.ShouldNotContain($"{stage}: ran");
        foreach (var stage in new[] { "Calibrate", "ChooseThreshold", "Evaluate", "Report" }) _space.Printed.ShouldContain($"{stage}: ran");

        var validation = Table.At(_space.PathOf("models/fraud/validation-scores.parquet")).ReadColumns();
        var rows = JudgedRows.Of(validation.Values<double>("SCORE"), validation.Values<bool>("TX_FRAUD").Span);
        var calibrator = new Json<CalibrationReport>(_space.PathOf("models/fraud/calibration.json")).Read().Calibrator;
        calibrator.ShouldBe(IsotonicScaling.Fit(rows));
        Scores().ShouldBe(raw.Select(score => (double)(float)calibrator.Apply(score)));
        // In single precision, as the model answers: a test row that ties with the threshold is flagged.
        var threshold = new Json<ThresholdChoice>(_space.PathOf("models/fraud/threshold.json")).Read().Threshold;
        rows.Answers.ToArray().Select(score => (double)(float)calibrator.Apply(score)).ShouldContain(threshold);

        await _space.SucceedAsync([.. few, "--set", "calibration.method=platt"]);
        _space.Printed.ShouldContain("calibration.method Isotonic → Platt");
        _space.Printed.ShouldNotContain("Train: ran");
        File.ReadAllText(_space.PathOf("reports/fraud/model-card.html")).ShouldContain("what the model of the selection, fitted on the earlier window, answered on the validation window");

        double[] Scores() => Table.At(_space.PathOf("reports/fraud/scores.parquet")).ReadColumns().Values<double>("SCORE").ToArray();
    }

    [Fact]
    public async Task A_candidate_that_stops_early_is_fitted_again_without_validation_rows_for_its_best_epochs()
    {
        await _space.SucceedAsync("--target", "Train", "--set", "train.epochs=5", "--set", "models.candidates.network.model.network.training.patience=1");
        var record = new Json<TrainingRecord>(_space.PathOf("models/fraud/training.json")).Read();
        record.Fit.Epochs.Length.ShouldBe(record.Selection.BestEpoch);
        record.Fit.Epochs.ShouldAllBe(epoch => double.IsNaN(epoch.ValidationLoss));
        record.Selection.Epochs.ShouldAllBe(epoch => double.IsFinite(epoch.ValidationLoss));
    }

    [Fact]
    public async Task A_new_day_computes_only_that_day()
    {
        await _space.SucceedAsync("--target", "Ingest");
        var before = _space.Made();
        await _space.SucceedAsync("--target", "Ingest", "--set", "simulate.days=47");
        _space.Printed.ShouldContain("2 ran");
        var after = _space.Made();
        after.Keys.Except(before.Keys).ShouldBe(
        [
            "data/fraud/rejects/2018-08-16.json", "data/fraud/rejects/2018-08-16.parquet",
            "data/fraud/simulated/2018-08-16.csv", "data/fraud/transactions/2018-08-16.parquet",
        ]);
        before.ShouldAllBe(file => after[file.Key] == file.Value);
    }

    [Fact]
    public async Task A_comment_or_a_touched_file_or_an_unrelated_setting_reruns_nothing()
    {
        await _space.SucceedAsync("--target", "Split");
        var settings = _space.PathOf("pipelines/fraud/settings.yaml");
        File.AppendAllText(settings, "\n# a comment\n");
        File.SetLastWriteTimeUtc(_space.PathOf("pipelines/fraud/contracts/transactions.yaml"), DateTime.UtcNow.AddMinutes(-5));
        await _space.SucceedAsync("--target", "Split", "--set", "models.candidates.network.model.network.feedForward.dropout=0.5");
        _space.Printed.ShouldNotContain(" ran");
    }

    [Fact]
    public async Task Days_of_a_folder_serve_as_the_source()
    {
        await _space.SucceedAsync("--target", "Simulate");
        var source = Directory.CreateDirectory(_space.PathOf("elsewhere")).FullName;
        foreach (var file in Directory.EnumerateFiles(_space.PathOf("data/fraud/simulated"))) File.Copy(file, Path.Combine(source, Path.GetFileName(file)));
        await _space.SucceedAsync("--target", "Split", "--set", "source.path=" + source);
        _space.Printed.ShouldContain("Split: ran");
    }
}
