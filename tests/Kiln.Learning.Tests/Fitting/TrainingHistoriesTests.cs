using System.Collections.Immutable;
using Kiln.Learning.Ensembles;
using Kiln.Learning.Fitting;
using Kiln.Learning.Models;
using Kiln.Learning.Training;

namespace Kiln.Learning.Tests.Fitting;

public class TrainingHistoriesTests
{
    [Fact]
    public void Members_of_an_ensemble_have_a_course_each_and_what_is_solved_for_at_once_has_none()
    {
        var model = new EstimatorSettings { Ensemble = new EnsembleSettings { Members = [new() { Linear = new() }, new() { Xgboost = new() }, new() { Network = new() { Training = new() { Loss = LossKind.Focal } } }] } };
        var record = new FitRecord { Members = [new(), Fit(3, double.NaN), Fit(2, 0.5) with { BestEpoch = 1 }] };
        var histories = TrainingHistories.Of(model, Target.Binary("y"), record);
        histories.Select(history => $"{history.Name}: {history.Loss} by {history.Step}, {history.Points.Length}").ShouldBe(["Member 2, boosted trees: Binary cross entropy by Round, 3", "Member 3, network: Focal loss by Epoch, 2"]);
        (histories[1].Metric, histories[1].BestEpoch, histories[1].Points[1].ValidationMetric).ShouldBe(("average precision", 1, 0.8));
        histories[0].Points[0].ValidationMetric.ShouldBe(double.NaN);
        TrainingHistories.Of(new() { Linear = new() }, Target.Binary("y"), new()).ShouldBeEmpty();
    }

    static FitRecord Fit(int epochs, double validation) => new()
    {
        Epochs =
        [
            .. Enumerable.Range(1, epochs).Select(epoch => new EpochRecord
            {
                Epoch = epoch,
                TrainingLoss = 1.0 / epoch,
                ValidationLoss = validation,
                LearningRate = 0.1,
                Validation = double.IsNaN(validation) ? ImmutableSortedDictionary<string, double>.Empty : ImmutableSortedDictionary<string, double>.Empty.Add("average precision", 0.4 * epoch),
            }),
        ],
    };
}
