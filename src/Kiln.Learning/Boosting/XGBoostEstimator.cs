using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text.Json;
using Kiln.Learning.Evaluating;
using Kiln.Learning.Models;
using Kiln.Learning.Preparing;
using Kiln.Learning.Training;
using Kiln.XGBoost;
using Measure = Kiln.Learning.Evaluating.Measure;

namespace Kiln.Learning.Boosting;

/// <summary>Fits boosted trees through XGBoost's own library; the prepared rows are handed over where they lie.</summary>
sealed class XGBoostEstimator(XGBoostSettings settings) : Estimator
{
    const string CheckpointName = "xgboost.checkpoint";
    const string TrainingName = "training";
    const string ValidationName = "validation";

    public override Reproducibility Reproducibility => settings.Device == "cpu" ? Reproducibility.BitIdentical : Reproducibility.Rounding;

    public override string? Library => $"XGBoost {XGBoostRuntime.Version}";

    public override FittedPredictor Fit(FitRows training, FitRows? validation, FitOptions options)
    {
        CheckLabels(TrainingName, training);
        if (validation is not null) CheckLabels(ValidationName, validation);
        try
        {
            using var matrix = Matrix(training);
            using var held = validation is null ? null : Matrix(validation);
            var checkpoint = options.CheckpointFolder is { } folder ? new RoundCheckpoint(Path.Combine(folder, CheckpointName), Identity(training, validation)) : null;
            var epochs = new List<EpochRecord>(checkpoint?.Read().Epochs ?? []);
            if (epochs.Count > 0) options.OnResume?.Invoke(epochs.Count);
            var result = Booster.Train(Translate(training), matrix, Options(training, matrix, held, checkpoint, epochs, options), options.Cancellation);
            return new(new XGBoostPredictor(result.Booster, training.Features.Columns), new()
            {
                Epochs = [.. epochs],
                BestEpoch = (result.BestRound ?? epochs.Count - 1) + 1,
                StoppedEarly = result.StoppedEarly,
                Device = settings.Device,
                Parameters = result.Booster.Trees,
                Rows = training.Rows,
            });
        }
        catch (XGBoostException exception)
        {
            throw ModelErrors.OfLibrary(exception);
        }
    }

    public override IPredictor Load(ModelShape shape, string folder)
    {
        try
        {
            var booster = Booster.Load(Path.Combine(folder, XGBoostPredictor.FileName), settings.Threads);
            if (booster.Features == shape.Features.Length) return new XGBoostPredictor(booster, shape.Features.Length);
            using (booster) throw ModelErrors.NotAModel(folder, $"{XGBoostPredictor.FileName} is for {booster.Features} features, and the preparation makes {shape.Features.Length}");
        }
        catch (XGBoostException exception)
        {
            throw ModelErrors.NotAModel(folder, exception.Message, exception);
        }
    }

    TrainingOptions Options(FitRows training, DMatrix matrix, DMatrix? held, RoundCheckpoint? checkpoint, List<EpochRecord> epochs, FitOptions options)
    {
        var metric = MetricOf(settings.Monitor, training.Target);
        var saved = Environment.TickCount64;
        var meter = new ResourceMeter();
        return new()
        {
            Evaluations = held is null ? [(TrainingName, matrix)] : [(TrainingName, matrix), (ValidationName, held)],
            EarlyStopping = held is not null && settings.Patience > 0 ? new(ValidationName, metric, settings.Patience) : null,
            ResumeFrom = checkpoint?.Read().Booster ?? default,
            AfterRound = round =>
            {
                var epoch = Record(round, training, meter);
                meter = new();
                epochs.Add(epoch);
                options.OnEpoch?.Invoke(epoch);
                if (checkpoint is null || (!round.IsLast && Environment.TickCount64 - saved < settings.CheckpointSeconds * 1000L)) return;
                checkpoint.Write(round.Checkpoint(), epochs);
                saved = Environment.TickCount64;
            },
        };
    }

    EpochRecord Record(TrainingRound round, FitRows training, ResourceMeter meter)
    {
        var loss = MetricOf(Measure.Loss, training.Target);
        return new()
        {
            Epoch = round.Number + 1,
            TrainingLoss = Of(TrainingName, loss),
            ValidationLoss = Of(ValidationName, loss),
            Validation = round.Metrics.Where(value => value.Evaluation == ValidationName && value.Metric != loss).ToImmutableSortedDictionary(value => value.Metric, value => value.Value, StringComparer.Ordinal),
            LearningRate = settings.LearningRate,
            Resources = meter.Read(training.Rows / meter.Seconds),
        };

        double Of(string evaluation, string metric) => round.Metrics.FirstOrDefault(value => value.Evaluation == evaluation && value.Metric == metric, new("", "", double.NaN)).Value;
    }

