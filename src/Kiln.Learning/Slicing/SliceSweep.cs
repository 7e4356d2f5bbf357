using System.Collections.Immutable;

namespace Kiln.Learning.Slicing;

/// <summary>A slice that is large enough to be tested: a predicate of each of some columns, and the losses of the rows that fulfil all of them.</summary>
/// <param name="Columns">The columns by their places, rising.</param>
/// <param name="Predicates">Each column's predicate.</param>
/// <param name="Sums">The losses.</param>
readonly record struct SliceCandidate(ImmutableArray<int> Columns, ImmutableArray<int> Predicates, LossSums Sums)
{
    /// <summary>Whether all rows of one are rows of the other, by their predicates alone.</summary>
    public bool IsNestedWith(SliceCandidate other) => Predicates.Length <= other.Predicates.Length ? Holds(other) : other.Holds(this);

    bool Holds(SliceCandidate narrower)
    {
        for (var i = 0; i < Columns.Length; i++)
        {
            var place = narrower.Columns.IndexOf(Columns[i]);
            if (place < 0 || narrower.Predicates[place] != Predicates[i]) return false;
        }
        return true;
    }
}

/// <summary>
/// Goes through all conjunctions of predicates, the shorter ones first: the losses of a whole set of columns are summed up in one pass over the rows. What is
/// too small is left out with all that is narrower, which can only be smaller (Sagadeeva and Boehm 2021).
/// </summary>
/// <param name="columns">The columns.</param>
/// <param name="losses">Each row's loss, less the mean of all.</param>
/// <param name="weights">How much each row counts, above 0; empty: each counts 1.</param>
/// <param name="leastRows">Rows that a slice needs, and the rest.</param>
/// <param name="most">Conjunctions that are looked at.</param>
sealed class SliceSweep(ImmutableArray<SearchColumn> columns, double[] losses, double[] weights, int leastRows, long most)
{
    readonly List<SliceCandidate> _found = [];
    readonly HashSet<(int, int)> _pairs = [];
    long _looked;

    /// <summary>The losses of all rows.</summary>
    public LossSums All { get; } = LossSums.Of(losses, weights);

    /// <summary>Conjunctions that were too many.</summary>
    public long LeftOut { get; private set; }

    /// <summary>The slices that are large enough, in an order that depends on nothing but the columns.</summary>
    public List<SliceCandidate> Run(int mostPredicates)
    {
        for (var count = 1; count <= mostPredicates; count++) Widen([], new int[losses.Length], 1, count);
        return _found;
    }

    /// <param name="chosen">The columns so far.</param>
    /// <param name="cells">Each row's combination of their predicates.</param>
    /// <param name="width">How many combinations there are.</param>
    /// <param name="missing">Columns to add.</param>
    void Widen(ImmutableArray<int> chosen, int[] cells, int width, int missing)
    {
        // The pair came before, when two columns were all.
        if (chosen is [var first, var second] && !_pairs.Contains((first, second))) return;
        for (var next = chosen.IsEmpty ? 0 : chosen[^1] + 1; next <= columns.Length - missing; next++)
        {
            var column = columns[next];
            if (column.Predicates.IsEmpty) continue;
            if (missing > 1) Widen(chosen.Add(next), Combine(cells, column), width * column.Width, missing - 1);
            else Test(chosen.Add(next), cells, width, column);
        }
    }

    void Test(ImmutableArray<int> chosen, int[] cells, int width, SearchColumn last)
    {
        var conjunctions = chosen.Aggregate(1L, (product, column) => product * columns[column].Predicates.Length);
        if (_looked + conjunctions > most)
        {
            LeftOut += conjunctions;
            return;
        }
        _looked += conjunctions;
        var sums = new LossSums[width * last.Width];
        for (var row = 0; row < cells.Length; row++) sums[(cells[row] * last.Width) + last.Codes[row]].Add(losses[row], weights.Length == 0 ? 1 : weights[row]);
        for (var cell = 0; cell < sums.Length; cell++)
        {
            if (sums[cell].Rows < leastRows) continue;
            var predicates = PredicatesOf(chosen, cell);
            if (predicates.IsDefault) continue;
            if (chosen is [var first, var second]) _pairs.Add((first, second));
            // By rows, what is narrower is smaller; by what rows are worth it need not be.
            if (sums[cell].Size >= leastRows && losses.Length > sums[cell].Rows && All.Without(sums[cell]).Size >= leastRows) _found.Add(new(chosen, predicates, sums[cell]));
        }
    }

    /// <summary>What a cell stands for; default where one of its columns has none of its predicates there.</summary>
    ImmutableArray<int> PredicatesOf(ImmutableArray<int> chosen, int cell)
    {
        var predicates = new int[chosen.Length];
        for (var i = chosen.Length - 1; i >= 0; i--)
        {
            var column = columns[chosen[i]];
            (cell, predicates[i]) = Math.DivRem(cell, column.Width);
            if (predicates[i] == column.Predicates.Length) return default;
        }
        return [.. predicates];
    }

    static int[] Combine(int[] cells, SearchColumn column)
    {
        var combined = new int[cells.Length];
        for (var row = 0; row < combined.Length; row++) combined[row] = (cells[row] * column.Width) + column.Codes[row];
        return combined;
    }
}
