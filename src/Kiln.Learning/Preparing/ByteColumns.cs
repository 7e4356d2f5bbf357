using System.Collections.Immutable;
using Kiln.Data;

namespace Kiln.Learning.Preparing;

/// <summary>A column with as many bytes in every row, a feature each.</summary>
public sealed record ByteColumns : PreparedColumns
{
    const int Most = 1_000_000;

    internal ByteColumns(ImmutableArray<string> names, int bytes)
        : base(names) => Count = bytes is >= 1 and <= Most ? bytes : throw Wrong("The number of bytes has no meaning.", $"Give 1 to {Most:#,0}.");

    /// <summary>Bytes in every row.</summary>
    public int Count { get; }

    /// <summary>What is subtracted.</summary>
    public double Center { get; private init; }

    /// <summary>What is divided by.</summary>
    public double Divisor { get; private init; } = 1;

    /// <summary>(byte / 255 − mean) / deviation: from 0 to 1 by default, or to the mean and deviation that a network was made for.</summary>
    public ByteColumns Scale(double mean = 0, double deviation = 1) => double.IsFinite(mean) && double.IsFinite(deviation) && deviation > 0
        ? this with { Center = 255 * mean, Divisor = 255 * deviation }
        : throw Wrong("The mean or deviation of bytes has no meaning.", "Give finite numbers, the deviation above 0.");

    internal override FittedPart Fit(Column column, FittingLabels? labels)
    {
        InputKinds.Check(column, "bytes", InputKind.Bytes);
        return new(new FittedBytes { Input = new() { Name = column.Schema.Name, Kind = InputKind.Bytes, Bytes = Count }, Center = Center, Divisor = Divisor });
    }
}

/// <summary>A column of bytes: (byte − <see cref="Center"/>) / <see cref="Divisor"/> each.</summary>
public sealed record FittedBytes : FittedColumn
{
    /// <summary>What is subtracted.</summary>
    public required double Center { get; init; }

    /// <summary>What is divided by.</summary>
    public required double Divisor { get; init; }

    internal override int Width => Input.Bytes;

    internal override IEnumerable<Feature> Features() => Enumerable.Range(0, Input.Bytes).Select(place => Number($" {place}"));

    internal override void Apply(Column column, int from, int count, Span<float> features, int stride)
    {
        CheckKind(column);
        var values = ((BytesColumn)column).Values.Span;
        Span<float> scaled = stackalloc float[256];
        Fill(scaled);
        for (var i = 0; i < count; i++)
        {
            var place = new Place(Input.Name, from + i);
            Write(values[from + i] ?? throw PreparingErrors.Missing(place), scaled, features[(i * stride)..], place);
        }
    }

    internal override void Apply(in InputValue value, Span<float> features)
    {
        if (value.IsMissing) throw PreparingErrors.Missing(new(Input.Name));
        Span<float> scaled = stackalloc float[256];
        Fill(scaled);
        Write(value.Bytes.Span, scaled, features, new(Input.Name));
    }

    internal override string? Flaw() =>
        Input.Kind != InputKind.Bytes || Input.Bytes is < 1 or > 1_000_000 ? "it is no column of bytes, or of too many"
        : double.IsFinite(Center) && double.IsFinite(Divisor) && Divisor != 0 ? null
        : $"bytes have center {Center} and divisor {Divisor}";

    void Fill(Span<float> scaled)
    {
        for (var value = 0; value < scaled.Length; value++) scaled[value] = (float)((value - Center) / Divisor);
    }

    void Write(ReadOnlySpan<byte> bytes, ReadOnlySpan<float> scaled, Span<float> features, Place place)
    {
        if (bytes.Length != Input.Bytes) throw PreparingErrors.ByteCount(place, Input.Bytes, bytes.Length);
        for (var i = 0; i < bytes.Length; i++) features[i] = scaled[bytes[i]];
    }
}
