using System.Collections.Immutable;
using Kiln.Data;
using Kiln.Learning.Evaluating;
using Kiln.Learning.Models;

namespace Kiln.Learning.Explaining;

/// <summary>
/// What can be said of why a fitted model answers as it does: which columns it needs, how its answers go with them, and what they add to single
/// answers. It tells of the model, not of the world: a column may matter to a model without being the cause of anything.
/// </summary>
public sealed record Explanation
{
    /// <summary>The kind of model.</summary>
    public required string Kind { get; init; }

    /// <summary>Rows that were given; each part tells how many of them it took.</summary>
    public required int Rows { get; init; }

    /// <summary>What the rows, permutations and lines were drawn by.</summary>
    public required int Seed { get; init; }

    /// <summary>By how much answers get worse without a column; null where <see cref="Omitted"/> says why not.</summary>
    public PermutationImportance? Importance { get; init; }

    /// <summary>How answers go with the most important columns, in their order; without importances with the first ones.</summary>
    public required ImmutableArray<PartialDependence> Dependence { get; init; }

    /// <summary>What columns add to answers; null where <see cref="Omitted"/> says why not.</summary>
    public Attribution? Attribution { get; init; }

    /// <summary>What is not there, and why.</summary>
    public ImmutableArray<Omission> Omitted { get; init; } = [];

    /// <summary>
    /// All that applies to a model: permutation importances, partial dependences, and contributions by Shapley values, integrated gradients or
    /// coefficients. The settings bound the time; the same model, rows and settings give the same record.
    /// </summary>
    /// <param name="model">The model.</param>
    /// <param name="rows">Rows that it has not learned from.</param>
    /// <param name="metric">What judges importances.</param>
    /// <param name="settings">How much is asked of the model.</param>
    /// <param name="told">Told what is asked next, a column, or what all add to answers. It may throw to end it.</param>
    /// <exception cref="KilnException">The rows cannot be answered or judged, or a setting is out of its range or names a column that the model does not read.</exception>
    public static Explanation Of(Model model, ExplainedRows rows, Metric metric, ExplainSettings? settings = null, Action<string>? told = null)
    {
        settings ??= new();
        var importance = PermutationImportance.Try(model, rows, metric, settings.Permutation, settings.Seed, told);
        var omitted = ImmutableArray.CreateBuilder<Omission>();
        if (importance is null) omitted.Add(new("permutation importance", metric.WhyUndefined(rows.Rows).TrimEnd('.')));
        ImmutableArray<string> ranked = [.. importance?.Columns.Select(column => column.Name) ?? model.Preparation.Inputs.Select(input => input.Name)];
        var dependence = Dependences(model, rows.Columns, ranked, importance is null ? "first" : "most important", settings, omitted, told);
        Attribution? attribution = null;
        told?.Invoke("contributions");
        if (Explaining.Attribution.Obstacle(model) is { } obstacle) omitted.Add(new("attribution", obstacle));
        else attribution = Explaining.Attribution.Of(model, rows.Columns, settings.Attribution, settings.Seed, rows.Reference);
        return new()
        {
            Kind = model.Description.Kind,
            Rows = rows.Rows,
            Seed = settings.Seed,
            Importance = importance,
            Dependence = dependence,
            Attribution = attribution,
            Omitted = omitted.ToImmutable(),
        };
    }

    /// <summary>How many things an explanation asks of a model.</summary>
    internal static int QuestionsTo(Model model, ExplainSettings settings)
    {
        var inputs = model.Preparation.Inputs.Length;
        return inputs + settings.Permutation.Groups.Length + Math.Min(inputs, settings.Dependence.Columns) + 1;
    }

    static ImmutableArray<PartialDependence> Dependences(Model model, TableColumns rows, ImmutableArray<string> columns, string which, ExplainSettings settings, ImmutableArray<Omission>.Builder omitted, Action<string>? told)
    {
        var found = ImmutableArray.CreateBuilder<PartialDependence>();
        foreach (var column in columns.Take(settings.Dependence.Columns))
        {
            told?.Invoke(column);
            if (rows[column] is BytesColumn) omitted.Add(new($"dependence on {column}", "it holds bytes, which have no order"));
            else if (PartialDependence.Of(model, rows, column, settings.Dependence, settings.Seed) is { Points.Length: > 1 } several) found.Add(several);
            else omitted.Add(new($"dependence on {column}", "it has one value in all rows"));
        }
        if (columns.Length > settings.Dependence.Columns)
            omitted.Add(new("dependence", $"on the {settings.Dependence.Columns} {which} of {columns.Length} columns only (explain.dependence.columns)"));
        return found.ToImmutable();
    }
}

/// <summary>A part of an explanation that is not there.</summary>
/// <param name="Part">The part.</param>
/// <param name="Reason">Why.</param>
public sealed record Omission(string Part, string Reason);