    BoosterSettings Translate(FitRows training)
    {
        var target = training.Target;
        var loss = MetricOf(Measure.Loss, target);
        var monitor = MetricOf(settings.Monitor, target);
        return new()
        {
            Objective = settings.Objective.Length > 0 ? settings.Objective : target.Task switch
            {
                LearningTask.Binary => "binary:logistic",
                LearningTask.MultiClass => "multi:softprob",
                _ => "reg:squarederror",
            },
            Classes = target.Task == LearningTask.MultiClass ? target.Outputs : 0,
            Metrics = loss == monitor ? [loss] : [loss, monitor],
            Rounds = settings.Rounds,
            LearningRate = settings.LearningRate,
            MaxDepth = settings.MaxDepth,
            MaxLeaves = settings.MaxLeaves,
            GrowPolicy = settings.GrowPolicy,
            MinChildWeight = settings.MinChildWeight,
            Gamma = settings.Gamma,
            Subsample = settings.Subsample,
            ColumnsByTree = settings.ColsampleByTree,
            ColumnsByLevel = settings.ColsampleByLevel,
            ColumnsByNode = settings.ColsampleByNode,
            Lambda = settings.Lambda,
            Alpha = settings.Alpha,
            MaxBins = settings.MaxBins,
            TreeMethod = settings.TreeMethod,
            MaxDeltaStep = settings.MaxDeltaStep,
            ParallelTrees = settings.ParallelTrees,
            MonotoneConstraints = Monotone(training.Features.Features),
            MaxCategoriesToOneHot = settings.MaxCategoriesToOneHot,
            MaxCategoriesInSplit = settings.MaxCategoriesInSplit,
            Seed = settings.Seed,
            // A training that samples can be gone on with only so.
            SeedEachRound = true,
            Threads = settings.Threads,
            Device = settings.Device,
        };
    }

    int[] Monotone(ImmutableArray<Feature> features)
    {
        if (settings.Increasing.IsEmpty && settings.Decreasing.IsEmpty) return [];
        return [.. features.Select(feature => settings.Increasing.Contains(feature.Name) ? 1 : settings.Decreasing.Contains(feature.Name) ? -1 : 0)];
    }

    void CheckLabels(string which, FitRows rows)
    {
        if (rows.Target.Task != LearningTask.Regression || ValueObjective.Named(settings.Objective) is not { } objective) return;
        for (var row = 0; row < rows.Rows; row++)
            if (!objective.Takes(rows.Labels.Span[row])) throw BoostingErrors.NotForObjective(objective, which, rows.Target.Column, row, rows.Labels.Span[row]);
    }

    DMatrix Matrix(FitRows rows) => new(rows.Features.Values.Span, rows.Features.Columns, new()
    {
        Labels = rows.Labels,
        Weights = TrainingLoss.RowWeights(new() { BalanceClasses = settings.BalanceClasses }, rows),
        FeatureNames = XGBoostPredictor.Names(rows.Features.Features),
        FeatureTypes = [.. rows.Features.Features.Select(feature => feature.Kind == FeatureKind.Category ? FeatureType.Categorical : FeatureType.Numeric)],
        Threads = settings.Threads,
    });

    string Identity(FitRows training, FitRows? validation) =>
        Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(settings with { CheckpointSeconds = 0 }, ModelJson.Options))) + FitRows.Hash(training, validation);

    string MetricOf(Measure measure, Target target) => (measure, target.Task) switch
    {
        (Measure.Loss, LearningTask.Binary) => "logloss",
        (Measure.Loss, LearningTask.MultiClass) => "mlogloss",
        (Measure.Loss, LearningTask.Regression) => settings.Objective == "count:poisson" ? "poisson-nloglik" : "rmse",
        (Measure.RocAuc, LearningTask.Binary) => "auc",
        (Measure.AveragePrecision, LearningTask.Binary) => "aucpr",
        (Measure.Accuracy, LearningTask.Binary) => "error",
        (Measure.Accuracy, LearningTask.MultiClass) => "merror",
        (Measure.Rmse, LearningTask.Regression) => "rmse",
        (Measure.Mae, LearningTask.Regression) => "mae",
        _ => throw EvaluatingErrors.NotForTask(Measures.Name(measure), target.Task),
    };
}
