using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Kiln.Learning.Tracing;
using Kiln.Pipelines.Income;

namespace Kiln.Tests.Income;

public sealed class IncomeGateTests : IClassFixture<Chromium>, IDisposable
{
    const string Easy = "gates.criteria=[{name: tells apart, metric: AUC ROC, atLeast: 0.5}, {name: beats the mean, metric: log loss, betterThan: baseline}]";
    const string Hard = "gates.criteria=[{name: tells apart, metric: AUC ROC, atLeast: 0.5}, {name: is never wrong, metric: accuracy, atLeast: 0.9999}]";

    readonly TrialSpace _space = new(IncomePipeline.Definition, "source.path=source", "train.epochs=20", "explain.permutation.rows=50");

    readonly Chromium _chromium;

    public IncomeGateTests(Chromium chromium)
    {
        _chromium = chromium;
        CensusRows.Give(_space, Noisy(400), Noisy(600));
    }

    public void Dispose() => _space.Dispose();

    [Fact]
    public async Task A_model_that_reaches_its_criteria_passes_and_another_limit_judges_again_without_training()
    {
        await _space.SucceedAsync("--set", Easy);
        Decision["isPassed"]!.GetValue<bool>().ShouldBeTrue();
        _space.Printed.ShouldContain("The gate lets xgboost pass: tells apart, beats the mean");
        Directory.Exists(_space.PathOf("models/income/baselines/baseline/model")).ShouldBeTrue();

        await _space.SucceedAsync("--set", Easy.Replace("0.5", "0.55"), "--set", "card.tags=[]");
        _space.Printed.ShouldContain("JudgeModel: ran");
        _space.Printed.ShouldNotContain("FitModel: ran");
        _space.Printed.ShouldNotContain("ReviewModel: ran");
    }

    [Fact]
    public async Task Curves_of_the_champion_and_of_baselines_lie_over_the_models_and_no_limit_traces_them_again()
    {
        await _space.SucceedAsync("--set", "gates.criteria=[]");
        Curves().Select(curve => curve.Role).ShouldBe([CurveRole.Model, CurveRole.Model, CurveRole.Model]);
        Directory.CreateDirectory(_space.PathOf("champion"));
        foreach (var file in Directory.GetFiles(_space.PathOf("models/income/model"))) File.Copy(file, Path.Combine(_space.PathOf("champion"), Path.GetFileName(file)));

        await _space.SucceedAsync("--set", Easy, "--set", "gates.champion=champion");
        Curves().Select(curve => (curve.Kind, curve.Role, curve.Model)).ShouldBe(
            from kind in new[] { CurveKind.PrecisionRecall, CurveKind.Roc, CurveKind.Calibration }
            from model in new[] { (CurveRole.Model, "xgboost"), (CurveRole.Champion, "champion"), (CurveRole.Baseline, "baseline") }
            select (kind, model.Item1, model.Item2));
        // The champion is the same model: the same points, with the same bands.
        Curves()[0].Points.ShouldBe(Curves()[1].Points);
        Curves()[0].Points.ShouldContain(point => point.Lower < point.Y && point.Y < point.Upper);
        _space.Read("reports/income/evaluation.html").ShouldContain("Average precision: xgboost (this model) 0.");

        await _space.SucceedAsync("--set", Easy.Replace("0.5", "0.55"), "--set", "gates.champion=champion");
        _space.Printed.ShouldContain("JudgeModel: ran");
        _space.Printed.ShouldNotContain("TraceCurves: ran");
    }

    [Fact]
    public async Task A_refused_model_ends_the_run_with_3_after_its_pages_were_written_and_an_override_is_recorded()
    {
        (await _space.RunAsync("--set", Hard)).ShouldBe(3, _space.Printed);
        _space.Printed.ShouldContain("The gate does not let xgboost pass.");
        _space.Printed.ShouldContain("is never wrong  fail.");
        _space.Printed.ShouldNotContain("   at ");
        (Decision["isPassed"]!.GetValue<bool>(), Decision["override"]).ShouldBe((false, null));
        File.Exists(_space.PathOf("reports/income/gate-last-passed.json")).ShouldBeFalse();
        File.ReadAllText(_space.PathOf("reports/income/evaluation.html")).ShouldContain("Refused by 1 of 2 criteria");

        await _space.SucceedAsync("--set", Hard, "--set", "override.by=risk", "--set", "override.reason=a pilot");
        (Decision["isPassed"]!.GetValue<bool>(), Decision["override"]!["reason"]!.GetValue<string>()).ShouldBe((false, "a pilot"));
        File.ReadAllText(_space.PathOf("reports/income/model-card.html")).ShouldContain("risk lets it pass all the same: a pilot");
        _space.Printed.ShouldNotContain("JudgeModel: ran");
    }

