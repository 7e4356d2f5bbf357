using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Globalization;

namespace Kiln.Torch;

/// <summary>Where two safetensors files differ first.</summary>
/// <param name="Tensor">The tensor.</param>
/// <param name="Index">The place in it, an index an axis; empty where all of it differs.</param>
/// <param name="One">The value in the one file.</param>
/// <param name="Other">The value in the other.</param>
/// <param name="What">In words, where it is no value that differs: a tensor that is only in one, or of another type or shape.</param>
public sealed record TensorDifference(string Tensor, ImmutableArray<long> Index, double One, double Other, string? What = null)
{
    /// <summary>
    /// Finds the first value, in the order of the one file, that differs by more than a tolerance; null where none does. Without a tolerance
    /// values are held to the bit. Nothing of it needs libtorch.
    /// </summary>
    /// <param name="one">A file.</param>
    /// <param name="other">The other.</param>
    /// <param name="tolerance">How far apart two values may be, absolute, and relative to the one's magnitude where that is above 1; NaN is as good as NaN.</param>
    /// <exception cref="TorchException">One of them is not safetensors.</exception>
    public static TensorDifference? First(string one, string other, double tolerance = 0)
    {
        using var left = File.OpenRead(one);
        using var right = File.OpenRead(other);
        var (leftHeader, rightHeader) = (SafeTensorsHeader.Read(left, one), SafeTensorsHeader.Read(right, other));
        var twins = rightHeader.Entries.ToDictionary(entry => entry.Name, StringComparer.Ordinal);
        foreach (var entry in leftHeader.Entries.OrderBy(entry => entry.Begin))
        {
            if (!twins.Remove(entry.Name, out var twin)) return Whole(entry.Name, "is only in one");
            if (entry.Type != twin.Type || !entry.Shape.SequenceEqual(twin.Shape)) return Whole(entry.Name, "has another type or shape");
            left.Position = leftHeader.DataStart + entry.Begin;
            right.Position = rightHeader.DataStart + twin.Begin;
            if (FirstApart(left, right, entry, tolerance) is { } difference) return difference;
        }

        return twins.Keys.Order(StringComparer.Ordinal).FirstOrDefault() is { } further ? Whole(further, "is only in one") : null;
    }

    /// <inheritdoc/>
    public override string ToString() => What is null
        ? string.Create(CultureInfo.InvariantCulture, $"tensor {Tensor} at [{string.Join(", ", Index)}]: {One:R}, and {Other:R} made again")
        : $"tensor {Tensor} {What}";

    static TensorDifference Whole(string tensor, string what) => new(tensor, [], double.NaN, double.NaN, what);

    static TensorDifference? FirstApart(Stream left, Stream right, SafeTensorsEntry entry, double tolerance)
    {
        var size = ScalarTypes.SizeOf(entry.Type);
        var (ours, theirs) = (new byte[1 << 16], new byte[1 << 16]);
        for (var done = 0L; done < entry.End - entry.Begin;)
        {
            var count = (int)Math.Min(ours.Length, entry.End - entry.Begin - done);
            left.ReadExactly(ours, 0, count);
            right.ReadExactly(theirs, 0, count);
            for (var at = 0; at < count; at += size)
            {
                ReadOnlySpan<byte> our = ours.AsSpan(at, size), their = theirs.AsSpan(at, size);
                if (our.SequenceEqual(their)) continue;
                var (one, other) = (Value(our, entry.Type), Value(their, entry.Type));
                if (tolerance == 0 || !IsNear(one, other, tolerance)) return new(entry.Name, IndexOf((done + at) / size, entry.Shape), one, other);
            }

            done += count;
        }

        return null;
    }

    static bool IsNear(double one, double other, double tolerance) => one.Equals(other) || Math.Abs(one - other) <= tolerance * Math.Max(1, Math.Abs(one));

    static double Value(ReadOnlySpan<byte> bytes, ScalarType type) => type switch
    {
        ScalarType.Float32 => BinaryPrimitives.ReadSingleLittleEndian(bytes),
        ScalarType.Float64 => BinaryPrimitives.ReadDoubleLittleEndian(bytes),
        ScalarType.Float16 => (double)BinaryPrimitives.ReadHalfLittleEndian(bytes),
        ScalarType.BFloat16 => BitConverter.Int32BitsToSingle(BinaryPrimitives.ReadUInt16LittleEndian(bytes) << 16),
        ScalarType.Int64 => BinaryPrimitives.ReadInt64LittleEndian(bytes),
        ScalarType.Int32 => BinaryPrimitives.ReadInt32LittleEndian(bytes),
        ScalarType.Int16 => BinaryPrimitives.ReadInt16LittleEndian(bytes),
        ScalarType.Int8 => (sbyte)bytes[0],
        _ => bytes[0],
    };

    static ImmutableArray<long> IndexOf(long element, ImmutableArray<long> shape)
    {
        var place = new long[shape.Length];
        for (var axis = shape.Length - 1; axis >= 0; axis--) (element, place[axis]) = Math.DivRem(element, shape[axis]);
        return [.. place];
    }
}
