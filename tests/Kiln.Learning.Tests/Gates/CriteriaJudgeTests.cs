using System.Collections.Immutable;
using Kiln.Data;
using Kiln.Learning.Evaluating;
using Kiln.Learning.Evaluating.Resampling;
using Kiln.Learning.Fairness;
using Kiln.Learning.Gates;
using Kiln.Learning.Models;
using Kiln.Learning.Slicing;
using Kiln.Learning.Tests.Evaluating;

namespace Kiln.Learning.Tests.Gates;

public class CriteriaJudgeTests
{
    const int Rows = 4000;

    static readonly IntervalSettings Intervals = new() { Resamples = 400 };

    [Theory]
    [InlineData(0.6, "pass")]
    [InlineData(0.995, "fail")]
    public void A_figure_is_held_to_its_limit(double limit, string word)
    {
        var verdict = Judge(new() { Name = "ranks", Metric = "AUC ROC", AtLeast = limit }).Deciding;
        verdict.Word.ShouldBe(word);
        verdict.Evidence.Estimate!.Value.ShouldBe(Metric.Parse("AUC ROC").Of(Model(0).Rows), 1e-12);
        verdict.Evidence.Positives.ShouldBe(Model(0).Rows.Labels.Span.Count(1.0));
    }

    [Fact]
    public void A_limit_within_the_interval_is_inconclusive()
    {
        var estimate = Metric.Parse("AUC ROC").Of(Model(0).Rows);
        Judge(new() { Name = "ranks", Metric = "AUC ROC", AtLeast = estimate }).Deciding.ShouldBeOfType<Verdict.Inconclusive>();
    }

    [Fact]
    public void A_model_that_is_worse_than_another_by_noise_is_found_by_pairs()
    {
        Judge(new() { Name = "better", Metric = "AUC ROC", BetterThan = "noisy" }).Deciding.ShouldBeOfType<Verdict.Pass>();
        Judge(new() { Name = "worse", Metric = "log loss", NoWorseThan = "noisy" }).Deciding.ShouldBeOfType<Verdict.Pass>();
        var turned = Model(0) with { Rows = Model(0).Others["noisy"], Others = ImmutableDictionary<string, JudgedRows>.Empty.Add("good", Model(0).Rows) };
        Judge(new() { Name = "worse", Metric = "AUC ROC", NoWorseThan = "good", Margin = 0.001 }, turned).Deciding.ShouldBeOfType<Verdict.Fail>();
        Judge(new() { Name = "worse", Metric = "AUC ROC", NoWorseThan = "good", Margin = 0.5 }, turned).Deciding.ShouldBeOfType<Verdict.Pass>();
    }

    [Fact]
    public void A_model_is_no_better_than_itself()
    {
        var same = Model(0) with { Others = ImmutableDictionary<string, JudgedRows>.Empty.Add("same", Model(0).Rows) };
        Judge(new() { Name = "better", Metric = "AUC ROC", BetterThan = "same" }, same).Deciding.ShouldNotBeOfType<Verdict.Pass>();
        Judge(new() { Name = "as good", Metric = "AUC ROC", NoWorseThan = "same" }, same).Deciding.ShouldBeOfType<Verdict.Pass>();
    }

    [Fact]
    public void Each_slice_has_to_reach_the_limit_and_an_empty_one_tells_nothing()
    {
        var result = Judge(new()
        {
            Name = "everywhere",
            Metric = "AUC ROC",
            AtLeast = 0.6,
            Slices = [new() { Values = new() { Column = "REGION" } }, new() { Where = new() { Name = "nowhere", Sql = "REGION = 'west'" } }],
        });
        result.Verdicts.Select(verdict => (verdict.Gate, verdict.Word)).ShouldBe([("REGION = north", "pass"), ("REGION = south", "pass"), ("nowhere", "inconclusive")]);
        result.Deciding.Gate.ShouldBe("nowhere");
        result.Deciding.Reason.ShouldContain("0 rows");
    }

