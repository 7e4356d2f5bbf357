using System.Text.Json.Nodes;
using Kiln.Data;
using Kiln.Learning.Evaluating;
using Kiln.Learning.Models;
using Kiln.Pipelines.Bikes;
using Kiln.Pipelines.Fashion;
using Kiln.Pipelines.Income;

namespace Kiln.Tests.Income;

/// <summary>A pipeline of the library's stages whose model is calibrated.</summary>
public sealed class CalibrationTests : IClassFixture<Chromium>, IDisposable
{
    readonly TrialSpace _space = new(IncomePipeline.Definition, "source.path=source", "train.model=logistic", "validation.kFold.folds=3", "explain.permutation.rows=50", "calibration.leastRows=100");

    readonly Chromium _chromium;

    public CalibrationTests(Chromium chromium)
    {
        _chromium = chromium;
        CensusRows.Give(_space, Noisy(300), Noisy(200));
    }

    public void Dispose() => _space.Dispose();

    [Theory]
    [InlineData("platt")]
    [InlineData("isotonic")]
    [InlineData("temperature")]
    public async Task The_folder_answers_calibrated_and_all_that_follows_sees_these_answers(string method)
    {
        await _space.SucceedAsync();
        var raw = Answers();
        var model = Files("models/income/model");
        await _space.SucceedAsync("--set", $"calibration.method={method}");

        // Fitted to answers for rows of the training file, each answered once by a fit to the others.
        var tables = new[] { 1, 2, 3 }.Select(fold => _space.Table($"models/income/calibration/fold-{fold}.parquet").ReadColumns()).ToList();
        tables.Sum(table => table.RowCount).ShouldBe(300);
        var rows = JudgedRows.Of(
            tables.SelectMany(table => table["PROBABILITY >50K"].ToDoubles()).ToArray(), tables.SelectMany(table => Enumerable.Range(0, table.RowCount).Select(row => table["income"].TextAt(row) == ">50K")).ToArray());
        var report = new Json<CalibrationReport>(_space.PathOf("models/income/calibration.json")).Read();
        report.Calibrator.ShouldBe(Calibrator.Fit(Enum.Parse<CalibrationMethod>(method, ignoreCase: true), rows));
        (report.Rows, report.Classes.Single(found => found.Class == ">50K").Rows).ShouldBe((300, (int)rows.Labels.ToArray().Sum()));

        // The model itself is as it was, and the folder with the calibrator gives the answers that are measured.
        Files("models/income/model").ShouldBe(model);
        var expected = raw.ToArray();
        report.Calibrator.Apply(expected);
        Answers().ShouldBe(expected);
        expected.ShouldNotBe(raw);
        using (var calibrated = new ModelFolder(_space.PathOf("models/income/calibrated")).Load())
            calibrated.Predict(_space.Table("data/income/test.parquet")).Values.ToArray().ShouldBe(expected);
        var judged = JudgedRows.Of(Array.ConvertAll(expected, answer => (double)answer), Labels());
        Reviewed("log loss").ShouldBe(Metric.Parse("log loss").Of(judged), 1e-12);

        var card = _space.Read("reports/income/model-card.html");
        card.ShouldContain("How answers were calibrated");
        card.ShouldContain("the candidate&#x27;s answers on 3 folds of the training rows");
        card.ShouldContain("models/income/calibrated");
        _space.Read("reports/income/model-card.md").ShouldContain("How answers were calibrated");
        _space.Read("reports/income/evaluation.html").ShouldContain("in log odds before the calibration");
    }

    [Fact]
    public async Task Another_way_to_calibrate_trains_nothing()
    {
        await _space.SucceedAsync();
        _space.Printed.ShouldNotContain("ScoreFold");
        await _space.SucceedAsync("--set", "calibration.method=platt");
        _space.Ran.ShouldBe(["WriteFold", "ScoreFold", "CalibrateModel", "EvaluateModel", "ReviewModel", "ExplainModel", "TraceCurves", "JudgeModel", "Report", "GateModel"], ignoreOrder: true);
        await _space.SucceedAsync("--set", "calibration.method=temperature");
        _space.Ran.ShouldBe(["CalibrateModel", "EvaluateModel", "ReviewModel", "ExplainModel", "TraceCurves", "JudgeModel", "Report", "GateModel"], ignoreOrder: true);
        _space.Printed.ShouldContain("calibration.method Platt → Temperature");
        await _space.SucceedAsync("--set", "calibration.method=temperature");
        _space.Printed.ShouldNotContain(" ran");
    }

