using System.Collections.Immutable;

namespace Kiln.Learning.Gates;

/// <summary>One of several tests, after a correction for their number.</summary>
/// <param name="Name">The test's name.</param>
/// <param name="PValue">Its p-value on its own.</param>
/// <param name="Adjusted">The least level at which it is rejected among all of them.</param>
public readonly record struct CorrectedTest(string Name, double PValue, double Adjusted)
{
    /// <summary>Whether the test's null hypothesis is rejected, at a chance of any false rejection among all tests.</summary>
    public bool IsRejectedAt(double level) => Adjusted <= level;
}

/// <summary>
/// Holm's step-down correction (Holm 1979): the chance of rejecting even one null hypothesis that is true stays below a level, whatever depends on what.
/// </summary>
public static class Holm
{
    /// <summary>Corrects p-values for their number: the k-th least of m counts (m − k + 1) times, at most 1, and at least what the one before it does.</summary>
    /// <param name="tests">P-values from 0 to 1 by name; those that are fixed beforehand, not the ones that look interesting.</param>
    /// <returns>The tests in the order given.</returns>
    /// <exception cref="KilnException">A p-value is not between 0 and 1, or two tests have one name.</exception>
    public static ImmutableArray<CorrectedTest> Correct(IEnumerable<(string Name, double PValue)> tests)
    {
        var given = tests.ToImmutableArray();
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (name, value) in given)
        {
            if (!names.Add(name)) throw GateErrors.NamedTwice(name);
            if (value is not (>= 0 and <= 1)) throw GateErrors.NotAProbability(name, value);
        }
        var corrected = new CorrectedTest[given.Length];
        var (left, least) = (given.Length, 0.0);
        foreach (var place in Enumerable.Range(0, given.Length).OrderBy(place => given[place].PValue))
        {
            least = Math.Max(least, Math.Min(1, left * given[place].PValue));
            corrected[place] = new(given[place].Name, given[place].PValue, least);
            left--;
        }
        return [.. corrected];
    }
}
