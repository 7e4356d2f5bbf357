using System.Collections.Immutable;
using Kiln.Data;

namespace Kiln.Learning.Validating;

/// <summary>How rows are told apart into those that are learned from and those that are judged on, once or several times. The same rows give the same folds.</summary>
public abstract record FoldPlan
{
    private protected FoldPlan()
    {
    }

    /// <summary>The folds' names, in order; they are known before any row is.</summary>
    public abstract ImmutableArray<string> Names { get; }

    /// <summary>The columns that decide; the others are never looked at.</summary>
    internal abstract IEnumerable<string> Columns { get; }

    /// <summary>The rows of one fold.</summary>
    /// <param name="rows">All rows, in their order, with the columns that decide.</param>
    /// <param name="fold">The fold's number, from 0.</param>
    /// <exception cref="KilnException">A column is missing or has no value in a row, or the fold has no rows on one side.</exception>
    public FoldRows Rows(TableColumns rows, int fold)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(fold);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(fold, Names.Length);
        var found = Choose(rows, fold);
        return found.Training.IsEmpty ? throw ValidatingErrors.Empty(Names[fold], "to learn from", rows.RowCount)
            : found.Assessed.IsEmpty ? throw ValidatingErrors.Empty(Names[fold], "to judge on", rows.RowCount)
            : found;
    }

    private protected abstract FoldRows Choose(TableColumns rows, int fold);

    /// <summary>Each row's value of a column as a text.</summary>
    private protected static string[] Texts(TableColumns rows, string column) =>
        [.. Enumerable.Range(0, rows.RowCount).Select(row => rows[column].TextAt(row) ?? throw ValidatingErrors.NoValue(column, row))];
}

/// <summary>A fold's rows by their places, ascending; no row is on both sides.</summary>
public sealed record FoldRows
{
    /// <summary>The rows that are learned from.</summary>
    public required ImmutableArray<int> Training { get; init; }

    /// <summary>The rows that are judged on.</summary>
    public required ImmutableArray<int> Assessed { get; init; }

    /// <summary>The rows that are judged on as told; all others are learned from.</summary>
    internal static FoldRows Where(int rows, Func<int, bool> isAssessed)
    {
        var sides = Enumerable.Range(0, rows).ToLookup(isAssessed);
        return new() { Training = [.. sides[false]], Assessed = [.. sides[true]] };
    }
}
