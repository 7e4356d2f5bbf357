using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;
using Kiln.Learning.Preparing;

namespace Kiln.Learning.Models;

/// <summary>Prepared rows with what is learned from them: what an estimator is given.</summary>
public sealed record FitRows
{
    /// <summary>The prepared rows.</summary>
    public required FeatureMatrix Features { get; init; }

    /// <summary>Each row's label: the class's number, or the value as the model learns it (<see cref="Target.Transform"/>).</summary>
    public required ReadOnlyMemory<float> Labels { get; init; }

    /// <summary>How much each row counts, from 0; empty: all the same.</summary>
    public ReadOnlyMemory<float> Weights { get; init; }

    /// <summary>What each row's value was divided by; empty: nothing.</summary>
    public ReadOnlyMemory<float> Exposures { get; init; }

    /// <summary>Each row's day, by number; empty where rows have no time.</summary>
    public ReadOnlyMemory<int> Days { get; init; }

    /// <summary>What is learned.</summary>
    public required Target Target { get; init; }

    /// <summary>The number of rows.</summary>
    public int Rows => Labels.Length;

    /// <summary>A hash of everything in some sets of rows: what a checkpoint belongs to.</summary>
    internal static string Hash(params IEnumerable<FitRows?> sets)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var rows in sets)
        {
            hash.AppendData(BitConverter.GetBytes(rows?.Rows ?? -1));
            if (rows is null) continue;
            hash.AppendData(JsonSerializer.SerializeToUtf8Bytes(rows.Target, ModelJson.Options));
            hash.AppendData(JsonSerializer.SerializeToUtf8Bytes(rows.Features.Features, ModelJson.Options));
            foreach (var values in new[] { rows.Features.Values, rows.Labels, rows.Weights }) hash.AppendData(MemoryMarshal.AsBytes(values.Span));
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>The rows of the last days; all of them for 0.</summary>
    /// <exception cref="KilnException">The rows have no time.</exception>
    internal FitRows LastDays(int days)
    {
        if (days == 0) return this;
        if (Days.IsEmpty) throw ModelErrors.NoTime(days);
        var first = Days.ToArray().Max() - days + 1;
        int[] rows = [.. Enumerable.Range(0, Rows).Where(row => Days.Span[row] >= first)];
        return this with
        {
            Features = new(Features.Features, Take(Features.Values, rows, Features.Columns)),
            Labels = Take(Labels, rows),
            Weights = Take(Weights, rows),
            Exposures = Take(Exposures, rows),
            Days = Take(Days, rows),
        };
    }

    static T[] Take<T>(ReadOnlyMemory<T> values, int[] rows, int width = 1)
    {
        if (values.IsEmpty) return [];
        var taken = new T[rows.Length * width];
        for (var i = 0; i < rows.Length; i++) values.Span.Slice(rows[i] * width, width).CopyTo(taken.AsSpan(i * width));
        return taken;
    }

    internal static FitRows Of(FeatureMatrix features, Examples examples) => new()
    {
        Features = features,
        Labels = examples.LearnedLabels(),
        Weights = examples.Weights,
        Exposures = examples.Exposures,
        Days = examples.Days,
        Target = examples.Target,
    };

    /// <summary>A predictor's answers for these rows as answers to what was asked, and the labels beside them.</summary>
    internal (Predictions Predictions, float[] Labels) Undo(float[] answers)
    {
        var labels = Labels.ToArray();
        Target.Undo(answers, Exposures.Span);
        Target.Undo(labels, Exposures.Span);
        return (new(Target, answers), labels);
    }
}
