using Kiln.Data;

namespace Kiln.Pipelines.Bikes;

/// <summary>The hours with what is known when an hour begins to be served: the calendar, its weather, and that of the rows before it.</summary>
[TaskDescription("Adds the weather of the hours before to each hour.")]
public sealed class HourFeatures(Output<Table> hours) : Stage
{
    // Of the counts only the sum is kept: casual and registered add up to it.
    const string Query = """
        SELECT instant, dteday + hr * INTERVAL 1 HOUR AS time, season, yr, mnth, hr, holiday, weekday, workingday, workingday * 24 + hr AS working_hour,
            weathersit, temp, atemp, hum, windspeed,
            lag(temp, 1, temp) OVER before AS temp_1, lag(temp, 2, temp) OVER before AS temp_2, lag(temp, 3, temp) OVER before AS temp_3,
            lag(weathersit, 1, weathersit) OVER before AS weathersit_1, lag(weathersit, 2, weathersit) OVER before AS weathersit_2,
            lag(weathersit, 3, weathersit) OVER before AS weathersit_3,
            avg(hum) OVER three AS hum_mean, max(weathersit) OVER three AS weathersit_max, cnt
        FROM hours
        WINDOW before AS (ORDER BY instant), three AS (ORDER BY instant ROWS BETWEEN 2 PRECEDING AND CURRENT ROW)
        """;

    /// <summary>The library that computes them.</summary>
    public Input<PlainFile> DuckDbLibrary { get; } = DuckDb.Library;

    /// <summary>The hours as they came.</summary>
    public Input<Table> Hours { get; } = hours;

    /// <summary>The hours with their features.</summary>
    public Output<Table> Rows { get; } = new("data/bikes/features.parquet");

    /// <inheritdoc/>
    protected override Task RunAsync(StageRun run)
    {
        run.Open(Rows).Write(new TableQuery { Sql = Query, Tables = new Dictionary<string, Table> { ["hours"] = run.Open(Hours) }, OrderBy = ["instant"] });
        return Task.CompletedTask;
    }
}
