using Kiln.XGBoost;

namespace Kiln.Tests.XGBoost;

public sealed class TrainingTests : IDisposable
{
    static readonly BoosterSettings quick = new() { Rounds = 10, MaxDepth = 3 };

    readonly DMatrix matrix = Some.Matrix();
    readonly DMatrix other = Some.Matrix(200, seed: 9);

    public void Dispose()
    {
        matrix.Dispose();
        other.Dispose();
    }

    [Fact]
    public void The_same_seed_gives_the_same_bytes_and_another_seed_does_not()
    {
        var sampling = quick with { Subsample = 0.7, ColumnsByTree = 0.7, Seed = 5 };
        Train(sampling).ShouldBe(Train(sampling));
        Train(sampling with { Seed = 6 }).ShouldNotBe(Train(sampling));
    }

    [Theory]
    [InlineData(TreeMethod.Hist)]
    [InlineData(TreeMethod.Approx)]
    [InlineData(TreeMethod.Exact)]
    public void Two_threads_make_the_bytes_that_one_makes(TreeMethod method)
    {
        var settings = quick with { TreeMethod = method, Subsample = 0.8, ColumnsByNode = 0.8 };
        using var many = Some.Matrix(6000);
        Train(settings with { Threads = 2 }, many).ShouldBe(Train(settings, many));
    }

    [Fact]
    public void Training_on_another_thread_makes_the_same_bytes()
    {
        var sampling = quick with { Subsample = 0.7, Seed = 5 };
        byte[] elsewhere = [];
        var thread = new Thread(() => elsewhere = Train(sampling));
        thread.Start();
        thread.Join();
        elsewhere.ShouldBe(Train(sampling));
    }

    [Theory]
    [InlineData(TreeMethod.Hist, "binary:logistic", true, 0.7)]
    [InlineData(TreeMethod.Approx, "binary:logistic", true, 0.7)]
    [InlineData(TreeMethod.Exact, "binary:logistic", true, 0.7)]
    [InlineData(TreeMethod.Hist, "multi:softprob", true, 0.7)]
    [InlineData(TreeMethod.Hist, "reg:squarederror", true, 0.7)]
    [InlineData(TreeMethod.Hist, "binary:logistic", false, 1)]
    [InlineData(TreeMethod.Approx, "binary:logistic", false, 1)]
    [InlineData(TreeMethod.Exact, "binary:logistic", false, 1)]
    public void Going_on_from_a_checkpoint_makes_the_bytes_of_an_undisturbed_training(TreeMethod method, string objective, bool each, double part)
    {
        var settings = quick with
        {
            TreeMethod = method,
            Objective = objective,
            Classes = objective.StartsWith("multi", StringComparison.Ordinal) ? 2 : 0,
            SeedEachRound = each,
            Subsample = part,
            ColumnsByTree = part,
            ColumnsByLevel = part,
            ColumnsByNode = part,
            ParallelTrees = 2,
            BaseScore = 0.3,
            Seed = 3,
        };
        var checkpoints = new List<byte[]>();
        using var whole = Booster.Train(settings, matrix, Watched() with { AfterRound = round => checkpoints.Add(round.Checkpoint()) });
        foreach (var at in new[] { 0, 4, 9 })
        {
            using var resumed = Booster.Train(settings, matrix, Watched() with { ResumeFrom = checkpoints[at] });
            resumed.Booster.ToJson().ShouldBe(whole.Booster.ToJson());
            resumed.Rounds.Select(round => string.Join(' ', round)).ShouldBe(whole.Rounds.Select(round => string.Join(' ', round)));
        }

        if (part < 1) Train(settings with { Seed = 4 }).ShouldNotBe(whole.Booster.ToJson());
    }

    [Fact]
    public void Seeding_each_round_changes_nothing_where_nothing_is_drawn() => Train(quick with { SeedEachRound = true }).ShouldBe(Train(quick));

    [Fact]
    public void Early_stopping_goes_on_over_a_checkpoint()
    {
        var settings = quick with { Rounds = 200, LearningRate = 1, MaxDepth = 6 };
        var options = Watched() with { EarlyStopping = new("other", "logloss", 5) };
        var checkpoints = new List<byte[]>();
        using var whole = Booster.Train(settings, matrix, options with { AfterRound = round => checkpoints.Add(round.Checkpoint()) });
        whole.StoppedEarly.ShouldBeTrue();
        whole.Rounds.Length.ShouldBe(whole.BestRound!.Value + 1 + 5);
        whole.Booster.Rounds.ShouldBe(whole.BestRound.Value + 1);
        foreach (var at in new[] { 0, whole.BestRound.Value + 2, whole.Rounds.Length - 1 })
        {
            using var resumed = Booster.Train(settings, matrix, options with { ResumeFrom = checkpoints[at] });
            resumed.Booster.ToJson().ShouldBe(whole.Booster.ToJson());
        }
    }

