using System.ComponentModel.DataAnnotations;
using Kiln.Learning.Evaluating;

namespace Kiln.Learning.Tests.Evaluating;

public class ThresholdSettingsTests
{
    static readonly Ranking Validation = Ranking.Of([0.9, 0.8, 0.7, 0.6, 0.5, 0.4], [true, false, true, true, false, false]);

    [Fact]
    public void Each_rule_chooses_by_what_it_says()
    {
        new ThresholdSettings().Choose(Validation).Rule.ShouldBe("greatest F1 on the validation rows");
        new ThresholdSettings { FBeta = 2 }.Choose(Validation).Threshold.ShouldBe(0.6);
        // A false alarm as dear as ten misses: only the first row is worth an alarm.
        new ThresholdSettings { Cost = new() { Miss = 1, FalseAlarm = 10 } }.Choose(Validation).Threshold.ShouldBe(0.9);
        new ThresholdSettings { Cost = new() { Miss = 10, FalseAlarm = 1 } }.Choose(Validation).Threshold.ShouldBe(0.6);
        new ThresholdSettings { AlertBudget = 2 }.Choose(Validation).Threshold.ShouldBe(0.8);
    }

    [Fact]
    public void Two_rules_are_refused()
    {
        IValidatableObject both = new ThresholdSettings { FBeta = 1, AlertBudget = 5 };
        both.Validate(new(both)).Single().ErrorMessage!.ShouldContain("here are fBeta and alertBudget");
    }
}
