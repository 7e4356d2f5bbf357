namespace Kiln.Data;

/// <summary>Finds the known name that a mistyped one probably means.</summary>
static class Nearest
{
    /// <summary>A question to add to a message, or nothing where no name is near.</summary>
    public static string Hint(string name, IEnumerable<string> known)
    {
        var (nearest, distance) = known.Select(other => (Name: other, Distance: Distance(name, other)))
            .OrderBy(candidate => candidate.Distance)
            .FirstOrDefault(("", int.MaxValue));
        return distance <= Math.Max(2, name.Length / 3) ? $"; did you mean {nearest}?" : "";
    }

    // Levenshtein's, whatever the case.
    static int Distance(string a, string b)
    {
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var same = char.ToUpperInvariant(a[i - 1]) == char.ToUpperInvariant(b[j - 1]);
                (diagonal, row[j]) = (row[j], Math.Min(diagonal + (same ? 0 : 1), Math.Min(row[j], row[j - 1]) + 1));
            }
        }
        return row[^1];
    }
}
