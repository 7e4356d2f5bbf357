using System.Collections.Immutable;
using System.Globalization;
using Kiln.Data;

namespace Kiln.Learning.Preparing;

/// <summary>Numbers for categories: <see cref="Feature.Unseen"/>, <see cref="Feature.Missing"/>, then others from <see cref="First"/> on.</summary>
abstract class CategoryCodes
{
    /// <summary>The first number that stands for a value of its own.</summary>
    public const int First = Feature.Missing + 1;

    /// <summary>Room for any number as text.</summary>
    public const int Room = 64;

    public abstract int CodeOf(in InputValue value);

    public abstract void Read(Column column, int from, Span<int> codes);
}

/// <summary>Known values by their places; all others are unseen.</summary>
sealed class CategoryLookup : CategoryCodes
{
    readonly Dictionary<string, int> _codes;
    readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _bySpan;

    public CategoryLookup(ImmutableArray<string> known)
    {
        _codes = new(known.Length);
        for (var i = 0; i < known.Length; i++) _codes.Add(known[i], First + i);
        _bySpan = _codes.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    public override int CodeOf(in InputValue value)
    {
        if (value.IsMissing) return Feature.Missing;
        return CodeOf(value.AsText(stackalloc char[Room]));
    }

    int CodeOf(ReadOnlySpan<char> text) => _bySpan.TryGetValue(text, out var code) ? code : Feature.Unseen;

    int CodeOf(string? text) => text is null ? Feature.Missing : _codes.GetValueOrDefault(text, Feature.Unseen);

    public override void Read(Column column, int from, Span<int> codes)
    {
        switch (column)
        {
            case TextColumn texts:
                var values = texts.Values.Span.Slice(from, codes.Length);
                for (var i = 0; i < codes.Length; i++) codes[i] = CodeOf(values[i]);
                break;
            case Column<long> { Schema.Type.Scale: 0 } numbers: ReadFormatted(numbers, from, codes); break;
            case Column<int> { Schema.Type.Scale: 0 } numbers: ReadFormatted(numbers, from, codes); break;
            case Column<short> { Schema.Type.Scale: 0 } numbers: ReadFormatted(numbers, from, codes); break;
            case Column<double> numbers: ReadFormatted(numbers, from, codes); break;
            default:
                for (var i = 0; i < codes.Length; i++) codes[i] = CodeOf(CategoryText.At(column, from + i));
                break;
        }
    }

    void ReadFormatted<T>(Column<T> column, int from, Span<int> codes)
        where T : unmanaged, ISpanFormattable
    {
        Span<char> room = stackalloc char[Room];
        var values = column.Values.Span.Slice(from, codes.Length);
        for (var i = 0; i < codes.Length; i++)
        {
            if (column.IsNull(from + i) || (typeof(T) == typeof(double) && double.IsNaN((double)(object)values[i]))) codes[i] = Feature.Missing;
            else codes[i] = values[i].TryFormat(room, out var written, default, CultureInfo.InvariantCulture)
                ? CodeOf(room[..written])
                : Feature.Unseen;
        }
    }
}

/// <summary>How a column's values are written as categories.</summary>
static class CategoryText
{
    /// <summary>The text; null where missing, and for NaN.</summary>
    public static string? At(Column column, int row) => column switch
    {
        Column<double> numbers when double.IsNaN(numbers.Values.Span[row]) => null,
        Column<float> numbers when float.IsNaN(numbers.Values.Span[row]) => null,
        _ => column.TextAt(row),
    };
}
