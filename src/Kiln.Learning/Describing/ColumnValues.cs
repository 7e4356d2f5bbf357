using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Kiln.Data;
using Kiln.Learning.Preparing;

namespace Kiln.Learning.Describing;

/// <summary>A column's values as they are counted: numbers, sorted when that is asked for, or texts by how often they are there.</summary>
sealed class ColumnValues(Column column)
{
    double[]? _sorted;

    public ColumnSchema Schema => column.Schema;

    public InputKind Kind { get; } = InputKinds.Of(column);

    public long Rows => column.Length;

    public long Nulls { get; } = Enumerable.Range(0, column.Length).LongCount(column.IsNull);

    /// <summary>The finite numbers in the rows' order, integers beyond 2⁵³ rounded; of bytes their lengths.</summary>
    public double[] Numbers { get; } = column switch
    {
        TextColumn => [],
        BytesColumn bytes => [.. bytes.Values.ToArray().Where(value => value is not null).Select(value => (double)value!.Length)],
        _ => Array.FindAll(column.ToDoubles(), double.IsFinite),
    };

    public long NotFinite => Kind is InputKind.Text or InputKind.Bytes ? 0 : Rows - Nulls - Numbers.Length;

    /// <summary>The rows of each text; null where the column holds none.</summary>
    public IReadOnlyDictionary<string, long>? Counts { get; } = column is TextColumn texts ? CountTexts(texts) : null;

    public double[] Sorted => _sorted ??= Sort(Numbers);

    public long Distinct => column switch
    {
        TextColumn => Counts!.Count,
        BytesColumn bytes => bytes.Values.ToArray().Where(value => value is not null).Select(value => MemoryMarshal.Read<UInt128>(SHA256.HashData(value!))).Distinct().LongCount(),
        _ => DistinctNumbers(Sorted),
    };

    static double[] Sort(double[] numbers)
    {
        var sorted = (double[])numbers.Clone();
        Array.Sort(sorted);
        return sorted;
    }

    static long DistinctNumbers(double[] sorted)
    {
        var distinct = sorted.Length == 0 ? 0 : 1L;
        for (var i = 1; i < sorted.Length; i++)
            if (sorted[i] != sorted[i - 1]) distinct++;
        return distinct;
    }

    static Dictionary<string, long> CountTexts(TextColumn column)
    {
        var counts = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var text in column.Values.Span)
            if (text is not null) CollectionsMarshal.GetValueRefOrAddDefault(counts, text, out _)++;
        return counts;
    }
}
