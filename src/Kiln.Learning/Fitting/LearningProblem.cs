using System.Collections.Immutable;
using Kiln.Data;
using Kiln.Learning.Evaluating;
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

    /// <summary>A row's card, where alerts are counted by card: whole numbers.</summary>
    public string? Card { get; init; }

    /// <summary>The query that a row answers, where rows are ranked within queries.</summary>
    public string? Query { get; init; }

    /// <summary>Refuses a metric that needs to know more of rows than the problem names.</summary>
    /// <param name="metric">The metric.</param>
    /// <param name="place">Where it was written.</param>
    /// <param name="setting">What names it.</param>
    /// <exception cref="KilnException">It does.</exception>
    internal void Accept(Metric metric, string place, string setting)
    {
        foreach (var (fact, column) in new[] { (RowFacts.Time, Time), (RowFacts.Card, Card), (RowFacts.Query, Query) })
            if (metric.RowFacts.HasFlag(fact) && column is null) throw FittingErrors.NoColumnFor(place, setting, metric, fact);
    }

    /// <summary>The candidate, unless its settings tell that the problem cannot be learned by it: a stage that fits asks when it is declared.</summary>
    /// <param name="candidate">The candidate.</param>
    /// <param name="makesNetworks">Whether the stage gives <see cref="FitOptions.OwnNetwork"/>.</param>
    /// <exception cref="KilnException">A setting does not go with the target, days are to be counted and there is no time, or the network is nobody's.</exception>
    public Candidate Accept(Candidate candidate, bool makesNetworks = false)
    {
        Misfit? misfit = candidate.Days > 0 && Time is null ? new("days", "the problem names no column of times to count days by")
            : candidate.Model.Days > 0 && Time is null ? new("model.ensemble.members", "a member learns from some days, and the problem names no column of times to count days by")
            : candidate.Model.HasOwnNetwork && !makesNetworks ? new("model.network.own", "the stage that fits it makes no networks: write one that gives FitOptions.OwnNetwork")
            : candidate.Model.MisfitTo(Target)?.Under("model");
        return misfit is { } found ? throw FittingErrors.Misfit(candidate, found, Target) : candidate;
    }

    /// <summary>Rows of a table as a candidate learns from them.</summary>
    /// <param name="table">The rows.</param>
    /// <param name="days">Days before the last row's day that are read, that day included; 0: all.</param>
    public Examples Read(Table table, int days = 0)
    {
        var columns = days == 0 ? table.ReadColumns() : Recent(table, days);
        return Examples.Of(columns, Target, Weight) with { Days = Time is null ? default : DaysOf(columns[Time]) };
    }

    /// <summary>Rows to judge a model by: all at once, with room for the answers beside them.</summary>
    /// <param name="table">The rows.</param>
    /// <param name="path">What the table is called where it cannot be judged on.</param>
    /// <exception cref="KilnException">There are none, or memory or an array cannot hold so many.</exception>
    public Examples ReadTest(Table table, string path)
    {
        var rows = table.RowCount;
        if (rows == 0) throw FittingErrors.NothingToJudgeOn(path);
        // A byte a column; each answer and label in single and in double precision; an order to walk them in, and its keys. It may be more.
        var needed = (double)rows * (table.Schema.Length + ((sizeof(float) + sizeof(double)) * (Target.Outputs + 2)));
        var available = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        if (rows > Array.MaxLength / Target.Outputs || needed > available) throw FittingErrors.TooManyToJudgeOn(path, rows, Target.Outputs, needed, available);
        return Read(table);
    }

    /// <summary>What a candidate's preparation does to the columns that are learned from.</summary>
    public Preparation Prepare(Table table, PreparationSettings settings)
    {
        var schema = table.Schema;
        var wanted = FeaturesOf(schema).Select(name => schema.FirstOrDefault(column => column.Name == name, new(name, default)));
        return Preparation.For(wanted, settings);
    }

    /// <summary>The columns that are learned from; some that are named may not be there.</summary>
    internal IEnumerable<string> FeaturesOf(IEnumerable<ColumnSchema> schema) => Features.IsEmpty ? schema.Select(column => column.Name).Where(name => !IsOther(name)) : Features;

    /// <summary>A model's answers for rows, beside what metrics need to know of these.</summary>
    public JudgedRows Judged(Examples rows, Predictions predictions) => JudgedRows.Of(predictions, rows) with
    {
        Cards = Card is null ? default : rows.Columns.Values<long>(Card),
        Groups = Query is null ? default : CategoryCounts.Of(rows.Columns[Query]).Codes,
    };

    bool IsOther(string column) => column == Target.Column || column == Target.Exposure || column == Weight || column == Time || column == Card || column == Query || Ignored.Contains(column);

    TableColumns Recent(Table table, int days)
    {
        var time = Sql.Identifier(Time ?? throw ModelErrors.NoTime(days));
        using var rows = table.Query($"SELECT * FROM this WHERE {time}::DATE > (SELECT max({time})::DATE FROM this) - $1::INTEGER", days);
        return rows.ReadAll();
    }

    /// <summary>Each row's day, counted from 1970-01-01.</summary>
    internal static int[] DaysOf(Column time) => time is Column<int> { Schema.Type.Kind: ColumnKind.Date } dates
        ? dates.Values.ToArray()
        : Array.ConvertAll(time.ToDoubles(), micros => (int)Math.Floor(micros / TimeSpan.MicrosecondsPerDay));
}
