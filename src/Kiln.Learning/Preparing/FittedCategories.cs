using Kiln.Data;

namespace Kiln.Learning.Preparing;

/// <summary>A column of categories, whose values the training rows told: <see cref="InputColumn.KnownValues"/>.</summary>
public sealed record FittedCategories : FittedColumn
{
    CategoryCodes? _codes;

    /// <summary>What stands for a missing value; null for none.</summary>
    public string? Fill { get; init; }

    /// <summary>How a category becomes features.</summary>
    public required FittedEncoding Encoding { get; init; }

    internal override int Width => Encoding.Width;

    CategoryCodes Codes => _codes ??= Encoding is FittedHash hash ? new CategoryHash(hash.Buckets) : new CategoryLookup(Input.KnownValues);

    internal override IEnumerable<Feature> Features() => Encoding.Features(Input);

    internal override void Apply(Column column, int from, int count, Span<float> features, int stride)
    {
        CheckKind(column);
        Span<int> codes = stackalloc int[count];
        Codes.Read(column, from, codes);
        Apply(codes, features, stride, new(Input.Name, from));
    }

    internal override void Apply(in InputValue value, Span<float> features) => Apply([Codes.CodeOf(value)], features, 0, new(Input.Name));

    internal override string? Flaw() =>
        Input.Kind is InputKind.Time or InputKind.Bytes ? "its encoding is for categories"
        : Input.KnownValues.IsDefault || Input.KnownValues.Length > CategoryCounts.Most ? "it has no list of known values, or too many"
        : Input.KnownValues.Any(value => value is null) || Input.KnownValues.Distinct().Count() != Input.KnownValues.Length ? "a known value is there twice, or null"
        : Encoding.Flaw(Input.KnownValues.Length);

    void Apply(Span<int> codes, Span<float> features, int stride, Place place)
    {
        var missing = codes.IndexOf(Feature.Missing);
        if (missing >= 0 && !Input.IsOptional) throw PreparingErrors.Missing(place.At(missing));
        if (missing >= 0 && Fill is not null) codes.Replace(Feature.Missing, Codes.CodeOf(new() { HasValue = true, Text = Fill }));
        Encoding.Write(codes, features, stride);
    }
}