    [Fact]
    public void A_checkpoint_of_a_training_that_samples_by_a_running_generator_is_refused()
    {
        var error = Should.Throw<XGBoostException>(() => Booster.Train(quick with { Subsample = 0.5 }, matrix, new() { AfterRound = round => round.Checkpoint() }));
        error.Message.ShouldContain("SeedEachRound");
    }

    [Fact]
    public void A_checkpoint_of_another_training_or_half_of_one_is_refused()
    {
        byte[] checkpoint = [];
        using var result = Booster.Train(quick, matrix, new() { AfterRound = round => checkpoint = round.Checkpoint() });
        Message(quick with { LearningRate = 0.1 }, checkpoint).ShouldContain("a training with learning_rate=0.3, and this one has learning_rate=0.1");
        Message(quick with { BaseScore = 0.4 }, checkpoint).ShouldContain("without base_score=0.4");
        Message(quick, checkpoint[..^9]).ShouldContain("not a whole checkpoint");
        Message(quick, "{}"u8.ToArray()).ShouldContain("not a whole checkpoint");
        Message(quick with { Rounds = 9 }, checkpoint).ShouldContain("round 10, and this training has 9");
        using var more = Booster.Train(quick with { Rounds = 12 }, matrix, new() { ResumeFrom = checkpoint });
        more.Booster.Rounds.ShouldBe(12);

        string Message(BoosterSettings settings, byte[] bytes) =>
            Should.Throw<XGBoostException>(() => Booster.Train(settings, matrix, new() { ResumeFrom = bytes })).Message;
    }

    [Fact]
    public void Each_round_is_told_with_its_metrics()
    {
        var seen = new List<(int Number, string Metrics)>();
        using var result = Booster.Train(quick with { Metrics = ["error@0.7", "auc"], Rounds = 3 }, matrix, new()
        {
            Evaluations = [("a-b:c", matrix), ("other", other)],
            AfterRound = round => seen.Add((round.Number, string.Join(' ', round.Metrics.Select(metric => $"{metric.Evaluation}/{metric.Metric}")))),
        });
        seen.ShouldBe([.. Enumerable.Range(0, 3).Select(i => (i, "a-b:c/error@0.7 a-b:c/auc other/error@0.7 other/auc"))]);
        result.Rounds.Length.ShouldBe(3);
        result.StoppedEarly.ShouldBeFalse();
        result.BestRound.ShouldBeNull();
    }

    [Fact]
    public void A_cancelled_training_stops_between_rounds()
    {
        using var cancel = new CancellationTokenSource();
        var rounds = 0;
        Should.Throw<OperationCanceledException>(() => Booster.Train(quick, matrix, new() { AfterRound = _ => { if (++rounds == 2) cancel.Cancel(); } }, cancel.Token));
        rounds.ShouldBe(2);
    }

    [Fact]
    public void Derivatives_of_squared_error_make_the_trees_of_squared_error()
    {
        var settings = quick with { Objective = "reg:squarederror" };
        using var own = Booster.Train(settings, matrix, new()
        {
            Derivatives = (margins, gradients, hessians) =>
            {
                for (var i = 0; i < margins.Length; i++) (gradients[i], hessians[i]) = (margins[i] - matrix.Labels.Span[i], 1);
            },
        });
        own.Booster.ToJson().ShouldBe(Train(settings));
        Should.Throw<XGBoostException>(() => Booster.Train(settings, matrix, new() { Derivatives = (_, gradients, _) => gradients[7] = float.NaN }))
            .Message.ShouldContain("gradient of row 7");
    }

    [Fact]
    public void A_metric_of_ones_own_is_measured_and_stops_training()
    {
        static double Error(ReadOnlySpan<float> scores, DMatrix matrix)
        {
            var wrong = 0;
            for (var i = 0; i < scores.Length; i++) wrong += scores[i] > 0.5f == (matrix.Labels.Span[i] == 1) ? 0 : 1;
            return (double)wrong / scores.Length;
        }

        using var result = Booster.Train(quick with { Metrics = ["error"], Rounds = 100 }, matrix, Watched() with
        {
            OwnMetrics = [("own", Error)],
            EarlyStopping = new("other", "own", 3),
        });
        result.StoppedEarly.ShouldBeTrue();
        foreach (var round in result.Rounds)
            foreach (var set in new[] { "train", "other" })
                Value(set, "own").ShouldBe(Value(set, "error"), 1e-7, set);

        double Value(string set, string metric) => result.Rounds[^1].Single(value => value.Evaluation == set && value.Metric == metric).Value;
    }

