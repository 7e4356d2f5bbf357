using Kiln.Learning.Training;

namespace Kiln.Learning.Explaining;

/// <summary>Rows drawn by chance, each at most once, in their own order: the same for the same seed on every machine.</summary>
static class RowSample
{
    public static int[] Of(int rows, int most, int seed)
    {
        if (rows <= most) return [.. Enumerable.Range(0, rows)];
        var drawn = Array.ConvertAll(new RowOrder(seed, 0).Of(rows).AsSpan(0, most).ToArray(), row => (int)row);
        Array.Sort(drawn);
        return drawn;
    }
}
