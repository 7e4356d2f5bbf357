using System.Collections.Immutable;
using Kiln.Data;
using Kiln.Learning.Fairness;
using Kiln.Learning.Leakage;
using Kiln.Learning.Slicing;

namespace Kiln.Tests.Judging;

/// <summary>Settings of slices, fairness and leaks as YAML brings them to a stage.</summary>
public sealed class JudgingSettingsTests : IDisposable
{
    const string Yaml = """
        judging:
          slices:
            - values: {column: town, leastRows: 1}
            - bins: {column: age, edges: [30, 60.5]}
            - bins: {column: age, quantiles: 2}
            - where: {name: "grown-ups", sql: "age >= 18"}
            - cross: {first: {values: {column: town, leastRows: 2}}, second: {where: {name: old, sql: "age > 60"}}}
          search: {columns: [town, age], loss: error, mostPredicates: 3, leastRows: 2, leastShare: 0}
          fairness:
            - {column: town}
            - {column: age, edges: [40], leastRows: 100}
          leakage: {mostDuplicates: 0.01, entities: [{columns: [town, age], mostShare: 1}], times: [{feature: known, label: decided}]}
        """;

    readonly TrialSpace _space = new(new("judging", pipeline => pipeline.Add<Judging>()));

    public void Dispose() => _space.Dispose();

    [Fact]
    public async Task Every_setting_arrives()
    {
        _space.Write("pipelines/judging/settings.yaml", Yaml);
        await _space.SucceedAsync();
        Told().ShouldBe([
            "town = Bern: 1", "town = Biel: 2", "age < 30: 1", "30 ≤ age < 60.5: 1", "age ≥ 60.5: 1", "age < 40: 1", "age ≥ 40: 2", "grown-ups: 3",
            "town = Biel & old: 1", "town: other & old: 0", "search Error 3", "fairness town, age 40", "leakage 0.01 town+age known"]);
    }

    [Fact]
    public async Task An_edit_of_an_expression_runs_the_stage_again()
    {
        _space.Write("pipelines/judging/settings.yaml", Yaml);
        await _space.SucceedAsync();
        _space.Write("pipelines/judging/settings.yaml", Yaml.Replace("age >= 18", "age >= 28"));
        await _space.SucceedAsync();
        Told().ShouldContain("grown-ups: 2");
        await _space.SucceedAsync();
        _space.Printed.ShouldNotContain(" ran");
    }

    [Fact]
    public async Task What_is_wrong_is_told_with_its_name()
    {
        _space.Write("pipelines/judging/settings.yaml", Yaml.Replace("age >= 18", "agee >= 18"));
        await _space.FailAsync(1, "grown-ups", "agee", "Candidate bindings");
        _space.Write("pipelines/judging/settings.yaml", Yaml.Replace("mostPredicates: 3", "mostPredicates: 4"));
        await _space.FailAsync(2, "mostPredicates");
        _space.Write("pipelines/judging/settings.yaml", Yaml.Replace("edges: [30, 60.5]", "edges: [30, 20]"));
        await _space.FailAsync(2, "the edges of bins rise", "settings.yaml:4");
    }

    string[] Told() => new Json<string[]>(_space.PathOf("reports/judging.json")).Read();
}

public sealed record JudgingSettings
{
    public ImmutableArray<SliceSettings> Slices { get; init; } = [];

    public SliceSearchSettings Search { get; init; } = new();

    public ImmutableArray<FairnessSettings> Fairness { get; init; } = [];

    public LeakageSettings Leakage { get; init; } = new();
}

public sealed class Judging(JudgingSettings settings) : Stage
{
    public Output<Json<string[]>> Slices { get; } = new("reports/judging.json");

    protected override Task RunAsync(StageRun run)
    {
        var rows = TableColumns.Of(Column.Texts("town", new string?[] { "Biel", "Bern", "Biel" }), Column.Of<int>("age", new[] { 20, 40, 70 }));
        run.Open(Slices).Write([
            .. SlicePlan.All(settings.Slices.Select(slice => slice.Choose()), rows).Select(slice => $"{slice.Name}: {slice.Rows.Length}"),
            $"search {settings.Search.Loss} {settings.Search.MostPredicates}",
            $"fairness {string.Join(", ", settings.Fairness.Select(groups => $"{groups.Column} {string.Join(" ", groups.Edges)}".Trim()))}",
            $"leakage {settings.Leakage.MostDuplicates} {string.Join("+", settings.Leakage.Entities[0].Columns)} {settings.Leakage.Times[0].Feature}"]);
        return Task.CompletedTask;
    }
}
