using System.ComponentModel.DataAnnotations;
using Kiln.Learning.Evaluating;
using Kiln.Learning.Fitting;
using Kiln.Learning.Models;
using Kiln.Learning.Trends;
using Kiln.Learning.Validating;
using Kiln.Registry;

namespace Kiln.Pipelines.Bikes;

/// <summary>The hours that the model is judged on: it learns from all before.</summary>
public sealed record SplitSettings
{
    /// <summary>The first day.</summary>
    public DateOnly TestFrom { get; init; } = new(2012, 10, 1);

    /// <summary>How many days.</summary>
    [Range(1, 100_000)]
    public int TestDays { get; init; } = 92;
}

/// <summary>How many bikes are rented each hour, from the calendar and the weather (Fanaee-T and Gama 2013), after what was learned before.</summary>
public static class BikesPipeline
{
    /// <summary>The pipeline, for the host.</summary>
    public static PipelineDefinition Definition { get; } = new("bikes", Declare);

    // The calendar, the hour's weather and that of the rows before it. Of the counts only the sum is kept: casual and registered add up to it.
    const string Features = """
        SELECT instant, dteday + hr * INTERVAL 1 HOUR AS time, season, yr, mnth, hr, holiday, weekday, workingday, workingday * 24 + hr AS working_hour,
            weathersit, temp, atemp, hum, windspeed,
            lag(temp, 1, temp) OVER before AS temp_1, lag(temp, 2, temp) OVER before AS temp_2, lag(temp, 3, temp) OVER before AS temp_3,
            lag(weathersit, 1, weathersit) OVER before AS weathersit_1, lag(weathersit, 2, weathersit) OVER before AS weathersit_2,
            lag(weathersit, 3, weathersit) OVER before AS weathersit_3,
            avg(hum) OVER three AS hum_mean, max(weathersit) OVER three AS weathersit_max, cnt
        FROM rows
        WINDOW before AS (ORDER BY instant), three AS (ORDER BY instant ROWS BETWEEN 2 PRECEDING AND CURRENT ROW)
        """;

    // Fewer than 200 rents a day were a storm, or a holiday in winter.
    static GrowthTrend Growth { get; } = new() { Time = "time", Value = "cnt", Beside = ["temp", "weathersit", "hum", "windspeed"], Squared = ["temp"], Floor = 200 };

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
        pipeline.AddDataReports(DescribedTable.Of("hours", hours));
        var features = pipeline.Add(new QueryTable(pipeline.Name, "features", Features, "instant", hours.Rows));

        var split = pipeline.Settings<SplitSettings>();
        var test = new TimeOrdered { Time = "time", First = split.TestFrom, Days = split.TestDays };
        var folds = pipeline.AddFolds(features.Result, pipeline.Settings<ValidationSettings>().Choose(), test).ToDictionary(fold => fold.Name);
        var levelled = pipeline.AddPartitions(folds.Keys, name => new AddLevel(pipeline.Name, Growth, "instant", folds[name])).Select(level => level.Levelled()).ToList();

        pipeline.AddRegistration(pipeline.AddModel(Problem, levelled[^1].Training, levelled[^1].Assessed));
        pipeline.AddComparison(Problem, levelled[..^1], Measure.Rmse);
    }
}
