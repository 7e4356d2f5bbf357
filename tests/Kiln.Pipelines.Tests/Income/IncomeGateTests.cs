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
        _space.Printed.ShouldContain("No criteria are declared (gates.criteria): nothing holds xgboost back.");
        _space.Read("reports/income/evaluation.html").ShouldContain("No criteria are declared (gates.criteria): nothing holds this model back.");
        _space.Read("reports/income/gate.json").ShouldContain("\"criteria\": []");
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

    [Fact]
    public async Task An_override_of_a_model_that_passes_is_said_to_be_unneeded()
    {
        await _space.SucceedAsync("--set", Easy, "--set", "override.by=risk", "--set", "override.reason=a pilot");
        _space.Printed.ShouldContain("The override by risk was not needed.");
        (Decision["override"], Decision["unneededOverride"]!["by"]!.GetValue<string>()).ShouldBe((null, "risk"));
        foreach (var page in new[] { "evaluation", "model-card" }) _space.Read($"reports/income/{page}.html").ShouldContain("An override by risk (a pilot) was given, and not needed.");
    }

    [Fact]
    public async Task What_was_drawn_and_by_what_stands_beside_the_verdicts()
    {
        await _space.SucceedAsync("--set", Easy, "--set", "intervals.cluster=age", "--set", "intervals.seed=3", "--set", "intervals.resamples=500");
        var page = _space.Read("reports/income/evaluation.html");
        page.ShouldContain("A difference is of this model less the other. 95% BCa bootstrap intervals from 500 draws of whole groups by age (seed 3).");
        page.ShouldMatch("at least 0.5</td>.*<td class=\"number\">600</td><td class=\"number\">[0-9]+</td><td class=\"number\">50</td></tr>");
    }

    [Fact]
    public async Task The_criterion_that_changed_is_named_as_the_reason_to_judge_again()
    {
        await _space.SucceedAsync("--set", Easy);
        await _space.SucceedAsync("--set", Easy.Replace("0.5}", "0.55}"));
        _space.Printed.ShouldMatch("JudgeModel +ran .* gates.criteria.tells apart.atLeast 0.5 → 0.55\n");
        await _space.SucceedAsync("--set", Easy.Replace("[{", "[{name: is right, metric: accuracy, atLeast: 0.5}, {").Replace("0.5}", "0.55}"), "--explain");
        _space.Printed.ShouldContain("JudgeModel ran: gates.criteria [\"tells apart\", \"beats the mean\"] → [\"is right\", \"tells apart\", \"beats the mean\"]");
        _space.Printed.ShouldNotContain("gates.criteria.tells apart.atLeast");
    }

    [Fact]
    public async Task Test_rows_of_one_class_come_to_a_gate_that_tells_nothing_and_to_pages_that_say_why()
    {
        CensusRows.Give(_space, Noisy(400), Noisy(600).Where(row => row.EndsWith("<=50K", StringComparison.Ordinal)));
        (await _space.RunAsync("--set", Easy)).ShouldBe(3, _space.Printed);
        _space.Printed.ShouldContain("inconclusive. There are 0 positives; fewer than 50 say too little.");
        _space.Printed.ShouldContain("AUC ROC is not defined for these");
        var page = _space.Read("reports/income/evaluation.html");
        page.ShouldContain("50K: nothing tells how well the two classes are told apart");
        page.ShouldContain("Not told: permutation importance (average precision is not defined for these");
        page.ShouldContain("AUC ROC is not defined for these");
        page.ShouldNotContain(">NaN<");
    }

    [ChromiumFact]
    public async Task The_pages_of_rows_of_one_class_are_in_order_on_every_screen()
    {
        CensusRows.Give(_space, Noisy(400), Noisy(600).Where(row => row.EndsWith("<=50K", StringComparison.Ordinal)));
        (await _space.RunAsync("--set", Easy)).ShouldBe(3, _space.Printed);
        foreach (var page in new[] { "evaluation", "model-card" }) await PageCheck.PassesAsync(_chromium, $"income-one-class-{page}", _space.Read($"reports/income/{page}.html"));
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
    [InlineData("gates.criteria=[{name: a, metric: AUC ROC, atLeast: 92}]", "AUC ROC, from 0 to 1", "at least 92", "--set gates.criteria")]
    [InlineData("gates.criteria=[{name: a, metric: log loss, atMost: -0.1}]", "log loss, 0 or more", "at most -0.1")]
    [InlineData("gates.criteria=[{name: a, metric: MCC, atLeast: -2}]", "MCC, from -1 to 1")]
    [InlineData("gates.criteria=[{name: a, metric: AUC ROC, noWorseThan: champion, margin: 1}]", "worse by 1 at most")]
    [InlineData("gates.criteria=[{name: a, fairness: equalOpportunityDifference, groups: {column: sex}, atMost: 20}]", "from 0 to 1")]
    [InlineData("gates.criteria=[{name: a, budget: modelMebibytes, atMost: -1}]", "size in MiB, 0 or more")]
    [InlineData("gates.criteria=[{name: a, metric: AUC ROC, atLeast: .nan}]", "a number that is finite")]
    [InlineData("gates.criteria=[{name: a, metric: AUC ROC, betterThan: xgboost}]", "against itself", "xgboost (train.model)")]
    [InlineData("gates.criteria=[{name: Good, metric: AUC ROC, atLeast: 0.5}, {name: good, metric: F1, atLeast: 0.5}]", "two criteria are called Good and good")]
    [InlineData("gates.criteria=[{name: a, metric: AUC ROC, atLeast: 0.5}, {name: b, metric: AUC ROC, atLeast: 0.5}]", "two criteria ask the same: a and b")]
    [InlineData("gates.criteria=[{name: a, metric: NDCG@10, atLeast: 0.5}]", "each row's query", "LearningProblem (Query)")]
    [InlineData("review.metrics=[MRR]", "MRR", "review.metrics", "each row's query")]
    [InlineData("review.metrics=[AUC ROC, card precision@100]", "each row's time", "LearningProblem (Time)")]
    [InlineData("review.search.loss=squaredError", "review.search.loss", "classes have logLoss and error")]
    [InlineData("card.owners=[]", "card.owners is empty", "only people can say it")]
    [InlineData("card.owners=[somebody, \"  \"]", "an item of card.owners is blank")]
    [InlineData("card.purpose=\" \"", "card.purpose is blank")]
    [InlineData("card.columns=[{name: age, meaning: \"\"}]", "card.columns says nothing of age")]
    [InlineData("card.columns=[{name: age, meaning: a}, {name: age, meaning: b}]", "card.columns names age twice")]
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
    [InlineData("review.slices=[{where: {name: odd, sql: age +}}]", "review.slices[0]", "odd", "syntax error")]
    [InlineData("review.slices=[{where: {name: odd, sql: agee > 3}}]", "review.slices[0]", "agee", "Candidate bindings")]
    [InlineData("review.slices=[{values: {column: sex}}, {values: {column: aeg}}]", "review.slices[1]", "Did you mean age?")]
    [InlineData("review.slices=[{bins: {column: sex, quantiles: 4}}]", "review.slices[0]", "holds no numbers")]
    [InlineData("review.slices=[{values: {column: sex}}, {values: {column: sex}}]", "review.slices[1]", "Two slices have the same name")]
    [InlineData("review.slices=[{cross: {first: {values: {column: sex}}, second: {values: {column: rice}}}}]", "review.slices[0]", "Did you mean race?")]
    [InlineData("review.fairness=[{column: rase}]", "review.fairness[0]", "Did you mean race?")]
    [InlineData("review.search.columns=[nothing]", "review.search.columns", "nothing")]
    [InlineData("review.metrics=[precision@99999999]", "review.metrics", "precision@99999999 looks at more rows than there are.", "99,999,999", "600")]
    [InlineData("intervals.cluster=nothing", "intervals.cluster", "nothing")]
    [InlineData("leakage.entities=[{columns: [age, nobody]}]", "leakage.entities[0]", "nobody")]
    [InlineData("explain.permutation.groups=[{name: both, columns: [age, fnlwgt]}]", "explain.permutation.groups[0]", "fnlwgt")]
    [InlineData("card.columns=[{name: agee, meaning: years}]", "card.columns[0]", "Did you mean age?")]
    public async Task What_the_rows_do_not_have_is_told_with_its_place_before_anything_is_fitted(string setting, string name, params string[] said)
    {
        (await _space.RunAsync("--set", Easy, "--set", setting)).ShouldBe(2, _space.Printed);
        foreach (var part in said.Append($"--set {setting}").Append(name)) _space.Printed.ShouldContain(part);
        _space.Printed.ShouldNotContain("   at ");
        Directory.Exists(_space.PathOf("models")).ShouldBeFalse();
    }

    [Fact]
    public async Task A_slice_of_a_criterion_is_told_with_the_line_of_the_settings_and_mended_without_training_twice()
    {
        var settings = _space.Read("pipelines/income/settings.yaml");
        const string Criteria = """
            gates:
              criteria:
                - name: at every age
                  metric: AUC ROC
                  atLeast: 0.5
                  slices:
                    - where: {name: young, sql: "years < 40"}

            """;
        var gates = settings.IndexOf("gates:", StringComparison.Ordinal);
        _space.Write("pipelines/income/settings.yaml", settings[..gates] + Criteria + settings[settings.IndexOf("review:", StringComparison.Ordinal)..]);
        var line = settings[..gates].Count(letter => letter == '\n') + 7;
        var space = _space.WithItsGates();
        (await space.RunAsync()).ShouldBe(2, space.Printed);
        space.Printed.ShouldContain($"pipelines/income/settings.yaml:{line}\n");
        Directory.Exists(space.PathOf("models")).ShouldBeFalse();

        space.Write("pipelines/income/settings.yaml", space.Read("pipelines/income/settings.yaml").Replace("years < 40", "age < 40"));
        await space.SucceedAsync();
        space.Write("pipelines/income/settings.yaml", space.Read("pipelines/income/settings.yaml").Replace("age < 40", "age < 41"));
        await space.SucceedAsync();
        space.Printed.ShouldContain("CheckTestRows: ran");
        space.Printed.ShouldNotContain("FitModel: ran");
        JsonNode.Parse(space.Read("reports/income/slices.json"))!.AsArray().Select(size => $"{size!["setting"]} {size["slice"]}").ShouldContain("gates.criteria.at every age.slices[0] young");
    }

    [Fact]
    public async Task A_champion_that_is_nowhere_is_told_by_its_folder()
    {
        (await _space.RunAsync("--set", Easy, "--set", "gates.champion=models/nowhere")).ShouldNotBe(0, _space.Printed);
        _space.Printed.ShouldContain("models/nowhere");
        _space.Printed.ShouldNotContain("   at ");
    }

    /// <summary>One in seven earns what nobody would expect.</summary>
    static IEnumerable<string> Noisy(int rows) => CensusRows.Rows(rows).Select((row, place) => place % 7 != 3 ? row : row.EndsWith(">50K", StringComparison.Ordinal) ? row.Replace(">50K", "<=50K") : row.Replace("<=50K", ">50K"));

    ImmutableArray<BandedCurve> Curves() => new Json<ModelCurves>(_space.PathOf("reports/income/curves.json")).Read().Curves;

    JsonNode Decision => JsonNode.Parse(File.ReadAllText(_space.PathOf("reports/income/gate.json")))!;
}
