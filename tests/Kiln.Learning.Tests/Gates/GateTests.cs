using System.Text.Json;
using Kiln.Learning.Evaluating;
using Kiln.Learning.Evaluating.Resampling;
using Kiln.Learning.Gates;
using Kiln.Learning.Tests.Evaluating;
using Kiln.Learning.Tests.Evaluating.Resampling;

namespace Kiln.Learning.Tests.Gates;

public class GateTests
{
    static readonly SampleSize Enough = new(5_000, 400);

    static Measured Figure(double estimate, double deviation, string name = "AUC ROC") => new(name, Some.Spread(estimate, deviation), Enough);

    static Verdict Judge(Requirement requirement, double estimate, double deviation) => new Gate { Requirement = requirement }.Judge(Figure(estimate, deviation));

    [Theory]
    // The interval is the estimate ± 1.96 deviations.
    [InlineData(0.70, 0.01, "pass")]
    [InlineData(0.66, 0.01, "inconclusive")]
    [InlineData(0.64, 0.01, "inconclusive")]
    [InlineData(0.60, 0.01, "fail")]
    [InlineData(0.65, 0, "pass")]
    [InlineData(0.6499, 0, "fail")]
    public void A_figure_passes_where_its_interval_reaches_no_lower_than_the_limit_and_fails_where_it_is_all_below(double estimate, double deviation, string word)
    {
        Judge(Requirement.AtLeast(0.65), estimate, deviation).Word.ShouldBe(word);
        Judge(Requirement.AtMost(-0.65), -estimate, deviation).Word.ShouldBe(word);
    }

    [Theory]
    [InlineData(0.002, "pass")]
    [InlineData(-0.005, "pass")]
    [InlineData(-0.009, "inconclusive")]
    [InlineData(-0.02, "fail")]
    public void A_difference_may_be_worse_by_a_margin_in_either_direction(double difference, string word)
    {
        Judge(Requirement.NoWorseThan("the champion", 0.01), difference, 0.002).Word.ShouldBe(word);
        Judge(Requirement.NoWorseThan("the champion", 0.01, isHigherBetter: false), -difference, 0.002).Word.ShouldBe(word);
    }

    [Theory]
    [InlineData(0.01, 0.002, "pass")]
    [InlineData(0.003, 0.002, "inconclusive")]
    [InlineData(-0.01, 0.002, "fail")]
    // The very same answers are not better.
    [InlineData(0, 0, "fail")]
    public void Better_is_more_than_no_difference(double difference, double deviation, string word)
    {
        Judge(Requirement.BetterThan("the baseline"), difference, deviation).Word.ShouldBe(word);
        Judge(Requirement.BetterThan("the baseline", isHigherBetter: false), -difference, deviation).Word.ShouldBe(word);
    }

    [Fact]
    public void Reasons_tell_the_interval_and_the_requirement()
    {
        Judge(Requirement.AtLeast(0.65), 0.7, 0.01).Reason.ShouldBe("Estimate 0.7, 95 % interval 0.6804 to 0.7196: all of it is at least 0.65.");
        Judge(Requirement.AtMost(60), 70.5, 2).Reason.ShouldBe("Estimate 70.5, 95 % interval 66.58 to 74.42: none of it is at most 60.");
        Judge(Requirement.NoWorseThan("the champion", 0.01), -0.009, 0.002).Reason
            .ShouldBe("Estimate -0.009, 95 % interval -0.01292 to -0.005082: part of it is no worse than the champion by more than 0.01, part of it is not. More rows may tell.");
    }

    [Fact]
    public void Few_rows_or_few_of_either_class_say_nothing()
    {
        var gate = new Gate { Requirement = Requirement.AtLeast(0.65), LeastRows = 200, LeastPositives = 50 };
        Verdict Of(SampleSize size) => gate.Judge(new("AUC ROC", Some.Spread(0.9, 0.01), size));

        Of(new(199, 100)).ShouldBeOfType<Verdict.Inconclusive>().Reason.ShouldBe("There are 199 rows; fewer than 200 say too little.");
        Of(new(5_000, 49)).ShouldBeOfType<Verdict.Inconclusive>().Reason.ShouldBe("There are 49 positives; fewer than 50 say too little.");
        Of(new(5_000, 4_951)).ShouldBeOfType<Verdict.Inconclusive>().Reason.ShouldBe("There are 49 negatives; fewer than 50 say too little.");
        Of(new(200, 50)).ShouldBeOfType<Verdict.Pass>();
        Of(new(200)).ShouldBeOfType<Verdict.Pass>();
    }

    [Fact]
    public void Without_an_interval_nothing_is_said_but_why()
    {
        var undefined = new Bootstrap { Resamples = 200 }.Run(_ => double.NaN, ResamplingUnits.OfRows(5_000));
        var verdict = new Gate { Requirement = Requirement.AtLeast(0.65) }.Judge(new("AUC ROC", undefined, Enough));

        verdict.ShouldBeOfType<Verdict.Inconclusive>().Reason.ShouldBe("There is no interval. The statistic of the 5,000 rows is itself undefined.");
        (verdict.Evidence.Estimate, verdict.Evidence.Lower, verdict.Evidence.Upper).ShouldBe((null, null, null));
    }

