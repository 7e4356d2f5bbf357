using Kiln.Learning.Training;

namespace Kiln.Learning.Explaining;

/// <summary>Rows drawn by chance, each at most once, in their own order: the same for the same seed on every machine.</summary>
static class RowSample
{
    /// <summary>As many rows at most.</summary>
    public static int[] Of(int rows, int most, int seed)
    {
        if (rows <= most) return [.. Enumerable.Range(0, rows)];
        var drawn = Array.ConvertAll(new RowOrder(seed, 0).Of(rows).AsSpan(0, most).ToArray(), row => (int)row);
        Array.Sort(drawn);
        return drawn;
    }

    /// <summary>All rows of units, such as days, that are drawn until their rows would be more; of one unit at least.</summary>
    public static int[] OfUnits(ReadOnlySpan<int> unitOfRow, int most, int seed)
    {
        var units = unitOfRow.ToArray();
        if (units.Length <= most) return [.. Enumerable.Range(0, units.Length)];
        var known = units.CountBy(unit => unit).OrderBy(unit => unit.Key).ToArray();
        new RowOrder(seed, 0).Shuffle<KeyValuePair<int, int>>(known);
        var (drawn, rows) = (new HashSet<int>(), 0);
        foreach (var (unit, count) in known)
        {
            if (drawn.Count > 0 && rows + count > most) break;
            drawn.Add(unit);
            rows += count;
        }
        return [.. Enumerable.Range(0, units.Length).Where(row => drawn.Contains(units[row]))];
    }
}
