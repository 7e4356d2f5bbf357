using System.Collections.Immutable;
using Kiln.Data;
using Kiln.Learning.Models;
using Kiln.Learning.Preparing;

namespace Kiln.Learning.Fitting;

/// <summary>What is learned from a table: the target, from which columns, and what the others mean.</summary>
public sealed record LearningProblem
{
    /// <summary>What is learned.</summary>
    public required Target Target { get; init; }

    /// <summary>The columns that are learned from; empty: all that have no other meaning.</summary>
    public ImmutableArray<string> Features { get; init; } = [];

    /// <summary>Columns that mean nothing to the model, such as ids.</summary>
    public ImmutableArray<string> Ignored { get; init; } = [];

    /// <summary>How much each row counts.</summary>
    public string? Weight { get; init; }

    /// <summary>When a row arose: by it candidates look back some days.</summary>
    public string? Time { get; init; }

    /// <summary>Rows of a table as a candidate learns from them.</summary>
    /// <param name="table">The rows.</param>
    /// <param name="days">Days before the last row's day that are read, that day included; 0: all.</param>
    public Examples Read(Table table, int days = 0)
    {
        var columns = days == 0 ? table.ReadColumns() : Recent(table, days);
        return Examples.Of(columns, Target, Weight) with { Days = Time is null ? default : DaysOf(columns[Time]) };
    }

    /// <summary>What a candidate's preparation does to the columns that are learned from.</summary>
    public Preparation Prepare(Table table, PreparationSettings settings)
    {
        var schema = table.Schema;
        var wanted = Features.IsEmpty ? schema.Where(column => !IsOther(column.Name)) : Features.Select(name => schema.FirstOrDefault(column => column.Name == name, new(name, default)));
        return Preparation.For(wanted, settings);
    }

    bool IsOther(string column) => column == Target.Column || column == Target.Exposure || column == Weight || column == Time || Ignored.Contains(column);

    TableColumns Recent(Table table, int days)
    {
        var time = "\"" + (Time ?? throw ModelErrors.NoTime(days)).Replace("\"", "\"\"", StringComparison.Ordinal) + "\"";
        using var rows = table.Query($"SELECT * FROM this WHERE {time}::DATE > (SELECT max({time})::DATE FROM this) - $1::INTEGER", days);
        return rows.ReadAll();
    }

    /// <summary>Each row's day, counted from 1970-01-01.</summary>
    internal static int[] DaysOf(Column time) => time is Column<int> { Schema.Type.Kind: ColumnKind.Date } dates
        ? dates.Values.ToArray()
        : Array.ConvertAll(time.ToDoubles(), micros => (int)Math.Floor(micros / TimeSpan.MicrosecondsPerDay));
}
