using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Kiln.Learning.Preparing;

/// <summary>What became of a <see cref="CategoryEncoding"/> by fitting it: features for a category's number.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(FittedOneHot), "oneHot")]
[JsonDerivedType(typeof(FittedOrdinal), "ordinal")]
[JsonDerivedType(typeof(FittedTargetMeans), "target")]
[JsonDerivedType(typeof(FittedHash), "hash")]
public abstract record FittedEncoding
{
    private protected FittedEncoding()
    {
    }

    internal abstract int Width { get; }

    internal abstract IEnumerable<Feature> Features(InputColumn input);

    internal abstract void Write(ReadOnlySpan<int> codes, Span<float> features, int stride);

    internal abstract string? Flaw(int known);
}

/// <summary>A feature for each value that is not infrequent, then one for infrequent values, then one for missing ones, where there are such.</summary>
public sealed record FittedOneHot : FittedEncoding
{
    /// <summary>As many features at most.</summary>
    internal const int Most = 1_000_000;

    /// <summary>In place of a feature's number: the shared one.</summary>
    internal const int Infrequent = -1;

    /// <summary>Each known value's feature; −1 for the one that infrequent values share.</summary>
    public required ImmutableArray<int> Places { get; init; }

    /// <summary>Whether a feature stands for missing.</summary>
    public required bool Missing { get; init; }

    // Counted once: a row on its own must not go through all values. -1 until then.
    int _own = -1;

    int Own => _own >= 0 ? _own : _own = Places.Count(place => place != Infrequent);

    internal override int Width => Own + (Own < Places.Length ? 1 : 0) + (Missing ? 1 : 0);

    internal override IEnumerable<Feature> Features(InputColumn input)
    {
        for (var i = 0; i < Places.Length; i++)
            if (Places[i] != Infrequent) yield return new() { Name = $"{input.Name}={input.KnownValues[i]}" };
        if (Own < Places.Length) yield return new() { Name = input.Name + " infrequent" };
        if (Missing) yield return new() { Name = input.Name + " missing" };
    }

    internal override void Write(ReadOnlySpan<int> codes, Span<float> features, int stride)
    {
        var (width, own) = (Width, Own);
        var places = Places.AsSpan();
        for (int i = 0, at = 0; i < codes.Length; i++, at += stride)
        {
            var row = features.Slice(at, width);
            row.Clear();
            var code = codes[i];
            if (code >= CategoryCodes.First) row[places[code - CategoryCodes.First] is >= 0 and var place ? place : own] = 1;
            else if (code == Feature.Missing && Missing) row[^1] = 1;
        }
    }

    internal override string? Flaw(int known)
    {
        if (Places.IsDefault || Places.Length != known) return "the features of a one-hot encoding are not as many as its values";
        var next = 0;
        foreach (var place in Places)
            if (place != Infrequent && place != next++) return "the features of a one-hot encoding are not in order";
        return next > Most ? "a one-hot encoding has too many features" : null;
    }
}

/// <summary>The category's number.</summary>
public sealed record FittedOrdinal : FittedEncoding
{
    internal override int Width => 1;

    internal override IEnumerable<Feature> Features(InputColumn input) =>
        [new() { Name = input.Name, Kind = FeatureKind.Category, Categories = input.KnownValues.Length + CategoryCodes.First }];

    internal override void Write(ReadOnlySpan<int> codes, Span<float> features, int stride)
    {
        for (var i = 0; i < codes.Length; i++) features[i * stride] = codes[i];
    }

    // Single precision counts no further.
    internal override string? Flaw(int known) => known <= CategoryCounts.Most ? null : "an ordinal encoding has too many values";
}

/// <summary>A mean of labels for each category; with several classes one for each class.</summary>
public sealed record FittedTargetMeans : FittedEncoding
{
    /// <summary>The classes, where there are more than two; else empty.</summary>
    public required ImmutableArray<string> Classes { get; init; }

    /// <summary>[categories, classes]: unseen, missing, then the known values.</summary>
    public required ImmutableArray<double> Means { get; init; }

    internal override int Width => Math.Max(1, Classes.Length);

    internal override IEnumerable<Feature> Features(InputColumn input) => Classes.IsEmpty
        ? [new() { Name = input.Name + " target" }]
        : Classes.Select(name => new Feature { Name = $"{input.Name} target={name}" });

    internal override void Write(ReadOnlySpan<int> codes, Span<float> features, int stride)
    {
        var means = Means.AsSpan();
        var width = Width;
        for (var i = 0; i < codes.Length; i++)
            for (var output = 0; output < width; output++)
                features[i * stride + output] = (float)means[codes[i] * width + output];
    }

    internal override string? Flaw(int known) =>
        Classes.IsDefault || Means.IsDefault || Means.Length != ((long)known + CategoryCodes.First) * Width ? "the means of a target encoding are not as many as its values"
        : Means.All(mean => float.IsFinite((float)mean)) ? null
        : "a mean of a target encoding is not a finite number";
}

/// <summary>A feature for each bucket of the value's hash: FNV-1a of 64 bits over UTF-8, mixed as MurmurHash3 ends, modulo the buckets.</summary>
public sealed record FittedHash : FittedEncoding
{
    /// <summary>As many buckets at most.</summary>
    internal const int Most = 1_000_000;

    /// <summary>The number of buckets.</summary>
    public required int Buckets { get; init; }

    internal override int Width => Buckets;

    internal override IEnumerable<Feature> Features(InputColumn input) => Enumerable.Range(0, Buckets).Select(bucket => new Feature { Name = $"{input.Name} bucket {bucket}" });

    internal override void Write(ReadOnlySpan<int> codes, Span<float> features, int stride)
    {
        for (var i = 0; i < codes.Length; i++)
        {
            var row = features.Slice(i * stride, Buckets);
            row.Clear();
            if (codes[i] >= CategoryCodes.First) row[codes[i] - CategoryCodes.First] = 1;
        }
    }

    internal override string? Flaw(int known) => Buckets is < 1 or > Most ? $"a hash has {Buckets} buckets" : known > 0 ? "a hash has known values" : null;
}
