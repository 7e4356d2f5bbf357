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
}
