using Kiln.XGBoost;

namespace Kiln.Tests.XGBoost;

public sealed class ScoringTests : IDisposable
{
    readonly float[] values = Some.Values();
    readonly DMatrix matrix = Some.Matrix();
    readonly TrainingResult result;

    public ScoringTests() => result = Kiln.XGBoost.Booster.Train(new() { Rounds = 12, MaxDepth = 4, ParallelTrees = 2 }, matrix);

    Booster Booster => result.Booster;

    public void Dispose()
    {
        result.Dispose();
        matrix.Dispose();
    }

    [Theory]
    [InlineData(ScoreKind.Value)]
    [InlineData(ScoreKind.Margin)]
    public void Rows_in_place_one_by_one_and_as_a_matrix_score_the_same(ScoreKind kind)
    {
        var scores = Booster.Predict(matrix, kind);
        scores.Shape.ShouldBe([400, 1]);
        Booster.Predict(values, Some.Columns, kind).Values.ShouldBe(scores.Values);
        Span<float> one = stackalloc float[1];
        for (var row = 0; row < 400; row++)
        {
            Booster.Score(values.AsSpan(row * Some.Columns, Some.Columns), Some.Columns, one, kind).ShouldBe(1);
            one[0].ShouldBe(scores.Row(row)[0]);
        }
    }

    [Fact]
    public void Several_threads_score_at_once()
    {
        var scores = Booster.Predict(matrix).Values;
        Parallel.For(0, 400, row => Booster.Predict(values.AsSpan(row * Some.Columns, Some.Columns), Some.Columns).Values.ShouldBe([scores[row]]));
    }

    [Fact]
    public void Contributions_and_interactions_sum_to_the_margin()
    {
        var margins = Booster.Predict(matrix, ScoreKind.Margin);
        var contributions = Booster.Contributions(matrix);
        var approximate = Booster.Contributions(matrix, approximate: true);
        var interactions = Booster.Interactions(matrix);
        contributions.Shape.ShouldBe([400, 1, 7]);
        interactions.Shape.ShouldBe([400, 1, 7, 7]);
        for (var row = 0; row < 400; row++)
        {
            Sum(contributions.Row(row)).ShouldBe(margins.Row(row)[0], 1e-4);
            Sum(approximate.Row(row)).ShouldBe(margins.Row(row)[0], 1e-4);
            for (var column = 0; column < 7; column++)
                Sum(interactions.Row(row).Slice(column * 7, 7)).ShouldBe(contributions.Row(row)[column], 1e-4);
        }
    }

    [Fact]
    public void Classes_have_a_score_each()
    {
        using var three = new DMatrix(values, Some.Columns, new() { Labels = Enumerable.Range(0, 400).Select(i => (float)(i % 3)).ToArray() });
        using var classes = Kiln.XGBoost.Booster.Train(new() { Objective = "multi:softprob", Classes = 3, Rounds = 2 }, three);
        var scores = classes.Booster.Predict(values, Some.Columns);
        scores.Shape.ShouldBe([400, 3]);
        for (var row = 0; row < 400; row++) Sum(scores.Row(row)).ShouldBe(1, 1e-5);
        classes.Booster.Contributions(three).Shape.ShouldBe([400, 3, 7]);
        classes.Booster.Leaves(three).Shape.ShouldBe([400, 2, 3, 1]);
        (classes.Booster.Trees, classes.Booster.Rounds).ShouldBe((6, 2));
        using var hard = Kiln.XGBoost.Booster.Train(new() { Objective = "multi:softmax", Classes = 3, Rounds = 2 }, three);
        hard.Booster.Predict(values, Some.Columns).Shape.ShouldBe([400, 1]);
        hard.Booster.Predict(values, Some.Columns).Row(5)[0].ShouldBeOneOf(0, 1, 2);
        Should.Throw<XGBoostException>(() => classes.Booster.Score(values, Some.Columns, new float[400])).Message.ShouldContain("1,200");
    }

