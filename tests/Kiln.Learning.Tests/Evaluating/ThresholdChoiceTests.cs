using Kiln.Learning.Evaluating;

namespace Kiln.Learning.Tests.Evaluating;

public class ThresholdChoiceTests
{
    static readonly Ranking Small = Ranking.Of([0.9, 0.8, 0.8, 0.6, 0.4], [true, true, false, true, false]);

    [Fact]
    public void Greatest_f1_takes_the_best_of_all_distinct_scores()
    {
        var choice = ThresholdChoice.GreatestF1(Small);
        choice.Threshold.ShouldBe(0.6); // 3 of 3 found in 4 alerts: F1 = 6/7
        choice.Outcome.F1.ShouldBe(6.0 / 7);
    }

    [Fact]
    public void Of_equal_f1_the_threshold_that_flags_fewer_rows_is_taken()
    {
        var ranking = Ranking.Of([0.9, 0.8, 0.7, 0.6], [true, false, false, true]); // F1 is 2/3 at 0.9 and again at 0.6
        ThresholdChoice.GreatestF1(ranking).Threshold.ShouldBe(0.9);
    }

    [Theory]
    [InlineData(1, 0.9)]
    [InlineData(2, 0.9)] // the two rows at 0.8 stand or fall together
    [InlineData(3, 0.8)]
    [InlineData(99, 0.4)]
    public void An_alert_budget_is_used_as_far_as_it_goes_and_never_exceeded(long budget, double threshold)
    {
        var choice = ThresholdChoice.AlertBudget(Small, budget);
        choice.Threshold.ShouldBe(threshold);
        choice.Outcome.Alerts.ShouldBeLessThanOrEqualTo(budget);
    }

    [Fact]
    public void A_budget_that_no_threshold_can_keep_is_refused() =>
        Should.Throw<KilnException>(() => ThresholdChoice.AlertBudget(Ranking.Of([0.5, 0.5], [true, false]), 1))
            .What.ShouldBe("No threshold keeps within the alert budget.");

    [Theory]
    [InlineData(0.1, 0.9)] // precision counts more: the one surest alert
    [InlineData(1, 0.6)]
    [InlineData(2, 0.6)]
    public void The_greatest_f_beta_is_taken(double beta, double threshold)
    {
        var choice = ThresholdChoice.GreatestF(Small, beta);
        choice.Outcome.F(beta).ShouldBe(Enumerable.Range(0, Small.Steps).Max(step => Small.At(step).F(beta)));
        choice.Threshold.ShouldBe(threshold);
        choice.Rule.ShouldBe($"greatest F{beta} on the validation rows");
    }

    [Theory]
    [InlineData(1, 1, 0.6)]
    [InlineData(10, 1, 0.6)] // all found, one false alarm
    [InlineData(1, 3, 0.9)] // a false alarm costs three misses: only the surest
    public void The_least_cost_is_taken(double miss, double falseAlarm, double threshold)
    {
        var choice = ThresholdChoice.LeastCost(Small, miss, falseAlarm);
        choice.Threshold.ShouldBe(threshold);
        Cost(choice.Outcome).ShouldBe(Enumerable.Range(0, Small.Steps).Min(step => Cost(Small.At(step))));

        double Cost(Confusion outcome) => (miss * outcome.FalseNegatives) + (falseAlarm * outcome.FalsePositives);
    }

    [Fact]
    public void Where_every_alarm_costs_more_than_it_saves_nothing_is_flagged()
    {
        var choice = ThresholdChoice.LeastCost(Ranking.Of([0.9, 0.5], [false, true]), missCost: 1, falseAlarmCost: 5);
        choice.Outcome.Alerts.ShouldBe(0);
        choice.Threshold.ShouldBe(Math.BitIncrement(0.9));
        Should.Throw<KilnException>(() => ThresholdChoice.LeastCost(Small, 0, 1)).What.ShouldBe("The cost of a miss must be a number above 0.");
        Should.Throw<KilnException>(() => ThresholdChoice.GreatestF(Small, double.NaN)).What.ShouldBe("The beta must be a number above 0.");
    }
}
