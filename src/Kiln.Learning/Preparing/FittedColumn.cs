using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Kiln.Data;

namespace Kiln.Learning.Preparing;

/// <summary>One input column with all that was fitted to it.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(FittedNumbers), "numbers")]
[JsonDerivedType(typeof(FittedCategories), "categories")]
[JsonDerivedType(typeof(FittedTimes), "times")]
[JsonDerivedType(typeof(FittedBytes), "bytes")]
public abstract record FittedColumn
{
    private protected FittedColumn()
    {
    }

    /// <summary>The column it reads.</summary>
    public required InputColumn Input { get; init; }

    /// <summary>How many features it makes.</summary>
    internal abstract int Width { get; }

    /// <summary>The features it makes, in order.</summary>
    internal abstract IEnumerable<Feature> Features();

    /// <summary>Writes the features of so many rows from a row on: each row's begin one stride after the last one's.</summary>
    internal abstract void Apply(Column column, int from, int count, Span<float> features, int stride);

    /// <summary>Writes the features of a row on its own.</summary>
    internal abstract void Apply(in InputValue value, Span<float> features);

    /// <summary>What is wrong with it, as it was read from a file; null for nothing.</summary>
    internal abstract string? Flaw();

    /// <exception cref="KilnException">The column is of another kind than the one this was fitted to.</exception>
    internal void CheckKind(Column column) => InputKinds.Check(column, InputKinds.Describe(Input.Kind), Input.Kind);

    private protected static void Store(ReadOnlySpan<double> values, Span<float> features, int stride, Place place)
    {
        for (int i = 0, to = 0; i < values.Length; i++, to += stride)
        {
            var value = (float)values[i];
            if (float.IsInfinity(value)) throw PreparingErrors.TooLarge(place.At(i), values[i]);
            features[to] = value;
        }
    }

    private protected Feature Number(string suffix = "") => new() { Name = Input.Name + suffix };
}

/// <summary>A column of numbers: one feature, and one that tells where it was missing if so declared.</summary>
public sealed record FittedNumbers : FittedColumn
{
    /// <summary>What each value goes through, in order.</summary>
    public required ImmutableArray<FittedNumberStep> Steps { get; init; }

    /// <summary>Whether a second feature is 1 where the value was missing.</summary>
    public bool Indicator { get; init; }

    internal override int Width => Indicator ? 2 : 1;

    internal override IEnumerable<Feature> Features() => Indicator ? [Number(), Number(" missing")] : [Number()];

    internal override void Apply(Column column, int from, int count, Span<float> features, int stride)
    {
        Span<double> values = stackalloc double[count];
        NumberReader.Read(column, from, values);
        Apply(values, features, stride, new(Input.Name, from));
    }

    internal override void Apply(in InputValue value, Span<float> features)
    {
        Span<double> values = [value.IsMissing ? double.NaN : value.Number];
        if (double.IsInfinity(values[0])) throw PreparingErrors.Infinite(new(Input.Name), values[0]);
        Apply(values, features, 0, new(Input.Name));
    }

    internal override string? Flaw() =>
        Input.Kind is not (InputKind.Number or InputKind.Boolean) ? "its steps are for numbers"
        : Steps.IsDefault || Steps.Length > 100 ? "it has no list of steps, or too many"
        : Steps.Select(step => step is null ? "a step is null" : step.Flaw).FirstOrDefault(flaw => flaw is not null);

    void Apply(Span<double> values, Span<float> features, int stride, Place place)
    {
        for (var i = 0; i < values.Length; i++)
        {
            var missing = double.IsNaN(values[i]);
            if (missing && !Input.IsOptional) throw PreparingErrors.Missing(place.At(i));
            if (Indicator) features[i * stride + 1] = missing ? 1 : 0;
        }
        foreach (var step in Steps) step.Apply(values, place);
        Store(values, features, stride, place);
    }
}