    [Fact]
    public async Task Gates_and_costs_are_those_of_the_calibrated_model()
    {
        await _space.SucceedAsync("--set", "calibration.method=platt", "--set", "gates.criteria=[{name: surprise, metric: log loss, atMost: 1}, {name: small, budget: modelMebibytes, atMost: 20}]");
        var judged = JsonNode.Parse(_space.Read("reports/income/gates.json"))!["criteria"]![0]!;
        judged.ToJsonString().ShouldContain($"\"estimate\":{JsonValue.Create(Reviewed("log loss")).ToJsonString()}");
        JsonNode.Parse(_space.Read("reports/income/scoring-cost.json"))!["modelBytes"]!.GetValue<long>().ShouldBe(
            Directory.GetFiles(_space.PathOf("models/income/calibrated")).Sum(file => new FileInfo(file).Length));
    }

    [ChromiumFact]
    public async Task The_pages_of_a_calibrated_model_are_in_order_on_every_screen()
    {
        await _space.SucceedAsync("--set", "calibration.method=isotonic");
        foreach (var page in new[] { "evaluation", "model-card" }) await PageCheck.PassesAsync(_chromium, $"income-calibrated-{page}", _space.Read($"reports/income/{page}.html"));
    }

    [Fact]
    public async Task Too_few_rows_end_the_calibration_and_not_the_training()
    {
        (await _space.RunAsync("--set", "calibration.method=isotonic", "--set", "calibration.leastRows=null")).ShouldBe(1, _space.Printed);
        _space.Printed.ShouldContain("There are too few rows to calibrate by.");
        _space.Printed.ShouldContain("1,000");
        _space.Printed.ShouldNotContain("   at ");
        File.Exists(_space.PathOf("models/income/model/model.json")).ShouldBeTrue();
        Directory.Exists(_space.PathOf("models/income/calibrated")).ShouldBeFalse();
    }

    [Theory]
    [InlineData("calibration.method=sigmoid", "platt")]
    [InlineData("calibration.leastRows=3", "leastRows")]
    [InlineData("calibration.rows=300", "leastRows")]
    public async Task A_setting_that_is_none_is_told_before_anything_runs(string setting, string said)
    {
        (await _space.RunAsync("--set", setting)).ShouldBe(2, _space.Printed);
        _space.Printed.ShouldContain(said);
        Directory.Exists(_space.PathOf("data")).ShouldBeFalse();
    }

    [Theory]
    [InlineData("temperature")]
    [InlineData("platt")]
    public async Task Values_are_not_calibrated(string method)
    {
        using var bikes = new TrialSpace(BikesPipeline.Definition, "source.path=source", $"calibration.method={method}");
        await bikes.FailAsync(2, "A calibration does not fit what is learned.", $"calibration.method: {method}", "cnt (values)", "only probabilities are calibrated");
    }

    [Theory]
    [InlineData("isotonic")]
    [InlineData("platt")]
    public async Task Several_classes_are_calibrated_by_a_temperature_only(string method)
    {
        using var fashion = new TrialSpace(FashionPipeline.Definition, "source.path=source", $"calibration.method={method}");
        await fashion.FailAsync(2, $"calibration.method: {method}", "garment (several classes)", "temperature calibrates several");
    }

    /// <summary>One in seven earns what nobody would expect.</summary>
    static IEnumerable<string> Noisy(int rows) => CensusRows.Rows(rows).Select((row, place) => place % 7 != 3 ? row : row.EndsWith(">50K", StringComparison.Ordinal) ? row.Replace(">50K", "<=50K") : row.Replace("<=50K", ">50K"));

    float[] Answers() => _space.Table("reports/income/predictions.parquet").ReadColumns().Values<float>("PROBABILITY >50K").ToArray();

    bool[] Labels()
    {
        var income = _space.Table("reports/income/predictions.parquet").ReadColumns()["income"];
        return [.. Enumerable.Range(0, income.Length).Select(row => income.TextAt(row) == ">50K")];
    }

    double Reviewed(string metric) =>
        JsonNode.Parse(_space.Read("reports/income/review.json"))!["metrics"]!.AsArray().Single(found => found!["metric"]!.GetValue<string>() == metric)!["estimate"]!.GetValue<double>();

    string[] Files(string folder) => [.. Directory.GetFiles(_space.PathOf(folder)).Order().Select(file => Path.GetFileName(file) + Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(file))))];
}