    [Fact]
    public void Larger_is_better_for_the_metrics_that_grow_and_for_no_other()
    {
        foreach (var name in new[] { "auc", "aucpr", "ndcg", "ndcg@5", "map@3-", "ndcg-", "map" }) new EarlyStopping("", name, 1).Grows.ShouldBeTrue(name);
        foreach (var name in new[] { "mape", "logloss", "error@0.5", "rmse", "mae" }) new EarlyStopping("", name, 1).Grows.ShouldBeFalse(name);
        new EarlyStopping("", "gain", 1) { Maximize = true }.Grows.ShouldBeTrue();
    }

    [Fact]
    public void Ranking_trains_on_groups()
    {
        using var groups = Some.Matrix(400, details: new() { Groups = [100, 150, 150], Weights = new float[] { 1, 2, 0.5f } });
        using var result = Booster.Train(quick with { Objective = "rank:pairwise", Metrics = ["ndcg"], Rounds = 3 }, groups, new() { Evaluations = [("train", groups)] });
        result.Rounds[^1][0].Value.ShouldBeInRange(0.5, 1);
    }

    [Fact]
    public void A_setting_that_the_library_would_not_use_is_an_error()
    {
        var error = Should.Throw<XGBoostException>(() => Booster.Train(quick with { Objective = "multi:softprob", Classes = 2, ScalePositiveWeight = 2 }, matrix));
        error.Message.ShouldContain("scale_pos_weight");
    }

    [Theory]
    [InlineData("binary:nonsense", "logloss", "binary:nonsense")]
    [InlineData("binary:logistic", "nonsense", "nonsense")]
    public void An_unknown_objective_or_metric_is_an_error_without_a_stack(string objective, string metric, string named)
    {
        var message = Should.Throw<XGBoostException>(() => Booster.Train(quick with { Objective = objective, Metrics = [metric] }, matrix, Watched())).Message;
        message.ShouldContain(named);
        message.ShouldNotContain("[bt]");
        message.ShouldNotContain(".cc:");
    }

    [Fact]
    public void Settings_out_of_range_are_all_told_at_once()
    {
        var message = Should.Throw<XGBoostException>(() => Booster.Train(new()
        {
            Rounds = 0,
            LearningRate = 0,
            MaxDepth = -1,
            MinChildWeight = -1,
            Gamma = double.NaN,
            Subsample = 0,
            ColumnsByTree = 1.1,
            ColumnsByLevel = 0,
            ColumnsByNode = -1,
            Lambda = -1,
            Alpha = double.PositiveInfinity,
            MaxBins = 1,
            MaxLeaves = -1,
            ScalePositiveWeight = 0,
            MaxDeltaStep = -1,
            ParallelTrees = 0,
            MonotoneConstraints = [1, 2],
            InteractionConstraints = [[0, 6]],
            MaxCategoriesToOneHot = 0,
            MaxCategoriesInSplit = 0,
            BaseScore = double.NaN,
            Seed = -1,
            Threads = 0,
            Classes = 3,
        }, matrix)).Message;
        foreach (var name in new[] { "Rounds", "LearningRate", "MaxDepth", "MinChildWeight", "Gamma", "Subsample", "ColumnsByTree", "ColumnsByLevel", "ColumnsByNode",
            "Lambda", "Alpha", "MaxBins", "MaxLeaves", "ScalePositiveWeight", "MaxDeltaStep", "ParallelTrees", "MonotoneConstraints: 2 given", "MonotoneConstraints: each is 1, -1 or 0",
            "InteractionConstraints: there is no column 6", "MaxCategoriesToOneHot", "MaxCategoriesInSplit", "BaseScore", "Seed", "Threads", "Classes 3" })
            message.ShouldContain("\n  " + name, customMessage: name);
    }

    [Fact]
    public void Settings_that_do_not_go_together_are_refused()
    {
        Message(quick with { MaxDepth = 0 }).ShouldContain("needs MaxLeaves");
        Message(quick with { Objective = "multi:softmax" }).ShouldContain("needs at least 2");
        Message(quick with { TreeMethod = TreeMethod.Exact, GrowPolicy = GrowPolicy.LossGuide }).ShouldContain("level by level");
        Message(quick with { Device = "cuda", TreeMethod = TreeMethod.Approx }).ShouldContain("only Hist runs on a GPU");
        Message(quick with { Device = "tpu" }).ShouldContain("cuda:<number>");
    }

