using System.Runtime.InteropServices;

namespace Kiln.Data.Features;

/// <summary>Row numbers grouped by key: a stable counting sort, groups in order of first appearance.</summary>
sealed class RowGroups
{
    readonly int[] _rows;
    readonly int[] _starts;

    RowGroups(int[] rows, int[] starts) => (_rows, _starts) = (rows, starts);

    public int Count => _starts.Length - 1;

    /// <summary>The rows of one group, ascending.</summary>
    public ReadOnlySpan<int> this[int group] => _rows.AsSpan(_starts[group].._starts[group + 1]);

    public static RowGroups By(ReadOnlySpan<long> keys)
    {
        var groupOf = new Dictionary<long, int>();
        var sizes = new List<int>();
        var groups = new int[keys.Length];
        for (var row = 0; row < keys.Length; row++)
        {
            ref var group = ref CollectionsMarshal.GetValueRefOrAddDefault(groupOf, keys[row], out var known);
            if (!known)
            {
                group = sizes.Count;
                sizes.Add(0);
            }
            groups[row] = group;
            CollectionsMarshal.AsSpan(sizes)[group]++;
        }

        var starts = new int[sizes.Count + 1];
        for (var group = 0; group < sizes.Count; group++) starts[group + 1] = starts[group] + sizes[group];
        var next = starts.AsSpan(0, sizes.Count).ToArray();
        var rows = new int[keys.Length];
        for (var row = 0; row < groups.Length; row++) rows[next[groups[row]]++] = row;
        return new(rows, starts);
    }
}
