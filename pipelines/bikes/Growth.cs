using Kiln.Data;
using Kiln.Learning.LinearModels;
using Kiln.Learning.Models;
using Kiln.Learning.Preparing;

namespace Kiln.Pipelines.Bikes;

/// <summary>How fast demand grows: by 1 + growth · years, beside the season and the weather.</summary>
static class Growth
{
    const int DaysAtLeast = 30;

    // Below 200 rents a day were storms and a closed season: they would weigh on the logarithm more than on demand.
    const string Days = """
        SELECT day / 365.0 AS years, ln(greatest(total, 200)) AS total, sin(angle) AS sine, cos(angle) AS cosine, sin(2 * angle) AS sine_2, cos(2 * angle) AS cosine_2,
            temp, temp * temp AS temp_2, weathersit, hum, windspeed
        FROM (SELECT time::DATE - (SELECT min(time)::DATE FROM this) AS day, 2 * pi() * day / 365.25 AS angle, sum(cnt) AS total,
            avg(temp) AS temp, avg(weathersit) AS weathersit, avg(hum) AS hum, avg(windspeed) AS windspeed FROM this GROUP BY day)
        ORDER BY day
        """;

    /// <summary>The growth a year, in steps of 0.05, by which a linear model tells the logarithm of a day's demand best, and the day it counts from.</summary>
    /// <param name="hours">Rows with the columns time, cnt, temp, weathersit, hum and windspeed.</param>
    public static (double AYear, DateOnly Start) Fit(Table hours)
    {
        using var answer = hours.Query(Days);
        var days = answer.ReadAll();
        using var first = hours.Query("SELECT min(time)::DATE AS start FROM this");
        var start = DateOnly.FromDateTime(DateTime.UnixEpoch).AddDays(first.ReadAll().Values<int>("start").Span[0]);
        if (days.RowCount < DaysAtLeast) throw new KilnException("There are too few days to tell how demand grows.", [("days", $"{days.RowCount}"), ("needed", $"{DaysAtLeast}")], "Let the first fold begin later.");
        return (Enumerable.Range(0, 61).Select(step => step / 20.0).MinBy(growth => Error(days, growth)), start);
    }

    /// <summary>The sum of absolute errors of the best linear model of what is left when this growth is taken out.</summary>
    static double Error(TableColumns days, double growth)
    {
        var (years, totals) = (days["years"].ToDoubles(), days["total"].ToDoubles());
        var left = years.Zip(totals, (year, total) => total - double.LogP1(growth * year)).ToArray();
        var features = days.Columns.Where(column => column.Schema.Name is not ("years" or "total")).ToList();
        var examples = Examples.Of(TableColumns.Of([.. features, Column.Of<double>("left", left)]), Target.Regression("left"));
        var preparation = Preparation.For(features.Select(column => column.Schema), new() { Numbers = NumberPreparation.None, Impute = NumberImputation.None });
        using var fitted = Model.Fit(new() { Linear = new LinearSettings { L2 = 0 } }, preparation, examples);
        return fitted.Model.Predict(examples.Columns).ToDoubles().Zip(left, (told, was) => Math.Abs(told - was)).Sum();
    }
}