    [Fact]
    public void Rows_of_a_cluster_are_drawn_together_so_that_intervals_are_wider()
    {
        double Width(string? cluster)
        {
            var evidence = new CriteriaJudge(new(), Intervals with { Cluster = cluster }, Model(0)).Judge(new() { Name = "error", Metric = "log loss", AtMost = 1 }).Deciding.Evidence;
            return evidence.Upper!.Value - evidence.Lower!.Value;
        }

        Width("CARD").ShouldBeGreaterThan(1.3 * Width(null));
    }

    [Fact]
    public void Groups_that_are_treated_alike_pass_and_others_do_not()
    {
        var criterion = new Criterion { Name = "fair", Fairness = FairnessMeasure.DemographicParityDifference, Groups = new() { Column = "REGION" }, AtMost = 0.05 };
        Judge(criterion).Deciding.ShouldBeOfType<Verdict.Pass>();
        var model = Model(0);
        var answers = model.Rows.Answers.ToArray();
        for (var row = 0; row < Rows; row++)
            if (model.Columns["REGION"].TextAt(row) == "north" && row % 3 == 0) answers[row] = 0.9;
        Judge(criterion, model with { Rows = model.Rows with { Answers = answers } }).Deciding.ShouldBeOfType<Verdict.Fail>();
    }

    [Fact]
    public void Two_clusters_tell_nothing_however_many_rows_they_have()
    {
        var verdict = new CriteriaJudge(new(), Intervals with { Cluster = "REGION" }, Model(0)).Judge(new() { Name = "ranks", Metric = "AUC ROC", AtLeast = 0.5 }).Deciding;
        verdict.ShouldBeOfType<Verdict.Inconclusive>();
        verdict.Reason.ShouldContain("2 clusters");
    }

    [Fact]
    public void The_upper_end_of_a_maximum_of_differences_is_not_below_that_of_one_of_them()
    {
        double UpperOf(FairnessMeasure measure) => Judge(new() { Name = "fair", Fairness = measure, Groups = new() { Column = "REGION" }, AtMost = 1 }).Deciding.Evidence.Upper!.Value;

        UpperOf(FairnessMeasure.EqualizedOddsDifference).ShouldBeGreaterThanOrEqualTo(UpperOf(FairnessMeasure.EqualOpportunityDifference));
    }

    [Fact]
    public void Of_slices_that_all_pass_the_one_nearest_to_the_limit_decides()
    {
        var result = Judge(new() { Name = "everywhere", Metric = "log loss", AtMost = 2, Slices = [new() { Values = new() { Column = "REGION" } }] });
        result.Deciding.Evidence.Upper.ShouldBe(result.Verdicts.Max(verdict => verdict.Evidence.Upper));
        result.Reason.ShouldStartWith(result.Deciding.Gate);
    }

    [Fact]
    public void A_budget_is_met_or_not()
    {
        var model = Model(0) with { Cost = new() { ModelBytes = 3 << 20, RowMicroseconds = 40, RowMicroseconds99 = 90, RowsPerSecond = 1e6 } };
        Judge(new() { Name = "small", Budget = Budget.ModelMebibytes, AtMost = 3 }, model).Deciding.ShouldBeOfType<Verdict.Pass>();
        Judge(new() { Name = "small", Budget = Budget.ModelMebibytes, AtMost = 2.9 }, model).Deciding.ShouldBeOfType<Verdict.Fail>();
        Judge(new() { Name = "quick", Budget = Budget.RowMicroseconds, AtMost = 39 }, model).Deciding.Reason.ShouldContain("40 µs");
    }

    [Fact]
    public void Without_a_champion_there_is_nothing_to_be_worse_than()
    {
        var verdict = Judge(new() { Name = "no regression", Metric = "AUC ROC", NoWorseThan = Criterion.Champion }).Deciding;
        verdict.ShouldBeOfType<Verdict.Pass>();
        verdict.Reason.ShouldContain("no champion yet");
    }

    [Fact]
    public void Weights_of_rows_count_in_figures_and_draws()
    {
        var model = Model(0);
        var weights = Enumerable.Range(0, Rows).Select(row => row % 2 == 0 ? 0.0 : 3.0).ToArray();
        var half = Enumerable.Range(0, Rows).Where(row => row % 2 == 1).ToArray();
        var evidence = Judge(new() { Name = "error", Metric = "log loss", AtMost = 1 }, model with { Rows = model.Rows with { Weights = weights } }).Deciding.Evidence;
        evidence.Estimate!.Value.ShouldBe(Metric.Parse("log loss").Of(model.Rows.Where(half)), 1e-12);
    }

