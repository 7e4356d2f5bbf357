using System.Collections.Immutable;
using Kiln.Data;
using Kiln.Learning.Describing;
using Kiln.Learning.Evaluating;
using Kiln.Learning.Reporting;
using Kiln.Learning.Validating;

namespace Kiln.Learning.Fitting;

/// <summary>The stages that every pipeline has which learns from a table.</summary>
public static class LearningStages
{
    /// <summary>The pipeline's source files by their names: in the folder that <c>source.path</c> names, or fetched from where they are published.</summary>
    public static Func<string, Input<PlainFile>> AddSources(this PipelineBuilder pipeline, params ImmutableArray<PublishedFile> files)
    {
        var settings = pipeline.Settings<SourceSettings>();
        if (settings.Path is { } folder) return name => Input<PlainFile>.Source(Path.Combine(folder, name));
        var byName = files.ToDictionary(file => file.Name);
        var fetched = pipeline.AddPartitions(byName.Keys, name => new Fetch(pipeline.Name, byName[name], settings.Mirror));
        return name => fetched.Of(name).File;
    }

    /// <summary>The folds of plans, in order, each written by a stage of its own.</summary>
    public static ImmutableArray<FoldTables> AddFolds(this PipelineBuilder pipeline, Output<Table> rows, params ImmutableArray<FoldPlan> plans)
    {
        var all = plans.SelectMany(plan => plan.Names.Select((name, fold) => (name, plan, fold))).ToList();
        if (all.GroupBy(place => place.name).FirstOrDefault(group => group.Count() > 1) is { } twice) throw FittingErrors.SameFold(twice.Key);
        var places = all.ToDictionary(place => place.name);
        return [.. pipeline.AddPartitions(places.Keys, name => new WriteFold(pipeline.Name, rows, places[name].plan, places[name].fold))
            .Zip(places.Keys, (fold, name) => new FoldTables(name, fold.Training, fold.Assessed))];
    }

    /// <summary>
    /// Fits the chosen candidate to training rows, assesses it on test rows, writes its pages with what the section <c>card</c> of the settings says (by the
    /// pipeline's own templates where it has such), and lets it pass its gate or not. Where the section <c>calibration</c> asks for it, the model is calibrated
    /// by how the candidate, fitted to each fold of the training rows, answers those that it has not learned from.
    /// </summary>
    /// <param name="pipeline">The pipeline.</param>
    /// <param name="problem">What is learned.</param>
    /// <param name="training">The rows learned from.</param>
    /// <param name="test">The rows judged on.</param>
    /// <param name="folds">Folds of the training rows; without them nothing can be calibrated.</param>
    public static LearnedModel AddModel(this PipelineBuilder pipeline, LearningProblem problem, Output<Table> training, Output<Table> test, IEnumerable<FoldTables>? folds = null)
    {
        var candidate = pipeline.Settings<TrainSettings>().Choose(pipeline.Settings<ModelsSettings>());
        var fit = pipeline.Add(new FitModel($"models/{pipeline.Name}", problem, training, candidate));
        var calibration = pipeline.AddCalibration(problem, fit, folds ?? []);
        var evaluate = pipeline.Add(new EvaluateModel(pipeline.Name, problem, fit, calibration, test));
        var card = pipeline.Settings<CardSettings>();
        var assessment = pipeline.AddAssessment(new() { Problem = problem, Candidate = candidate.Name, Model = calibration?.Calibrated ?? fit.Model, Fitted = fit.Model, Training = training, Test = test }, card);
        var report = pipeline.Add(new ReportModel(pipeline.Name, evaluate, calibration, assessment, card, pipeline.Templates()));
        return new()
        {
            Model = calibration?.Calibrated ?? fit.Model,
            Test = test,
            Card = report.Card,
            Markdown = report.Markdown,
            Review = assessment.Review.Review,
            Verdicts = assessment.Judgement.Report,
            Decision = pipeline.AddGate(assessment, report.Card, report.Page).Decision,
        };
    }