    [Fact]
    public void Importances_are_those_of_the_trees_splits()
    {
        var splits = Booster.Dump(statistics: true).SelectMany(tree => tree.Split('\n')).Where(line => line.Contains("gain=", StringComparison.Ordinal)).ToList();
        var weights = Booster.Importances(ImportanceKind.Weight);
        for (var column = 0; column < Some.Columns; column++)
        {
            var own = splits.Where(line => line.Contains($"[f{column}<", StringComparison.Ordinal)).ToList();
            weights[column].ShouldBe(own.Count);
            Check(ImportanceKind.TotalGain, Total("gain="));
            Check(ImportanceKind.TotalCover, Total("cover="));
            Check(ImportanceKind.Gain, own.Count == 0 ? 0 : Total("gain=") / own.Count);
            Check(ImportanceKind.Cover, own.Count == 0 ? 0 : Total("cover=") / own.Count);

            double Total(string label) => own.Sum(line => double.Parse(line[(line.IndexOf(label, StringComparison.Ordinal) + label.Length)..].Split(',')[0]));
            void Check(ImportanceKind kind, double expected) => ((double)Booster.Importances(kind)[column]).ShouldBe(expected, 1e-3 * (1 + expected), $"{kind} of {column}");
        }

        Booster.Trees.ShouldBe(24);
    }

    [Fact]
    public void Importances_follow_columns_whose_names_are_hard_to_write()
    {
        using var named = Some.Matrix(details: new() { FeatureNames = ["b\"\\", "a, ü", "f0", "x y", "é", "f1"] });
        using var trained = Kiln.XGBoost.Booster.Train(new() { Rounds = 12, MaxDepth = 4, ParallelTrees = 2 }, named);
        trained.Booster.Importances(ImportanceKind.Gain).ShouldBe(Booster.Importances(ImportanceKind.Gain));
    }

    [Fact]
    public void Leaves_are_numbered_by_round_class_and_parallel_tree()
    {
        var leaves = Booster.Leaves(matrix);
        leaves.Shape.ShouldBe([400, 12, 1, 2]);
        leaves.Values.ShouldAllBe(leaf => leaf >= 1 && leaf < 31 && leaf == MathF.Floor(leaf));
    }

    [Fact]
    public void Other_columns_than_in_training_are_refused()
    {
        Should.Throw<XGBoostException>(() => Booster.Predict(values, 5)).Message.ShouldContain("matrix  5");
        Should.Throw<XGBoostException>(() => Booster.Predict(values.AsSpan(0, 7), 6)).Message.ShouldContain("multiple of 6");
        using var narrow = new DMatrix(values.AsSpan(0, 12), 3);
        Should.Throw<XGBoostException>(() => Booster.Predict(narrow)).Message.ShouldContain("model   6");
        string[] names = ["a", "b", "c", "d", "e", "f"];
        using var named = Some.Matrix(details: new() { FeatureNames = names });
        using var turned = Some.Matrix(details: new() { FeatureNames = ["b", "a", "c", "d", "e", "f"] });
        using var trained = Kiln.XGBoost.Booster.Train(new() { Rounds = 1 }, named);
        Should.Throw<XGBoostException>(() => trained.Booster.Predict(turned)).Message.ShouldContain("model   a, b");
        trained.Booster.Predict(matrix).Values.Length.ShouldBe(400);
    }

    [Fact]
    public void An_infinite_value_is_refused_and_no_rows_are_no_scores()
    {
        values[20] = float.NegativeInfinity;
        var message = Should.Throw<XGBoostException>(() => Booster.Predict(values, Some.Columns)).Message;
        message.ShouldContain("row    3 (from 0)");
        message.ShouldContain("column 2");
        Booster.Predict([], Some.Columns).Values.ShouldBeEmpty();
        Booster.Score([], Some.Columns, []).ShouldBe(0);
    }

    static double Sum(ReadOnlySpan<float> numbers)
    {
        var sum = 0.0;
        foreach (var number in numbers) sum += number;
        return sum;
    }
}
