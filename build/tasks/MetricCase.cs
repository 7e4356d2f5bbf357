using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using Kiln.Learning.Evaluating;
using Kiln.Learning.Models;

namespace Kiln.Build;

/// <summary>Rows, and the metrics to compute of them: what Kiln and its peer are both asked.</summary>
sealed record MetricCase
{
    /// <summary>How far two answers may be apart; of answers above 1, as a share of them.</summary>
    public const double Tolerance = 1e-9;

    public static JsonSerializerOptions Json { get; } = new(JsonSerializerDefaults.Web)
    {
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    public required LearningTask Task { get; init; }

    public required int Outputs { get; init; }

    public required double[] Answers { get; init; }

    public required double[] Labels { get; init; }

    public double[]? Weights { get; init; }

    public int[]? Groups { get; init; }

    public int[]? Days { get; init; }

    public long[]? Cards { get; init; }

    public double? Threshold { get; init; }

    public required ImmutableArray<string> Metrics { get; init; }

    public JudgedRows ToRows() => new()
    {
        Task = Task,
        Outputs = Outputs,
        Answers = Answers,
        Labels = Labels,
        Weights = Weights,
        Groups = Groups,
        Days = Days,
        Cards = Cards,
        Threshold = Threshold,
    };

    /// <summary>How Kiln's answer stands beside the peer's.</summary>
    public Comparison Compare(string name, PeerAnswer peer)
    {
        var own = Ask(name);
        if (peer.Raised is not null) return own is null ? new(Verdict.RefusedByBoth, 0) : new(Verdict.Different, double.NaN);
        if (own is null && peer.Warned is not null && (peer.Value is null || IsRefused(name))) return new(Verdict.RefusedWhereWarned, 0);
        if (own is not { } one || peer.Value is not { } other) return new(Verdict.Different, double.NaN);
        var difference = Math.Abs(one - other) / Math.Max(1, Math.Abs(other));
        return new(difference <= Tolerance ? Verdict.Same : Verdict.Different, difference);
    }

    /// <summary>What Kiln says; null where it refuses.</summary>
    double? Ask(string name)
    {
        try
        {
            return Metric.Parse(name).Of(ToRows());
        }
        catch (KilnException)
        {
            return null;
        }
    }

    /// <summary>
    /// Whether Kiln may refuse what scikit-learn warns of and returns nevertheless: figures of positives where there are none. Precision of nothing flagged, and classes
    /// that a mean over classes counts as 0, are warned of too; Kiln returns the same.
    /// </summary>
    static bool IsRefused(string name) =>
        name is "average precision" or "average precision macro" or "recall" or "R²" || (name.StartsWith('F') && !name.Contains(' ', StringComparison.Ordinal));

    public enum Verdict
    {
        Same,
        RefusedByBoth,
        RefusedWhereWarned,
        Different,
    }

    public readonly record struct Comparison(Verdict Verdict, double Difference);
}

/// <summary>What the peer says: a value, a warning beside one, or what it raised.</summary>
sealed record PeerAnswer(double? Value, string? Warned, string? Raised);