    [ChromiumFact]
    public async Task The_pages_of_a_refused_model_are_in_order_on_every_screen()
    {
        (await _space.RunAsync("--set", Hard)).ShouldBe(3, _space.Printed);
        foreach (var page in new[] { "evaluation", "model-card" }) await PageCheck.PassesAsync(_chromium, $"income-{page}", _space.Read($"reports/income/{page}.html"));
    }

    [Fact]
    public async Task A_refusal_after_a_pass_is_what_stands_in_the_decision()
    {
        await _space.SucceedAsync("--set", Easy);
        (await _space.RunAsync("--set", Hard)).ShouldBe(3, _space.Printed);
        Decision["isPassed"]!.GetValue<bool>().ShouldBeFalse();
        JsonNode.Parse(_space.Read("reports/income/gate-last-passed.json"))!["isPassed"]!.GetValue<bool>().ShouldBeTrue();
    }

    [Theory]
    [InlineData("gates.criteria=[{name: a, metric: AUC RCO, atLeast: 0.5}]", "AUC ROC")]
    [InlineData("gates.criteria=[{name: a, metric: RMSE, atMost: 5}]", "one of two classes")]
    [InlineData("gates.criteria=[{name: a, metric: accuracy}]", "a criterion has one limit", "here is none")]
    [InlineData("gates.criteria=[{name: a, metric: accuracy, atLeast: 0.5, atMost: 1}]", "here are atLeast and atMost")]
    [InlineData("gates.criteria=[{name: a, atLeast: 0.5}]", "a criterion is of one figure")]
    [InlineData("gates.criteria=[{name: a, metric: accuracy, betterThan: nobody}]", "nobody", "logistic")]
    [InlineData("gates.criteria=[{name: a, metric: accuracy, atLeast: 0.5}, {name: a, metric: F1, atLeast: 0.5}]", "two criteria are called a")]
    [InlineData("gates.criteria=[{name: a, fairness: equalOpportunityDifference, atMost: 0.5}]", "fairness and groups go together")]
    [InlineData("gates.criteria=[{name: a, budget: modelMebibytes, atLeast: 1}]", "held by atMost")]
    [InlineData("gates.criteria=[{name: a, metric: accuracy, atLeast: 0.5, slices: [{}]}]", "told apart in one way")]
    [InlineData("gates.criteria=[{name: a, metric: accuracy, atLeast: 0.5, slices: [{bins: {column: age, edges: [50, 30]}}]}]", "the edges of bins rise")]
    [InlineData("override.reason=because", "by and reason go together")]
    [InlineData("review.metrics=[RMSE]", "RMSE")]
    [InlineData("gates.confidence=0.9", "confidence")]
    public async Task What_cannot_be_judged_by_is_told_before_anything_runs(string setting, params string[] said)
    {
        (await _space.RunAsync("--set", setting)).ShouldBe(2, _space.Printed);
        foreach (var part in said) _space.Printed.ShouldContain(part);
        Directory.Exists(_space.PathOf("data")).ShouldBeFalse();
    }

    [Theory]
    [InlineData("review.slices=[{where: {name: odd, sql: age +}}]", "odd")]
    [InlineData("review.slices=[{values: {column: aeg}}]", "age")]
    [InlineData("intervals.cluster=nothing", "nothing")]
    [InlineData("gates.champion=models/nowhere", "models/nowhere")]
    public async Task What_the_rows_do_not_have_is_told_by_name(string setting, string said)
    {
        (await _space.RunAsync("--set", Easy, "--set", setting)).ShouldNotBe(0, _space.Printed);
        _space.Printed.ShouldContain(said);
        _space.Printed.ShouldNotContain("   at ");
    }

    /// <summary>One in seven earns what nobody would expect.</summary>
    static IEnumerable<string> Noisy(int rows) => CensusRows.Rows(rows).Select((row, place) => place % 7 != 3 ? row : row.EndsWith(">50K", StringComparison.Ordinal) ? row.Replace(">50K", "<=50K") : row.Replace("<=50K", ">50K"));

    ImmutableArray<BandedCurve> Curves() => new Json<ModelCurves>(_space.PathOf("reports/income/curves.json")).Read().Curves;

    JsonNode Decision => JsonNode.Parse(File.ReadAllText(_space.PathOf("reports/income/gate.json")))!;
}
