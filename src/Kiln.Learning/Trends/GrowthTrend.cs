using System.Collections.Immutable;
using Kiln.Data;
using Kiln.Learning.LinearModels;
using Kiln.Learning.Models;
using Kiln.Learning.Preparing;

namespace Kiln.Learning.Trends;

/// <summary>A daily sum that grows: its level is 1 + growth · years since the first day, beside the season of the year and other columns.</summary>
public sealed record GrowthTrend
{
    const int DaysAtLeast = 30;
    const int Steps = 60;
    const double Step = 0.05;

    /// <summary>The column that tells when a row arose.</summary>
    public required string Time { get; init; }

    /// <summary>The column that is summed by day.</summary>
    public required string Value { get; init; }

    /// <summary>Columns of numbers whose daily means may explain a day.</summary>
    public ImmutableArray<string> Beside { get; init; } = [];

    /// <summary>Columns of numbers whose daily means may explain a day by their squares, too.</summary>
    public ImmutableArray<string> Squared { get; init; } = [];

    /// <summary>A day's sum below this counts as this: days out of the ordinary would weigh too much on the logarithm.</summary>
    public double Floor { get; init; } = 1;

    /// <summary>
    /// The growth a year, from 0 to 3 in steps of 0.05, with which a linear model of season and other columns tells the logarithm of a day's sum
    /// with the least absolute error; and the day from which it counts.
    /// </summary>
    /// <param name="rows">The rows to learn from.</param>
    /// <exception cref="KilnException">A column is missing, or there are fewer than 30 days.</exception>
    public (double AYear, DateOnly Start) Fit(Table rows)
    {
        using var first = rows.Query($"SELECT min({Sql.Identifier(Time)})::DATE AS start FROM this HAVING count(*) > 0");
        var start = first.ReadAll() is { RowCount: 1 } day ? DateOnly.FromDateTime(DateTime.UnixEpoch).AddDays(day.Values<int>("start").Span[0]) : throw TooShort(0);
        // Named so that an error names the column they are of.
        var means = Beside.Select(name => $"avg({Sql.Identifier(name)}) AS {Sql.Identifier(name + ", mean of a day")}, ")
            .Concat(Squared.Select(name => $"avg({Sql.Identifier(name)}) ^ 2 AS {Sql.Identifier(name + ", square of a day's mean")}, "));
        using var answer = rows.Query($"""
            SELECT * REPLACE (day / 365.0 AS day, ln(greatest(total, $1)) AS total), sin(angle) AS sine, cos(angle) AS cosine, sin(2 * angle) AS sine_2, cos(2 * angle) AS cosine_2
            FROM (SELECT *, 2 * pi() * day / 365.25 AS angle
                FROM (SELECT {Sql.Identifier(Time)}::DATE - $2::DATE AS day, {string.Concat(means)}sum({Sql.Identifier(Value)})::DOUBLE AS total FROM this GROUP BY day))
            ORDER BY day
            """, Floor, start);
        var days = answer.ReadAll();
        if (days.RowCount < DaysAtLeast) throw TooShort(days.RowCount);
        return (Enumerable.Range(0, Steps + 1).Select(step => step * Step).MinBy(growth => Error(days, growth)), start);
    }

    /// <summary>The level of a row's day as SQL, of the growth $1 and the first day $2.</summary>
    internal string LevelSql => $"1 + $1::DOUBLE * ({Sql.Identifier(Time)}::DATE - $2::DATE) / 365";

    /// <summary>The sum of absolute errors of the best linear model of what is left when this growth is taken out.</summary>
    static double Error(TableColumns days, double growth)
    {
        var left = days["day"].ToDoubles().Zip(days["total"].ToDoubles(), (year, total) => total - double.LogP1(growth * year)).ToArray();
        var features = days.Columns.Where(column => column.Schema.Name is not ("day" or "total" or "angle")).ToList();
        var examples = Examples.Of(TableColumns.Of([.. features, Column.Of<double>("left", left)]), Target.Regression("left"));
        var preparation = Preparation.For(features.Select(column => column.Schema), new() { Numbers = NumberPreparation.None, Impute = NumberImputation.None });
        using var fitted = Model.Fit(new() { Linear = new LinearSettings { L2 = 0 } }, preparation, examples);
        return fitted.Model.Predict(examples.Columns).ToDoubles().Zip(left, (told, was) => Math.Abs(told - was)).Sum();
    }

    static KilnException TooShort(int days) => new(
        "There are too few days to tell how a column grows.", [("days", $"{days}"), ("needed", $"{DaysAtLeast}")], "Let the first fold begin later.");
}
