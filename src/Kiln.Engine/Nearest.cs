namespace Kiln;

/// <summary>Finds the name a person most likely meant.</summary>
public static class Nearest
{
    /// <summary>The closest of the names, or null where none is near: at most a third of the letters differ, or one starts the other.</summary>
    public static string? Name(string given, IEnumerable<string> names) => Names(given, names, 1) is [var nearest] ? nearest : null;

    /// <summary>The closest of the names, where they are near: several where several are as close.</summary>
    public static string[] Names(string given, IEnumerable<string> names, int most)
    {
        var candidates = names.Select(name => (Name: name, Distance: Distance(given.ToUpperInvariant(), name.ToUpperInvariant())))
            .OrderBy(candidate => candidate.Distance).ThenBy(candidate => candidate.Name, StringComparer.Ordinal).Take(most).ToList();
        return [.. candidates.Where(candidate => candidate.Distance == candidates[0].Distance && IsNear(given, candidate.Name, candidate.Distance)).Select(candidate => candidate.Name)];
    }

    static bool IsNear(string given, string name, int distance) =>
        (given.Length >= 3 && name.StartsWith(given, StringComparison.OrdinalIgnoreCase)) || distance <= Math.Max(1, Math.Max(given.Length, name.Length) / 3);

    /// <summary>Optimal string alignment distance: insertions, deletions, substitutions and swaps of neighbours.</summary>
    static int Distance(string a, string b)
    {
        if (Math.Abs(a.Length - b.Length) > 40) return int.MaxValue;
        var rows = new int[a.Length + 1, b.Length + 1];
        for (var i = 0; i <= a.Length; i++) rows[i, 0] = i;
        for (var j = 0; j <= b.Length; j++) rows[0, j] = j;
        for (var i = 1; i <= a.Length; i++)
            for (var j = 1; j <= b.Length; j++)
            {
                var cost = a[i - 1] == b[j - 1] ? 0 : 1;
                rows[i, j] = Math.Min(Math.Min(rows[i - 1, j] + 1, rows[i, j - 1] + 1), rows[i - 1, j - 1] + cost);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                    rows[i, j] = Math.Min(rows[i, j], rows[i - 2, j - 2] + 1);
            }

        return rows[a.Length, b.Length];
    }
}