    static CriterionResult Judge(Criterion criterion, JudgedModel? model = null) => new CriteriaJudge(new(), Intervals, model ?? Model(0)).Judge(criterion);

    /// <summary>A good model beside one that is the same with noise; ten rows a card, which are alike.</summary>
    static JudgedModel Model(int seed)
    {
        var random = new Random(seed);
        var (scores, noisy, labels, regions, cards) = (new double[Rows], new double[Rows], new bool[Rows], new string?[Rows], new int[Rows]);
        for (var row = 0; row < Rows; row++)
        {
            cards[row] = row / 10;
            regions[row] = random.Next(2) == 0 ? "north" : "south";
            var chance = new Random(cards[row]).NextDouble();
            labels[row] = random.NextDouble() < chance * 0.6;
            scores[row] = Math.Clamp((chance * 0.5) + 0.05 + (labels[row] ? 0.2 : 0), 0.01, 0.99);
            noisy[row] = Math.Clamp(scores[row] + (0.5 * (random.NextDouble() - 0.5)), 0.01, 0.99);
        }
        return new()
        {
            Candidate = "good",
            Columns = TableColumns.Of(Column.Texts("REGION", regions), Column.Of<int>("CARD", cards)),
            Rows = JudgedRows.Of(scores, labels),
            Others = ImmutableDictionary<string, JudgedRows>.Empty.Add("noisy", JudgedRows.Of(noisy, labels)),
        };
    }
}

public class GateDecisionTests
{
    static readonly Evidence Some = new()
    {
        Requirement = "at least 1",
        Limit = 1,
        Estimate = 1,
        Lower = 0.5,
        Upper = 1.5,
        Confidence = 0.95,
        Rows = 10,
        Positives = null,
        Units = 10,
        Resamples = 100,
        UndefinedResamples = 0,
        Seed = 0,
    };

    [Theory]
    [InlineData(InconclusiveMeans.Fail, false)]
    [InlineData(InconclusiveMeans.Pass, true)]
    public void What_is_inconclusive_is_what_the_settings_say(InconclusiveMeans means, bool passes) =>
        GateDecision.Of(Report(new Verdict.Inconclusive { Gate = "x", Reason = "few rows", Evidence = Some }), new(means, null)).IsPassed.ShouldBe(passes);

    [Fact]
    public void A_failure_is_one_whatever_the_settings_say_and_is_told_with_its_reason()
    {
        var decision = GateDecision.Of(Report(new Verdict.Fail { Gate = "x", Reason = "too low", Evidence = Some }), new(InconclusiveMeans.Pass, null));
        decision.IsPassed.ShouldBeFalse();
        decision.Refusals.ShouldBe([new("criterion", "fail", "too low")]);
    }

    [Fact]
    public void An_override_is_recorded_where_it_was_needed_and_not_where_it_was_not()
    {
        var allowed = new GateOverride("the risk owner", "a pilot of one week");
        GateDecision.Of(Report(new Verdict.Fail { Gate = "x", Reason = "too low", Evidence = Some }), new(InconclusiveMeans.Fail, allowed)).Override.ShouldBe(allowed);
        GateDecision.Of(Report(new Verdict.Pass { Gate = "x", Reason = "fine", Evidence = Some }), new(InconclusiveMeans.Fail, allowed)).Override.ShouldBeNull();
        GateDecision.Of(Report(new Verdict.Pass { Gate = "x", Reason = "fine", Evidence = Some }), new(InconclusiveMeans.Fail, allowed)).UnneededOverride.ShouldBe(allowed);
        GateDecision.Of(Report(new Verdict.Fail { Gate = "x", Reason = "too low", Evidence = Some }), new(InconclusiveMeans.Fail, allowed)).UnneededOverride.ShouldBeNull();
    }

    static GateReport Report(Verdict verdict) => new() { Candidate = "model", Intervals = "", Criteria = [new() { Name = "criterion", Figure = "x", Verdicts = [verdict] }] };
}
