using Kiln.Learning.Models;
using Kiln.Tests.Learning.Training;

namespace Kiln.Tests.Learning.Models;

public sealed class BaselineTests
{
    [Fact]
    public void The_baseline_answers_with_the_weighted_share_or_mean()
    {
        var rows = new FitRows { Features = new([new() { Name = "X" }], new float[4]), Labels = new float[] { 0, 1, 1, 0 }, Weights = new float[] { 1, 1, 1, 5 }, Target = Target.Binary("Y") };
        Answer(rows).ShouldBe([0.25f]);
        Answer(rows with { Target = Target.Regression("Y"), Labels = new float[] { 10, 20, 30, 4 }, Weights = default }).ShouldBe([16f]);
        Answer(rows with { Target = Target.MultiClass("Y", "a", "b", "c"), Labels = new float[] { 0, 2, 2, 1 }, Weights = default }).ShouldBe([0.25f, 0.25f, 0.5f]);
    }

    static float[] Answer(FitRows rows)
    {
        using var predictor = new BaselineEstimator().Fit(rows, null, new()).Predictor;
        var answers = predictor.Answers(rows);
        return answers[^rows.Target.Outputs..];
    }
}
