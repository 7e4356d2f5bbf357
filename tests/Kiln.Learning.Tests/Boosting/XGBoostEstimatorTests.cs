using System.Text.Json;
using Kiln.Learning.Boosting;
using Kiln.Learning.Evaluating;
using Kiln.Learning.Models;
using Kiln.Tests.Learning.Training;
using Kiln.XGBoost;
using Measure = Kiln.Learning.Evaluating.Measure;

namespace Kiln.Tests.Learning.Boosting;

public sealed class XGBoostEstimatorTests
{
    static readonly XGBoostSettings settings = new() { Rounds = 40, LearningRate = 0.1, MaxDepth = 3, Subsample = 0.8, Seed = 3 };

    [Theory]
    [InlineData(LearningTask.MultiClass)]
    [InlineData(LearningTask.Regression)]
    public void Trees_learn_categories_and_numbers(LearningTask task)
    {
        using var predictor = new XGBoostEstimator(settings).Fit(TrainingData.MakeMixed(1500, 1, task), null, new()).Predictor;
        var test = TrainingData.MakeMixed(500, 3, task);
        if (task == LearningTask.Regression) predictor.Measure(Measure.Rmse, test).ShouldBeLessThan(4);
        else predictor.Measure(Measure.Accuracy, test).ShouldBeGreaterThan(0.97);
    }

    [Fact]
    public void Every_round_is_recorded_and_patience_ends_them_at_the_best()
    {
        var (predictor, record) = new XGBoostEstimator(settings with { Rounds = 500, LearningRate = 0.5, MaxDepth = 8, Patience = 5, Monitor = Measure.RocAuc })
            .Fit(TrainingData.Make(300, 1), TrainingData.Make(300, 2), new());
        using (predictor)
        {
            record.StoppedEarly.ShouldBeTrue();
            record.Epochs.Length.ShouldBe(record.BestEpoch + 5);
            var best = record.Epochs[record.BestEpoch - 1].Validation["auc"];
            best.ShouldBe(record.Epochs.Max(epoch => epoch.Validation["auc"]));
            predictor.Measure(Measure.RocAuc, TrainingData.Make(300, 2)).ShouldBe(best, 1e-6);
            record.Epochs[^1].TrainingLoss.ShouldBeLessThan(record.Epochs[0].TrainingLoss);
            record.Epochs[0].Resources!.RowsPerSecond.ShouldBeGreaterThan(0);
        }
    }

    [Fact]
    public void A_growing_feature_can_be_kept_from_lowering_the_answer()
    {
        var rows = TrainingData.Make(400, 1);
        using var predictor = new XGBoostEstimator(settings with { Increasing = ["AMOUNT"], Decreasing = ["COUNT"] }).Fit(rows, null, new()).Predictor;
        var row = rows.Features.Row(0).ToArray();
        var last = 0f;
        for (var amount = -3f; amount < 3; amount += 0.05f)
        {
            row[0] = amount;
            var answer = new float[1];
            predictor.Predict(row, answer);
            answer[0].ShouldBeGreaterThanOrEqualTo(last);
            last = answer[0];
        }
    }

    [Fact]
    public void Contributions_add_up_to_the_margin_and_importances_name_what_counts()
    {
        var rows = TrainingData.Make(400, 1);
        using var predictor = (XGBoostPredictor)new XGBoostEstimator(settings).Fit(rows, null, new()).Predictor;
        var contributions = predictor.Contributions(rows.Features);
        contributions.Shape.ShouldBe([400, 1, 4]);
        var answers = predictor.Answers(rows);
        for (var row = 0; row < 400; row++)
        {
            var margin = contributions.Values.AsSpan(row * 4, 4).ToArray().Sum(value => (double)value);
            (1 / (1 + Math.Exp(-margin))).ShouldBe(answers[row], 1e-5);
        }
        var gains = predictor.Booster.Importances(ImportanceKind.Gain);
        gains[2].ShouldBe(0, "a constant feature splits nothing");
        gains[0].ShouldBeGreaterThan(0);
    }

    [Fact]
    public void A_training_interrupted_and_resumed_ends_with_the_same_bytes()
    {
        var folder = Directory.CreateTempSubdirectory("kiln-rounds-").FullName;
        var estimator = new XGBoostEstimator(settings with { CheckpointSeconds = 0 });
        using var cancellation = new CancellationTokenSource();
        Should.Throw<OperationCanceledException>(() => estimator.Fit(TrainingData.Make(300, 1), null, new()
        {
            CheckpointFolder = folder,
            Cancellation = cancellation.Token,
            OnEpoch = epoch =>
            {
                if (epoch.Epoch == 17) cancellation.Cancel();
            },
        }));
        var brought = 0;
        var resumed = estimator.Fit(TrainingData.Make(300, 1), null, new() { CheckpointFolder = folder, OnResume = rounds => brought = rounds });
        var straight = estimator.Fit(TrainingData.Make(300, 1), null, new());
        brought.ShouldBeInRange(16, 17);
        ((XGBoostPredictor)resumed.Predictor).Booster.ToJson().ShouldBe(((XGBoostPredictor)straight.Predictor).Booster.ToJson());
        JsonSerializer.Serialize(resumed.Record, ModelJson.Options).ShouldBe(JsonSerializer.Serialize(straight.Record, ModelJson.Options));

        estimator.Fit(TrainingData.Make(300, 2), null, new() { CheckpointFolder = folder, OnResume = _ => throw new InvalidOperationException("these are other rows") }).Predictor.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    [Theory]
    [InlineData(0, 40)]
    [InlineData(3, 0)]
    public void However_seldom_checkpoints_are_written_one_is_when_the_last_round_is_done(int patience, int rounds)
    {
        var folder = Directory.CreateTempSubdirectory("kiln-rounds-").FullName;
        var chosen = settings with { CheckpointSeconds = 1_000_000, Patience = patience, LearningRate = 0.5, MaxDepth = 8 };
        var (training, validation) = (TrainingData.Make(300, 1), TrainingData.Make(300, 2));
        var first = new XGBoostEstimator(chosen).Fit(training, validation, new() { CheckpointFolder = folder });
        var brought = 0;
        // How often one is written does not decide what it belongs to.
        var again = new XGBoostEstimator(chosen with { CheckpointSeconds = 5 }).Fit(training, validation, new() { CheckpointFolder = folder, OnResume = done => brought = done });
        brought.ShouldBe(first.Record.Epochs.Length);
        if (rounds > 0) brought.ShouldBe(rounds);
        else first.Record.StoppedEarly.ShouldBeTrue();
        ((XGBoostPredictor)again.Predictor).Booster.ToJson().ShouldBe(((XGBoostPredictor)first.Predictor).Booster.ToJson());
        JsonSerializer.Serialize(again.Record, ModelJson.Options).ShouldBe(JsonSerializer.Serialize(first.Record, ModelJson.Options));
        Directory.Delete(folder, recursive: true);
    }
}