    /// <summary>The model calibrated by the candidate's answers on folds; null where the settings do not ask for it.</summary>
    static CalibrateModel? AddCalibration(this PipelineBuilder pipeline, LearningProblem problem, FitModel fit, IEnumerable<FoldTables> folds)
    {
        var settings = pipeline.Settings<CalibrationSettings>().Accept(problem.Target);
        if (!settings.IsAsked) return null;
        var byName = folds.ToDictionary(fold => fold.Name);
        if (byName.Count == 0) throw FittingErrors.NothingToCalibrateBy(pipeline.Name);
        var answered = pipeline.AddPartitions(byName.Keys, name => new ScoreFold(pipeline.Name, problem, fit.Candidate, byName[name]));
        var source = $"the candidate's answers on {byName.Count} {(byName.Count == 1 ? "fold" : "folds")} of the training rows, each by a fit that had not learned from the rows it answered";
        return pipeline.Add(new CalibrateModel($"models/{pipeline.Name}", problem, fit.Model, new(source, [.. answered.Select(fold => fold.Answers)]), settings));
    }

    /// <summary>Looks through tables, and writes a page each of what they hold and of what changed since an earlier version.</summary>
    public static void AddDataReports(this PipelineBuilder pipeline, params ImmutableArray<DescribedTable> tables)
    {
        var byName = tables.ToDictionary(table => table.Name);
        var settings = pipeline.Settings<DataReportSettings>();
        var folder = settings.Previous ?? $"pipelines/{pipeline.Name}/baseline";
        var files = pipeline.FilesIn(folder);
        if (files is null && settings.Previous is not null) throw FittingErrors.NoEarlierStatistics(folder);
        var known = (files ?? []).Select(Path.GetFileName).ToHashSet();
        var described = pipeline.AddPartitions(byName.Keys, name => new DescribeData(
            pipeline.Name, byName[name], new(known.Contains(name + ".json") ? [Input<Json<TableFacts>>.Source(Path.Combine(folder, name + ".json"))] : [])));
        pipeline.AddPartitions(byName.Keys, name => new ReportData(pipeline.Name, byName[name], described.Of(name), pipeline.Templates()));
    }

    /// <summary>The pipeline's folder of templates, where it has one.</summary>
    /// <exception cref="KilnException">It holds a file that no page would use.</exception>
    public static Inputs<Folder> Templates(this PipelineBuilder pipeline)
    {
        var folder = $"pipelines/{pipeline.Name}/templates";
        if (pipeline.FilesIn(folder) is not { } files) return new((IEnumerable<Input<Folder>>)[]);
        TemplateSource.Refuse(folder, files.Concat(pipeline.FilesIn($"{folder}/charts") ?? []).Select(file => Path.GetRelativePath(Path.Combine(pipeline.Workspace, folder), file)));
        return new((IEnumerable<Input<Folder>>)[Input<Folder>.Source(folder)]);
    }

    /// <summary>Fits every candidate to every fold, and ranks them; only where that is asked for.</summary>
    public static CompareCandidates AddComparison(this PipelineBuilder pipeline, LearningProblem problem, IEnumerable<FoldTables> folds, Measure measure)
    {
        var candidates = pipeline.Settings<ModelsSettings>().Candidates;
        foreach (var candidate in candidates) _ = pipeline.Settings<ModelsSettings>()[candidate.Name];
        var pairs = (from candidate in candidates from fold in folds select (candidate, fold)).ToDictionary(pair => $"{pair.candidate.Name}@{pair.fold.Name}");
        var fits = pipeline.AddPartitions(pairs.Keys, key => new FitFold(pipeline.Name, pairs[key].candidate, problem, pairs[key].fold));
        return pipeline.Add(new CompareCandidates(pipeline.Name, Measures.Name(measure), Measures.IsHigherBetter(measure), fits, pipeline.Templates()));
    }
}
