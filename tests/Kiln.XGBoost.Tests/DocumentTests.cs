using Kiln.XGBoost;

namespace Kiln.Tests.XGBoost;

public sealed class DocumentTests
{
    [Fact]
    public void The_example_of_the_document_is_this_code_and_it_works()
    {
        ReadmeCode.ShouldStandIn("Booster.Train(", "tests/Kiln.XGBoost.Tests/DocumentTests.cs", "docs/xgboost.md");
        var (values, laterValues) = (Draw(3), Draw(4));
        var (labels, laterLabels) = (Label(values), Label(laterValues));
        var folder = Directory.CreateTempSubdirectory("kiln-xgboost-");
        var path = Path.Combine(folder.FullName, "model.json");

        var details = new MatrixDetails { Labels = labels, FeatureNames = ["amount", "hour"] };
        using var training = new DMatrix(values, columns: 2, details);
        using var holdout = new DMatrix(laterValues, columns: 2, details with { Labels = laterLabels });
        using var result = Booster.Train(
            new BoosterSettings { Rounds = 200, LearningRate = 0.1, MaxDepth = 4, Metrics = ["logloss", "aucpr"] }, training, new TrainingOptions
            {
                Evaluations = [("train", training), ("holdout", holdout)],
                EarlyStopping = new("holdout", "aucpr", Patience: 10),
            });
        result.Booster.Save(path);

        using var model = Booster.Load(path);
        var scores = model.Predict(laterValues, columns: 2);
        var contributions = model.Contributions(holdout);

        result.Rounds[result.BestRound!.Value].Single(metric => metric is { Evaluation: "holdout", Metric: "aucpr" }).Value.ShouldBeGreaterThan(0.9);
        scores.Values.ShouldBe(result.Booster.Predict(holdout).Values);
        contributions.Shape.ShouldBe([300, 1, 3]);
        folder.Delete(recursive: true);
    }

    static float[] Draw(int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, 600).Select(_ => random.NextSingle())];
    }

    static float[] Label(float[] values) => [.. values.Chunk(2).Select(row => row[0] + row[1] > 1 ? 1f : 0f)];
}
