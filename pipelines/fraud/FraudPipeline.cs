using System.Collections.Immutable;
using Kiln.Learning.Evaluating;
using Kiln.Learning.Fitting;
using Kiln.Learning.Reporting;
using Kiln.Registry;

namespace Kiln.Pipelines.Fraud;

/// <summary>Card-fraud detection: from daily transactions to a scored, documented classifier.</summary>
public static class FraudPipeline
{
    /// <summary>The pipeline, for the host.</summary>
    public static PipelineDefinition Definition { get; } = new("fraud", Declare);

    static void Declare(PipelineBuilder pipeline)
    {
        var days = SourceDays(pipeline);
        var ingested = pipeline.AddPartitions(days.Keys, day => new Ingest(day, days[day]));
        pipeline.AddDataReports(new DescribedTable("transactions", [.. ingested.Select(day => day.Transactions)])
        {
            Counts = [.. ingested.Select(day => day.Counts)],
            Rejects = [.. ingested.Select(day => day.Rejects)],
            Contract = Input<PlainFile>.Source(Ingest.ContractPath),
        });
        var features = pipeline.Add<Features>();
        var split = pipeline.Add<Split>();
        var train = pipeline.Add<Train>();
        var calibration = pipeline.Settings<CalibrationSettings>().Accept(FraudProblem.Definition.Target);
        var calibrate = calibration.IsAsked ? pipeline.Add(new Calibrate(train, calibration)) : null;
        var model = calibrate?.Calibrated ?? train.Model;
        var threshold = pipeline.Add(new ChooseThreshold(train, calibrate, pipeline.Settings<ThresholdSettings>()));
        var evaluate = pipeline.Add(new Evaluate(split, model, threshold, pipeline.Settings<EvaluateSettings>()));
        var assessment = pipeline.AddAssessment(new()
        {
            Problem = FraudProblem.Definition,
            Candidate = train.Candidate.Name,
            Model = model,
            Fitted = train.Model,
            Training = split.Training,
            Test = split.Test,
            Threshold = threshold.Threshold,
        }, pipeline.Settings<CardSettings>());
        var pages = new FraudPages(pipeline.Settings<SourceSettings>().Path is null, pipeline.Settings<SplitSettings>(), pipeline.Settings<EvaluateSettings>().CardsPerDay);
        var report = pipeline.Add(new Report(split, train, calibrate, evaluate, assessment, pages, pipeline.Settings<CardSettings>()));
        pipeline.AddRegistration(new()
        {
            Model = model,
            Test = split.Test,
            Card = report.Card,
            Markdown = report.Markdown,
            Review = assessment.Review.Review,
            Verdicts = assessment.Judgement.Report,
            Decision = pipeline.AddGate(assessment, report.Card, report.Evaluation).Decision,
        });
        DeclareComparison(pipeline, features);
    }

    /// <summary>
    /// Model selection: every candidate on every validation week. The same on the test weeks is another target, so that nobody looks there
    /// by accident.
    /// </summary>
    static void DeclareComparison(PipelineBuilder pipeline, Features features)
    {
        var (split, evaluate) = (pipeline.Settings<SplitSettings>(), pipeline.Settings<EvaluateSettings>());
        var candidates = pipeline.Settings<ModelsSettings>().Candidates;
        var days = candidates.Select(candidate => candidate.Days).Append(split.TrainDays).Max();
        var folds = pipeline.AddPartitions(split.ValidationStarts.Concat(split.TestStarts), start => new SplitFold(start, days, features, split));
        var pairs = (from candidate in candidates from fold in folds select (candidate, fold)).ToDictionary(pair => $"{pair.candidate.Name}@{pair.fold.Key}");
        var fits = pipeline.AddPartitions(pairs.Keys, key => new FraudFold(pairs[key].candidate, pairs[key].fold, evaluate)).ToLookup(fit => fit.Fold);
        pipeline.AddPartitions(["validation", "test"], weeks => new CompareCandidates(
            $"fraud/{weeks}", Measures.Name(Measure.AveragePrecision), isHigherBetter: true,
            (weeks == "test" ? split.TestStarts : split.ValidationStarts).SelectMany(start => fits[SplitFold.NameOf(start)]), pipeline.Templates()));
    }

    /// <summary>Each day's CSV: simulated, or found in the folder that <c>source.path</c> names.</summary>
    static ImmutableSortedDictionary<DateOnly, Input<PlainFile>> SourceDays(PipelineBuilder pipeline)
    {
        var source = pipeline.Settings<SourceSettings>();
        var simulation = pipeline.Settings<SimulateSettings>();
        if (source.Path is { } folder)
            return SourceFolder.Days(Path.GetFullPath(folder, pipeline.Workspace), pipeline.FilesIn(folder), source.AllowMissingDays)
                .ToImmutableSortedDictionary(day => day.Key, day => Input<PlainFile>.Source(day.Value));

        var simulated = pipeline.AddPartitions<Simulate, DateOnly>(Simulation.Days(simulation));
        return Simulation.Days(simulation).ToImmutableSortedDictionary(day => day, day => Input<PlainFile>.From(simulated.Of(day).Transactions));
    }
}
