using System.Text.Json;
using Kiln.Learning.Fitting;
using Kiln.Learning.Models;
using Kiln.Learning.Training;
using Kiln.Tests;

namespace Kiln.Learning.Tests.Fitting;

/// <summary>The curves by which candidates are compared, beside those of scikit-learn and numpy (scikit-learn-curves.py).</summary>
public class FoldCurvesTests
{
    static readonly Expected Python = JsonSerializer.Deserialize<Expected>(
        File.ReadAllText(Path.Combine(Repository.Root, "tests", "Kiln.Learning.Tests", "Fitting", "scikit-learn-curves.json")), JsonSerializerOptions.Web)!;

    [Fact]
    public void Two_classes_have_the_curves_of_scikit_learn()
    {
        var curves = FoldCurves.Of(new(Target.Binary("y"), Python.Scores), Python.Labels);
        curves.Select(curve => curve.Name).ShouldBe(["ROC curve", "Precision-recall curve"]);
        curves[0].Values.ShouldBe(Python.Roc, 1e-9);
        curves[1].Values.ShouldBe(Python.Precision, 1e-9);
    }

    [Fact]
    public void Several_classes_have_the_accuracy_of_the_surest_answers() =>
        FoldCurves.Of(new(Target.MultiClass("y", "a", "b", "c"), Python.Probabilities), Python.Classes).ShouldHaveSingleItem().Values.ShouldBe(Python.Surest, 1e-9);

    [Fact]
    public void Values_have_the_share_of_rows_within_an_error()
    {
        var curve = FoldCurves.Of(new(Target.Regression("y"), Python.Answers), Python.Values).ShouldHaveSingleItem();
        curve.Values.ShouldBe(Python.Within, 1e-9);
        curve.Most.ShouldBe(1.5);
    }

    [Theory]
    [InlineData(0, 0, 0, 0)]
    [InlineData(1, 1, 1, 1)]
    [InlineData(40, 40, 1, 40)]
    [InlineData(1000, 101, 1, 1000)]
    public void Losses_are_thinned_from_the_first_epoch_to_the_last(int epochs, int kept, double first, double last)
    {
        var losses = FoldCurves.LossesOf(new() { Epochs = [.. Enumerable.Range(1, epochs).Select(epoch => new EpochRecord { Epoch = epoch, TrainingLoss = epoch, ValidationLoss = double.NaN, LearningRate = 1 })] });
        losses.Length.ShouldBe(kept);
        (losses.FirstOrDefault(), losses.LastOrDefault()).ShouldBe((first, last));
    }

    sealed record Expected(float[] Labels, float[] Scores, double[] Roc, double[] Precision, float[] Classes, float[] Probabilities, double[] Surest)
    {
        public float[] Values { get; init; } = [];
        public float[] Answers { get; init; } = [];
        public double[] Within { get; init; } = [];
    }
}
