using Kiln.Learning.Ensembles;
using Kiln.Learning.Models;
using Kiln.Tests.Learning.Training;

namespace Kiln.Tests.Learning.Models;

public sealed class EnsembleTests
{
    static readonly EnsembleMember strong = new() { Linear = new() { L2 = 0.1 }, Weight = 3 };
    static readonly EnsembleMember weak = new() { Linear = new() { L2 = 1000 } };

    [Fact]
    public void Two_classes_are_answered_by_the_weighted_mean_of_the_log_odds()
    {
        var rows = TrainingData.Make(200, 1);
        var (one, other, both) = (Answers(rows, strong.Model), Answers(rows, weak.Model), Answers(rows, new() { Ensemble = new() { Members = [strong, weak] } }));
        // Single precision does not tell how sure an answer is that is very sure.
        foreach (var row in Enumerable.Range(0, rows.Rows).Where(row => one[row] is > 1e-4f and < 0.9999f))
            LogOdds(both[row]).ShouldBe((0.75 * LogOdds(one[row])) + (0.25 * LogOdds(other[row])), 1e-3);

        static double LogOdds(float probability) => Math.Log(probability / (1.0 - probability));
    }

    [Fact]
    public void Several_classes_are_answered_with_probabilities_that_sum_to_one()
    {
        var rows = TrainingData.Make(200, 1) with { Target = Target.MultiClass("CLASS", "a", "b", "c") };
        rows = rows with { Labels = Enumerable.Range(0, 200).Select(row => rows.Labels.Span[row] == 0 ? 0f : (row % 2) + 1).ToArray() };
        var answers = Answers(rows, new() { Ensemble = new() { Members = [strong, weak] } });
        answers.Chunk(3).ShouldAllBe(row => Math.Abs(row.Sum() - 1) < 1e-5);
    }

    [Fact]
    public void A_member_may_learn_from_the_last_days_alone()
    {
        var rows = TrainingData.Make(200, 1) with { Days = Enumerable.Range(0, 200).Select(row => row / 20).ToArray() };
        var late = TrainingData.Make(200, 1);
        int[] last = [.. Enumerable.Range(140, 60)];
        late = late with { Features = new(late.Features.Features, last.SelectMany(row => late.Features.Row(row).ToArray()).ToArray()), Labels = last.Select(row => late.Labels.Span[row]).ToArray() };
        var expected = Answers(late, new() { Ensemble = new() { Members = [strong, strong] } }, rows);
        Answers(rows, new() { Ensemble = new() { Members = [strong with { Days = 3 }, strong with { Days = 3 }] } }).ShouldBe(expected);
        Should.Throw<KilnException>(() => Answers(late, new() { Ensemble = new() { Members = [strong with { Days = 3 }, strong] } })).Message.ShouldContain("rows with a time");
    }

    [Fact]
    public void One_member_or_a_member_without_a_way_to_learn_is_refused()
    {
        var rows = TrainingData.Make(50, 1);
        Should.Throw<KilnException>(() => Answers(rows, new() { Ensemble = new() { Members = [strong] } })).Message.ShouldContain("at least 2 members; here is 1");
        Should.Throw<KilnException>(() => Answers(rows, new() { Ensemble = new() { Members = [strong, new()] } })).Message.ShouldContain("exactly one way");
        var stopping = new EnsembleMember { Xgboost = new() { Patience = 5 } };
        var refusal = Should.Throw<KilnException>(() => Answers(rows, new() { Ensemble = new() { Members = [strong, stopping] } })).Message;
        refusal.ShouldContain("set its patience to 0");
        refusal.ShouldContain("section  model.ensemble.members[1]");
    }

    static float[] Answers(FitRows training, EstimatorSettings settings, FitRows? asked = null)
    {
        using var predictor = Estimators.Choose(settings, training.Target).Estimator.Fit(training, null, new()).Predictor;
        return predictor.Answers(asked ?? training);
    }
}
