using System.Numerics;
using Kiln.Data;

namespace Kiln.Learning.Preparing;

/// <summary>Reads stretches of columns as numbers, truths as 0 and 1; NaN is missing.</summary>
static class NumberReader
{
    /// <exception cref="KilnException">The column holds no numbers, or one that is infinite.</exception>
    public static void Read(Column column, int from, Span<double> into)
    {
        InputKinds.Check(column, "numbers", InputKind.Number, InputKind.Boolean);
        var scale = Math.Pow(10, column.Schema.Type.Scale);
        switch (column)
        {
            case Column<double> values: values.Values.Span.Slice(from, into.Length).CopyTo(into); break;
            case Column<float> values: Convert(values, from, into); break;
            case Column<long> values: Convert(values, from, into); break;
            case Column<int> values: Convert(values, from, into); break;
            case Column<short> values: Convert(values, from, into); break;
            case Column<sbyte> values: Convert(values, from, into); break;
            case Column<ulong> values: Convert(values, from, into); break;
            case Column<uint> values: Convert(values, from, into); break;
            case Column<ushort> values: Convert(values, from, into); break;
            case Column<byte> values: Convert(values, from, into); break;
            case Column<Int128> values: Convert(values, from, into); break;
            case Column<bool> values:
                var truths = values.Values.Span.Slice(from, into.Length);
                for (var i = 0; i < into.Length; i++) into[i] = truths[i] ? 1 : 0;
                break;
        }
        if (scale != 1)
            for (var i = 0; i < into.Length; i++) into[i] /= scale;
        if (!column.Nulls.IsEmpty)
        {
            var nulls = column.Nulls.Span.Slice(from, into.Length);
            for (var i = 0; i < into.Length; i++)
                if (nulls[i]) into[i] = double.NaN;
        }
        for (var i = 0; i < into.Length; i++)
            if (double.IsInfinity(into[i])) throw PreparingErrors.Infinite(new(column.Schema.Name, from + i), into[i]);
    }

    static void Convert<T>(Column<T> column, int from, Span<double> into)
        where T : unmanaged, INumberBase<T>
    {
        var values = column.Values.Span.Slice(from, into.Length);
        for (var i = 0; i < into.Length; i++) into[i] = double.CreateTruncating(values[i]);
    }
}
