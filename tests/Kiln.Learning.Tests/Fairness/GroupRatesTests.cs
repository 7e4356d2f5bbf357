using System.Text.Json;
using Kiln.Data;
using Kiln.Learning.Evaluating;
using Kiln.Learning.Fairness;
using Kiln.Learning.Models;
using Kiln.Tests;

namespace Kiln.Learning.Tests.Fairness;

public class GroupRatesTests
{
    static readonly PandasFairness Pandas = JsonSerializer.Deserialize<PandasFairness>(
        File.ReadAllText(Path.Combine(Repository.Root, "tests", "Kiln.Learning.Tests", "Fairness", "pandas-fairness.json")), JsonSerializerOptions.Web)!;

    static readonly FairnessSettings Any = new() { Column = "group", LeastRows = 1, LeastOfClass = 1 };

    [Fact]
    public void Rates_and_measures_are_those_of_pandas()
    {
        foreach (var @case in Pandas.Cases)
        {
            var rates = GroupRates.Of(@case.Rows, @case.Judged with { Weights = @case.Weight }, Any);
            var report = rates.Report();
            foreach (var group in report.Groups)
            {
                group.SelectionRate.ShouldBe(@case.Selection[group.Name[8..]], 1e-12);
                group.TruePositiveRate.ShouldBe(@case.TruePositive[group.Name[8..]], 1e-12);
                group.FalsePositiveRate.ShouldBe(@case.FalsePositive[group.Name[8..]], 1e-12);
            }
            report.Groups.Length.ShouldBe(@case.Selection.Count);
            foreach (var (name, value) in @case.Figures)
            {
                var measure = Enum.Parse<FairnessMeasure>(name);
                report[measure].Value.ShouldBe(value, 1e-12);
                rates.Over(measure)(@case.Weight).ShouldBe(value, 1e-12);
            }
            report.Figures.Length.ShouldBe(@case.Figures.Count);
        }
    }

    [Fact]
    public void The_rates_are_counted_by_hand()
    {
        // Women: 3 of 4 selected, 2 of 2 positives, 1 of 2 negatives. Men: 1 of 4, 1 of 3, 0 of 1.
        var report = Report("wwwwmmmm", "11001110", "11101000");
        report.Groups.Select(group => (group.Name, group.Rows, group.Positives, group.Selected)).ShouldBe([("group = m", 4, 3, 1), ("group = w", 4, 2, 3)]);
        report[FairnessMeasure.DemographicParityDifference].ShouldBe(new() { Measure = FairnessMeasure.DemographicParityDifference, Value = 0.5, Lowest = "group = m", Highest = "group = w" });
        report[FairnessMeasure.DemographicParityRatio].Value.ShouldBe(1.0 / 3, 1e-15);
        report[FairnessMeasure.EqualOpportunityDifference].Value.ShouldBe(2.0 / 3, 1e-15);
        report[FairnessMeasure.EqualOpportunityRatio].Value.ShouldBe(1.0 / 3, 1e-15);
        report[FairnessMeasure.EqualizedOddsDifference].Value.ShouldBe(2.0 / 3, 1e-15);
        report[FairnessMeasure.EqualizedOddsRatio].Value.ShouldBe(0);
    }

    [Fact]
    public void Odds_are_as_unequal_as_the_worse_rate()
    {
        // True positive rates 1 and 1, false positive rates 1/2 and 0.
        Report("aaabbb", "100100", "110100")[FairnessMeasure.EqualizedOddsDifference].Value.ShouldBe(0.5);
        Report("aaabbb", "100100", "110100")[FairnessMeasure.EqualOpportunityDifference].Value.ShouldBe(0);
    }

    [Fact]
    public void A_small_group_is_named_and_not_compared()
    {
        var settings = Any with { LeastRows = 4 };
        var report = Report("aaaabbbbc", "111100001", "110010001", settings);
        report.Groups.Select(group => (group.Name, group.IsCompared)).ShouldBe([("group = a", true), ("group = b", true), ("group = c", false)]);
        report.Groups[2].SelectionRate.ShouldBe(1);
        report[FairnessMeasure.DemographicParityDifference].Highest.ShouldBe("group = a");
        // b has no positives: its true positive rate is unknown, and a has nothing to be compared with.
        report[FairnessMeasure.EqualOpportunityDifference].ShouldBe(new() { Measure = FairnessMeasure.EqualOpportunityDifference, Value = double.NaN });
        report.Groups[1].TruePositiveRate.ShouldBe(double.NaN);
    }

