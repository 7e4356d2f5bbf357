using System.Collections.Immutable;
using Kiln.Learning.Evaluating;
using Kiln.Learning.Reporting;
using Kiln.Learning.Tests.Evaluating;

namespace Kiln.Learning.Tests.Reporting;

/// <summary>Pages about a model that does not exist, with facts of realistic size. Everything is drawn from fixed seeds.</summary>
static class Some
{
    static readonly DateOnly TestBegins = new(2018, 8, 8);

    static string Hash(int seed) => Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData([(byte)seed]));

    static BinaryEvaluation Evaluation { get; } = MakeEvaluation();

    static ImmutableArray<MetricFact> Metrics { get; } =
    [
        new("Average precision", Evaluation.AveragePrecision, "Precision averaged over recall; a random ranking reaches the share of positives."),
        new("AUC ROC", Evaluation.AreaUnderRoc, "Chance that a fraud scores higher than a genuine transaction."),
        new("Card Precision@100", 0.2857, "Share of the 100 cards ranked highest each day that really are compromised."),
        new("Log loss", Evaluation.LogLoss, "Mean negative log-likelihood, in nats."),
        new("Brier score", Evaluation.BrierScore, "Mean squared distance of the score from the outcome."),
        new("Calibration error", Evaluation.Calibration.ExpectedError, "Mean distance of the share of fraud from the score."),
    ];

    static ImmutableArray<DataWindow> Windows { get; } =
    [
        Window("training", new(2018, 7, 25), 67_240, "598 are fraud (0.89 %)", 1),
        Window("validation", new(2018, 7, 18), 66_928, "574 are fraud (0.86 %)", 2),
        Window("test", TestBegins, 58_264, "385 are fraud (0.66 %)", 3),
    ];

    public static CardSettings Words { get; } = new()
    {
        Name = "Fraud classifier",
        Purpose = "Scores card transactions by how likely they are fraudulent, so that an investigation team looks at the right hundred cards a day.",
        Owners = ["The investigation team"],
        IntendedUse = ["Rank each day's cards for investigators.", "Compare later models with."],
        OutOfScope = ["Decline a transaction without a person looking.", "Anything but the simulated data it was trained on."],
        Limits = ["Labels arrive seven days late; a new kind of fraud is not seen before.", "Scores are not calibrated: do not read them as probabilities."],
        EthicalConsiderations = ["A false alert costs a customer time: a person looks at each."],
        Data = "Seven days of training, seven days of delay until the labels are known, seven days of test. Cards known to be compromised are taken out of the test rows.",
        License = "apache-2.0",
        Tags = ["fraud-detection"],
    };

    static TestResults Answers => new TestResults.OfTwoClasses(Evaluation, "greatest F1 on the validation rows");

    public static ModelCard ModelCard() => new()
    {
        Words = Words,
        Dataset = "fraud",
        Task = "tabular-classification",
        Data = Windows,
        Features = [new("TX_AMOUNT", "Amount of the transaction."), new("TX_DURING_NIGHT", "Whether the hour is six or earlier."),
            new("CUSTOMER_ID_AVG_AMOUNT_30DAY_WINDOW", "Mean amount of the customer's transactions in the last 30 days, this one included.")],
        Architecture = [new("Input", "15 features, standardized with the training rows' mean and deviation"), new("Hidden layer", "Linear 15 → 500, ReLU"), new("Output", "Linear 500 → 1, sigmoid"), new("Parameters", "8,501")],
        Settings = [new("optimizer", "Adam"), new("learning rate", "0.0001"), new("batch size", "64"), new("patience", "3 epochs")],
        Metrics = Metrics,
        Results = Answers,
        Training = [Training],
        Provenance = Provenance,
        HowToScore = "./build.sh --pipeline fraud --target Score --set score.path=transactions.parquet",
    };

    public static EvaluationPage EvaluationPage() => new()
    {
        Name = "Fraud classifier",
        Summary = "One week of transactions the model has never seen, two weeks after the last it was trained on.",
        Metrics = Metrics,
        References = new()
        {
            Source = "Fraud Detection Handbook, single split, chapters 3 and 7: the same rows.",
            Metrics = ["AUC ROC", "Average precision", "Card Precision@100"],
            Rows = [new("Logistic regression", [0.871, 0.606, 0.291]), new("Random forest", [0.867, 0.658, 0.287]), new("Feed-forward network", [0.864, 0.653, 0.286])],
        },
        Results = Answers,
        Curves = SomeCurves.OfTwoClasses,
        Sections = [CardSections.Of(Cards())],
        Training = [Training],
        Data = Windows,
        Provenance = Provenance,
        Graph = Graph,
        Timeline = Timeline,
    };

    /// <summary>A model of ten garments, of which some are taken for others; it was boosted, without validation rows.</summary>
    public static EvaluationPage OfClasses() => EvaluationPage() with
    {
        Name = "Garments",
        Metrics = [MeasureFacts.Of("accuracy", 0.83)],
        References = null,
        Results = new TestResults.OfClasses(SomeAnswers.OfClasses(rows: 10_000, seed: 5)),
        Curves = SomeCurves.OfClasses,
        Sections = [],
        Training = [Rounds with { Name = "Member 1, boosted trees" }, Training with { Name = "Member 2, network" }],
    };

    /// <summary>A model of values up to a thousand.</summary>
    public static EvaluationPage OfValues() => EvaluationPage() with
    {
        Name = "Hourly demand",
        Metrics = [MeasureFacts.Of("RMSE", 58.43), MeasureFacts.Of("MAE", 34.8), MeasureFacts.Of("R²", 0.93)],
        References = null,
        Results = new TestResults.OfValues(SomeAnswers.OfValues(rows: 10_000, seed: 6)),
        Curves = SomeCurves.OfValues,
        Sections = [],
        Training = [],
    };

    /// <summary>Three candidates on four folds.</summary>
    public static ComparisonPage Comparison(string hostile = "network") => new()
    {
        Name = "fraud/validation",
        Measure = "average precision",
        IsHigherBetter = true,
        Measures = ["average precision", "AUC ROC"],
        Candidates = [Candidate("xgboost", 0.72, ("model.xgboost.rounds", "400")), Candidate(hostile, 0.69, ("model.network.training.epochs", "20")), Candidate("logistic", 0.62, ("model.linear.l2", "1"))],
        Provenance = Provenance,
    };

    static ComparedCandidate Candidate(string name, double level, (string Key, string Value) setting)
    {
        ImmutableArray<ComparedFold> folds = [.. Enumerable.Range(0, 4).Select(fold => new ComparedFold($"2018-07-{fold + 4:00}", 60_000 + fold, 58_000 + fold, Measured(level + (0.01 * (fold - 1.5)))))];
        return new()
        {
            Name = name,
            Mean = Measured(level),
            Deviation = Measured(0.0129),
            Folds = folds,
            Curves =
            [
                new() { Name = "ROC curve", X = "False positive rate", Y = "True positive rate", Points = [.. Enumerable.Range(0, 101).Select(step => (step / 100.0, Math.Pow(step / 100.0, 1 - level)))] },
                new() { Name = "Training loss", X = "Share of the training that is done", Y = "Loss on the rows learned from", Points = [.. Enumerable.Range(0, 20).Select(step => (step / 19.0, Math.Exp(-step * level / 5)))] },
            ],
            Settings = new[] { setting, ("days", "7") }.ToImmutableSortedDictionary(pair => pair.Item1, pair => pair.Item2),
        };

        static ImmutableSortedDictionary<string, double> Measured(double value) =>
            new Dictionary<string, double> { ["average precision"] = value, ["AUC ROC"] = 0.25 + (0.9 * value) }.ToImmutableSortedDictionary();
    }

    public static RunGraph Graph { get; } = new()
    {
        Nodes =
        [
            Node("Simulate", StageState.UpToDate, 0, 183), Node("Ingest", StageState.Restored, 0.31, 183), Node("Features", StageState.Ran, 2.84, 183),
            Node("Split", StageState.Ran, 0.42), Node("Train", StageState.Ran, 14.7), Node("Evaluate", StageState.Ran, 0.9), Node("Report", StageState.Running, 0),
        ],
        Edges =
        [
            new("Simulate", "Ingest"), new("Ingest", "Features"), new("Features", "Split"), new("Split", "Train"), new("Split", "Evaluate"),
            new("Train", "Evaluate"), new("Train", "Report"), new("Evaluate", "Report"), new("Split", "Report"), new("Ingest", "Report"),
        ],
    };

    static RunTimeline Timeline { get; } = new()
    {
        Bars =
        [
            new() { Stage = "Simulate", From = 0, To = 0, State = StageState.UpToDate }, new() { Stage = "Ingest", From = 0.01, To = 0.32, State = StageState.Restored },
            new() { Stage = "Features", From = 0.33, To = 3.17, State = StageState.Ran }, new() { Stage = "Split", From = 3.2, To = 3.62, State = StageState.Ran },
            new() { Stage = "Train", From = 3.65, To = 18.35, State = StageState.Ran }, new() { Stage = "Evaluate", From = 18.4, To = 19.3, State = StageState.Ran },
        ],
    };

    static TrainingHistory Training { get; } = new()
    {
        Loss = "Binary cross entropy",
        Metric = "Average precision",
        BestEpoch = 14,
        Points = [.. Enumerable.Range(1, 17).Select(epoch => new TrainingCurvePoint
        {
            Epoch = epoch,
            TrainingLoss = 0.022 + (0.12 * Math.Exp(-epoch / 3.0)),
            ValidationLoss = 0.024 + (0.11 * Math.Exp(-epoch / 3.0)) + (0.0001 * Math.Pow(epoch - 10, 2)),
            ValidationMetric = 0.66 - (0.4 * Math.Exp(-epoch / 4.0)) - (0.001 * Math.Max(0, epoch - 14)),
        })],
    };

    static TrainingHistory Rounds { get; } = new()
    {
        Step = "Round",
        Loss = "Cross entropy",
        BestEpoch = 400,
        Points = [.. Enumerable.Range(1, 400).Select(round => new TrainingCurvePoint { Epoch = round, TrainingLoss = 0.2 + (2 * Math.Exp(-round / 60.0)) })],
    };

    static Provenance Provenance { get; } = new()
    {
        Run = "2018-09-01-0007",
        Commit = "4f2a8c1d9e6b3a7f5c0d2e4b6a8f1c3d5e7f9a0b",
        Branch = "main",
        Dirty = true,
        PatchHash = Hash(9),
        Fingerprints = [.. Graph.Nodes.Select((node, index) => new Fact(node.Name, Hash(20 + index)))],
        Inputs = [new("data/fraud/raw", Hash(40)), new("pipelines/fraud/settings.yaml", Hash(41))],
        Environment = [new("SDK", ".NET 10.0.100"), new("OS", "Debian 12, Linux 6.18, x64"), new("CPU", "2 cores"), new("libtorch", "1.13.1, OpenBLAS, 2 threads"), new("DuckDB", "1.5.6")],
        Seeds = [new("simulate.seed", "0"), new("train.seed", "17")],
        Reproduce = "git checkout 4f2a8c1d9e6b\n./build.sh --target Report --set train.seed=17",
    };

    static DataWindow Window(string purpose, DateOnly from, long rows, string target, int seed) => new()
    {
        Purpose = purpose,
        From = from,
        To = from.AddDays(6),
        Rows = rows,
        Target = target,
        Hash = Hash(seed),
    };

    static RunNode Node(string name, StageState state, double seconds, int partitions = 1) => new()
    {
        Name = name,
        State = state,
        Seconds = seconds,
        Partitions = partitions,
        Reason = state == StageState.UpToDate ? "nothing it depends on changed" : "settings changed: train.learningRate 0.001 → 0.0001",
    };

    static BinaryEvaluation MakeEvaluation()
    {
        var (scores, labels) = FakeScores.Make(rows: 58_264, seed: 11);
        return BinaryEvaluation.Of(scores, labels, 0.4321);
    }

    static CardPrecision Cards()
    {
        var (scores, labels) = FakeScores.Make(rows: 21_000, seed: 12);
        return CardPrecision.Of(JudgedRows.Of(scores, labels) with
        {
            Days = Enumerable.Range(0, scores.Length).Select(row => TestBegins.AddDays(row % 7).DayNumber - DateOnly.FromDateTime(DateTime.UnixEpoch).DayNumber).ToArray(),
            Cards = Enumerable.Range(0, scores.Length).Select(row => (long)(row * 7919 % 4_000)).ToArray(),
        });
    }
}