    [Fact]
    public void One_of_many_that_looks_bad_by_chance_fails_nothing_and_one_that_is_bad_does()
    {
        var gate = new Gate { Requirement = Requirement.NoWorseThan("the champion", 0) };
        Measured[] slices = [.. Enumerable.Range(1, 18).Select(slice => Figure(0.001, 0.01, $"slice {slice}"))];

        // On its own, 2.2 deviations on the wrong side are a failure.
        gate.Judge(Figure(-0.022, 0.01)).ShouldBeOfType<Verdict.Fail>();
        var verdicts = gate.JudgeTogether([.. slices, Figure(-0.022, 0.01, "unlucky"), Figure(-0.04, 0.01, "worse")]);

        verdicts[18].ShouldBeOfType<Verdict.Inconclusive>().Reason.ShouldContain("But of 20 tests one may come out so by chance: p = 0.0139");
        verdicts[19].ShouldBeOfType<Verdict.Fail>().Reason.ShouldContain("after Holm's correction");
        (verdicts[19].Evidence.Tests, verdicts[19].Evidence.AdjustedPValue).ShouldBe((20, 20 * verdicts[19].Evidence.PValue));
        Verdict.Deciding(verdicts).Gate.ShouldBe("worse");
    }

    [Fact]
    public void Slices_of_few_rows_are_not_tested_and_do_not_count_but_undefined_ones_do()
    {
        var gate = new Gate { Requirement = Requirement.NoWorseThan("the champion", 0) };
        var undefined = new Bootstrap { Resamples = 10_000 }.Run(_ => double.NaN, ResamplingUnits.OfRows(5_000));
        var verdicts = gate.JudgeTogether([Figure(-0.022, 0.01, "a"), Figure(0.1, 0.01, "b") with { Size = new(20, 3) }, new("c", undefined, Enough), Figure(0.05, 0.01, "d")]);

        verdicts.Select(verdict => verdict.Word).ShouldBe(["inconclusive", "inconclusive", "inconclusive", "pass"]);
        verdicts[0].Evidence.Tests.ShouldBe(3);
        verdicts[1].Reason.ShouldStartWith("There are 20 rows");
        verdicts[2].Reason.ShouldStartWith("There is no interval.");
        Verdict.Deciding(verdicts).Gate.ShouldBe("a");
    }

    [Fact]
    public void A_planted_regression_is_found_in_its_slice()
    {
        var auc = Metric.Parse("AUC ROC");
        Measured Slice(int slice, double spoiled)
        {
            var (scores, labels) = FakeScores.Make(rows: 4_000, seed: slice);
            var random = new Random(slice);
            double[] challenger = [.. scores.Select(score => random.NextDouble() < spoiled ? random.NextDouble() : score)];
            var difference = Bootstrap.Difference(auc.Over(JudgedRows.Of(challenger, labels)), auc.Over(JudgedRows.Of(scores, labels)));
            return new($"slice {slice}", new Bootstrap().Run(difference, ResamplingUnits.OfRows(4_000)), new(4_000, labels.Count(true)));
        }
        var gate = new Gate { Requirement = Requirement.NoWorseThan("the champion", 0.02), LeastPositives = 20 };
        var verdicts = gate.JudgeTogether([Slice(1, 0), Slice(2, 0.5), Slice(3, 0)]);

        verdicts.Select(verdict => verdict.Word).ShouldBe(["pass", "fail", "pass"]);
    }

    [Fact]
    public void So_few_resamples_that_nothing_could_fail_are_refused()
    {
        var gate = new Gate { Requirement = Requirement.NoWorseThan("the champion", 0) };
        var error = Should.Throw<KilnException>(() => gate.JudgeTogether([.. Enumerable.Range(0, 20).Select(slice => new Measured($"slice {slice}", Some.Spread(0, 0.01, resamples: 500), Enough))]));
        error.What.ShouldBe("So few resamples cannot tell one of so many tests from chance.");
        error.Message.ShouldContain("800 resamples at the very least");
    }

    [Fact]
    public void Requirements_that_mean_nothing_are_refused()
    {
        Should.Throw<KilnException>(() => Requirement.AtLeast(double.NaN)).What.ShouldBe("A requirement's limit is not a finite number.");
        Should.Throw<KilnException>(() => Requirement.NoWorseThan("the champion", -0.01)).What.ShouldBe("A margin is negative.");
        Should.Throw<KilnException>(() => new Gate { Requirement = Requirement.AtLeast(0), Confidence = 1 }.Judge(Figure(1, 1))).Message.ShouldContain("Confidence");
        Should.Throw<ArgumentException>(() => Verdict.Deciding([]));
    }

    [Fact]
    public void Verdicts_go_to_json_and_come_back_whole()
    {
        Verdict[] verdicts = [Judge(Requirement.AtLeast(0.65), 0.7, 0.01), Judge(Requirement.AtLeast(0.65), 0.6, 0.01), Judge(Requirement.AtLeast(0.65), 0.65, 0.01)];
        var json = JsonSerializer.Serialize(verdicts);

        json.ShouldContain("\"verdict\":\"inconclusive\"");
        JsonSerializer.Deserialize<Verdict[]>(json).ShouldBe(verdicts);
    }
}