    [Fact]
    public void A_rate_of_few_positives_is_not_compared()
    {
        var settings = Any with { LeastOfClass = 2 };
        var report = Report("aaaabbbbcccc", "110011001000", "100011000000", settings);
        report[FairnessMeasure.EqualOpportunityDifference].ShouldBe(new() { Measure = FairnessMeasure.EqualOpportunityDifference, Value = 0.5, Lowest = "group = a", Highest = "group = b" });
        report[FairnessMeasure.DemographicParityDifference].Lowest.ShouldBe("group = c");
    }

    [Fact]
    public void What_does_not_count_changes_no_measure()
    {
        var judged = Judged("110011001", "101011001");
        var rows = Groups("aaaabbbbb");
        var rates = GroupRates.Of(rows, judged, Any);
        var without = GroupRates.Of(rows.Take([0, 1, 2, 4, 5, 6, 7]), judged.Where([0, 1, 2, 4, 5, 6, 7]), Any);
        foreach (var measure in Enum.GetValues<FairnessMeasure>())
        {
            rates.Over(measure)([1, 1, 1, 0, 1, 1, 1, 1, 0]).ShouldBe(without.Over(measure)([]));
            rates.Over(measure)([1, 1, 1, 1, 0, 0, 0, 0, 0]).ShouldBe(double.NaN);
        }
    }

    [Fact]
    public void Missing_values_are_a_group_and_numbers_may_be_ranges()
    {
        var rows = TableColumns.Of(Column.Of<double>("age", new[] { 20, 40, double.NaN, 70 }));
        var judged = Judged("1010", "1111");
        GroupRates.Of(rows, judged, Any with { Column = "age", Edges = [30, 60] }).Report().Groups.Select(group => group.Name)
            .ShouldBe(["age < 30", "30 ≤ age < 60", "age ≥ 60", "age: missing"]);
        GroupRates.Of(rows, judged, Any with { Column = "age" }).Report().Groups.Length.ShouldBe(4);
    }

    [Fact]
    public void One_group_has_nothing_to_be_compared_with()
    {
        var report = Report("aaaa", "1010", "1100");
        report.Figures.ShouldAllBe(figure => double.IsNaN(figure.Value) && figure.Lowest == null && figure.Highest == null);
        // Nobody is selected: no difference, and no ratio.
        var nobody = Report("aabb", "1010", "0000");
        nobody[FairnessMeasure.DemographicParityDifference].Value.ShouldBe(0);
        nobody[FairnessMeasure.DemographicParityRatio].Value.ShouldBe(double.NaN);
    }

    [Fact]
    public void What_cannot_be_compared_is_refused()
    {
        var values = new JudgedRows { Task = LearningTask.Regression, Outputs = 1, Answers = new[] { 1.0 }, Labels = new[] { 1.0 } };
        Should.Throw<UsageException>(() => GroupRates.Of(Groups("a"), values, Any)).Message.ShouldContain("Regression");
        Should.Throw<KilnException>(() => GroupRates.Of(Groups("ab"), Judged("1", "1"), Any)).Message.ShouldContain("answers");
        Should.Throw<KilnException>(() => GroupRates.Of(Groups("a"), Judged("1", "1"), Any with { Column = "goup" })).Message.ShouldContain("did you mean group?");
        var ids = TableColumns.Of(Column.Of<int>("group", Enumerable.Range(0, 101).ToArray()));
        var many = Judged(new string('1', 101), new string('1', 101));
        Should.Throw<UsageException>(() => GroupRates.Of(ids, many, Any)).Message.ShouldContain("at most");
    }

    static FairnessReport Report(string groups, string labels, string selected, FairnessSettings? settings = null) =>
        GroupRates.Of(Groups(groups), Judged(labels, selected), settings ?? Any).Report();

    static TableColumns Groups(string groups) => TableColumns.Of(Column.Texts("group", groups.Select(group => (string?)group.ToString()).ToArray()));

    static JudgedRows Judged(string labels, string selected) =>
        JudgedRows.Of(selected.Select(digit => digit == '1' ? 0.9 : 0.1).ToArray(), labels.Select(digit => digit == '1').ToArray());

    sealed record PandasFairness(string MadeWith, PandasFairness.Case[] Cases)
    {
        public sealed record Case(string[] Group, int[] Label, double[] Score, double[] Weight)
        {
            public Dictionary<string, double> Selection { get; init; } = [];
            public Dictionary<string, double> TruePositive { get; init; } = [];
            public Dictionary<string, double> FalsePositive { get; init; } = [];
            public Dictionary<string, double> Figures { get; init; } = [];

            public TableColumns Rows => TableColumns.Of(Column.Texts("group", Group));

            public JudgedRows Judged => JudgedRows.Of(Score, Array.ConvertAll(Label, label => label == 1));
        }
    }
}