    [Fact]
    public void Labels_that_cannot_be_learned_are_refused()
    {
        var values = Some.Values(3);
        Message([1, 1, 1], quick).ShouldContain("All labels are of one class");
        Message([0, 1, 2], quick).ShouldContain("row    2 (from 0)");
        Message([0, 1, 3], quick with { Objective = "multi:softprob", Classes = 3 }).ShouldContain("whole numbers from 0 to 2");
        Message([0, 1, 0.5f], quick with { Objective = "multi:softprob", Classes = 3 }).ShouldContain("row    2 (from 0)");
        Message([], quick).ShouldContain("no labels");

        string Message(float[] labels, BoosterSettings settings)
        {
            using var three = new DMatrix(values, Some.Columns, new() { Labels = labels });
            return Should.Throw<XGBoostException>(() => Booster.Train(settings, three)).Message;
        }
    }

    [Fact]
    public void An_evaluation_that_does_not_fit_the_training_is_refused()
    {
        using var narrow = new DMatrix(new float[10], 5, new() { Labels = new float[2] });
        using var named = Some.Matrix(details: new() { FeatureNames = ["a", "b", "c", "d", "e", "f"] });
        using var typed = Some.Matrix(details: new() { FeatureTypes = [.. Enumerable.Repeat(FeatureType.Numeric, 6)] });
        using var without = new DMatrix(Some.Values(5), Some.Columns);
        using var beyond = new DMatrix(Some.Values(2), Some.Columns, new() { Labels = new float[] { 1, 7 } });
        Refused(narrow).ShouldContain("columns (evaluation x)");
        Refused(named).ShouldContain("column names (evaluation x)");
        Refused(typed).ShouldContain("column types (evaluation x)");
        Refused(without).ShouldContain("evaluation x has no labels");
        Refused(beyond).ShouldContain("A label is no class");
        Should.Throw<XGBoostException>(() => Booster.Train(quick, matrix, new() { Evaluations = [("x", other), ("x", matrix)] })).Message.ShouldContain("two are named x");

        string Refused(DMatrix evaluation) =>
            Should.Throw<XGBoostException>(() => Booster.Train(quick, matrix, new() { Evaluations = [("x", evaluation)] })).Message;
    }

    [Fact]
    public void Base_margins_for_another_number_of_outputs_are_refused()
    {
        using var two = Some.Matrix(details: new() { BaseMargins = new float[800] });
        Should.Throw<XGBoostException>(() => Booster.Train(quick, two)).Message.ShouldContain("XGBoost refused");
    }

    [Fact]
    public void Early_stopping_by_what_is_not_measured_or_is_no_number_is_refused()
    {
        Stopping("nothing", "auc").ShouldContain("all metrics of other");
        Stopping("other", "nonsense").ShouldContain("logloss of other");
        using var one = new DMatrix(Some.Values(5), Some.Columns, new() { Labels = new float[5] });
        Should.Throw<XGBoostException>(() => Booster.Train(quick with { Metrics = ["auc"] }, matrix, new() { Evaluations = [("one", one)], EarlyStopping = new("one", "auc", 2) }))
            .Message.ShouldContain("not a number");
        using var told = Booster.Train(quick with { Metrics = ["auc"] }, matrix, new() { Evaluations = [("one", one)] });
        told.Warnings.ShouldHaveSingleItem().ShouldContain("only positive or negative samples");

        string Stopping(string set, string metric) =>
            Should.Throw<XGBoostException>(() => Booster.Train(quick, matrix, Watched() with { EarlyStopping = new(set, metric, 2) })).Message;
    }

    [Fact]
    public void A_gpu_is_refused_where_the_library_has_none()
    {
        if (XGBoostRuntime.HasCuda) return;
        Message(quick with { Device = "cuda:1" }).ShouldContain("built without CUDA");
    }

    string Message(BoosterSettings settings) => Should.Throw<XGBoostException>(() => Booster.Train(settings, matrix)).Message;

    TrainingOptions Watched() => new() { Evaluations = [("train", matrix), ("other", other)] };

    byte[] Train(BoosterSettings settings, DMatrix? on = null)
    {
        using var result = Booster.Train(settings, on ?? matrix);
        return result.Booster.ToJson();
    }
}
