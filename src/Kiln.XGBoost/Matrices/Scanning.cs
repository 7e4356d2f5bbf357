using System.Numerics;
using System.Runtime.InteropServices;

namespace Kiln.XGBoost;

/// <summary>Looks through values for what training and scoring cannot use.</summary>
static class Scanning
{
    /// <summary>The first infinite value's index, or -1.</summary>
    public static int FirstInfinite(ReadOnlySpan<float> values)
    {
        var vectors = MemoryMarshal.Cast<float, Vector<float>>(values);
        var infinity = new Vector<float>(float.PositiveInfinity);
        var i = 0;
        while (i < vectors.Length && !Vector.EqualsAny(Vector.Abs(vectors[i]), infinity)) i++;
        for (var j = i * Vector<float>.Count; j < values.Length; j++)
            if (float.IsInfinity(values[j])) return j;
        return -1;
    }

    /// <summary>The first value that is infinite or not a number, or -1.</summary>
    public static int FirstNotFinite(ReadOnlySpan<float> values)
    {
        for (var i = 0; i < values.Length; i++)
            if (!float.IsFinite(values[i])) return i;
        return -1;
    }

    /// <summary>The first value of a column that is no category, or -1; missing ones (NaN) are as good as any.</summary>
    public static int FirstNoCategory(ReadOnlySpan<float> values, int column, int columns)
    {
        for (var i = column; i < values.Length; i += columns)
            if (!float.IsNaN(values[i]) && !(values[i] is >= 0 and < 1 << 24 && values[i] == MathF.Floor(values[i]))) return i;
        return -1;
    }
}
