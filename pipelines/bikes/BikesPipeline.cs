using Kiln.Learning.Evaluating;
using Kiln.Learning.Fitting;
using Kiln.Learning.Models;
using Kiln.Learning.Validating;

namespace Kiln.Pipelines.Bikes;

/// <summary>The hours that the model is judged on: it learns from all before.</summary>
public sealed record SplitSettings
{
    /// <summary>The first day.</summary>
    public DateOnly TestFrom { get; init; } = new(2012, 10, 1);

    /// <summary>How many days.</summary>
    [System.ComponentModel.DataAnnotations.Range(1, 100_000)]
    public int TestDays { get; init; } = 92;
}

/// <summary>How many bikes are rented each hour, from the calendar and the weather (Fanaee-T and Gama 2013), after what was learned before.</summary>
public static class BikesPipeline
{
    /// <summary>The pipeline, for the host.</summary>
    public static PipelineDefinition Definition { get; } = new("bikes", Declare);

    static LearningProblem Problem { get; } = new()
    {
        Target = Target.Regression("cnt") with { Exposure = AddLevel.Column, Transform = TargetTransform.Sqrt },
        Ignored = ["instant"],
        Time = "time",
    };

    static void Declare(PipelineBuilder pipeline)
    {
        var source = pipeline.AddSources(new PublishedFile
        {
            Name = "hour.csv",
            Address = "https://archive.ics.uci.edu/static/public/275/bike+sharing+dataset.zip",
            Entry = "hour.csv",
            Checksum = "sha256:b03a2d02e8c10f435c43c7f0b358b7e34a003afea53dbc37f0183f2763295133",
        });
        var hours = pipeline.Add(new IngestCsv(pipeline.Name, "hours", "hours.yaml", source("hour.csv")));
        var features = pipeline.Add(new HourFeatures(hours.Rows));

        var split = pipeline.Settings<SplitSettings>();
        var test = new TimeOrdered { Time = "time", First = split.TestFrom, Days = split.TestDays };
        var folds = pipeline.AddFolds(features.Rows, pipeline.Settings<ValidationSettings>().Choose(), test).ToDictionary(fold => fold.Name);
        var levelled = pipeline.AddPartitions(folds.Keys, name => new AddLevel(folds[name])).Select(level => level.Levelled).ToList();

        pipeline.AddModel(Problem, levelled[^1].Training, levelled[^1].Assessed);
        pipeline.AddComparison(Problem, levelled[..^1], Measure.Rmse);
    }
}
