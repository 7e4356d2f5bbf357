using System.Collections.Immutable;
using System.ComponentModel.DataAnnotations;
using Kiln.Data;
using Kiln.Learning.Models;

namespace Kiln.Learning.Slicing;

/// <summary>How rows are told apart into slices. The same rows give the same slices.</summary>
public abstract record SlicePlan
{
    private protected SlicePlan()
    {
    }

    /// <summary>The slices of one plan, in order, empty ones among them.</summary>
    /// <param name="rows">All rows, with the columns that decide.</param>
    /// <exception cref="KilnException">A column is missing or cannot be sliced by, or the plan's own settings are wrong.</exception>
    public ImmutableArray<Slice> Slices(TableColumns rows)
    {
        SettingsCheck.All("slices", this);
        return Divide(rows).ToSlices();
    }

    /// <summary>The slices of several plans, one after another.</summary>
    /// <exception cref="KilnException">As <see cref="Slices"/>; or two slices have the same name.</exception>
    public static ImmutableArray<Slice> All(IEnumerable<SlicePlan> plans, TableColumns rows)
    {
        ImmutableArray<Slice> slices = [.. plans.SelectMany(plan => plan.Slices(rows))];
        return slices.CountBy(slice => slice.Name, StringComparer.Ordinal).FirstOrDefault(name => name.Value > 1).Key is { } twice ? throw SlicingErrors.SameName(twice) : slices;
    }

    internal abstract SliceGroups Divide(TableColumns rows);
}

/// <summary>A way to tell rows apart: exactly one of these.</summary>
public sealed record SliceSettings : IValidatableObject
{
    /// <summary>By the values of a column.</summary>
    public ValueSlices? Values { get; init; }

    /// <summary>By ranges of a column of numbers.</summary>
    public BinSlices? Bins { get; init; }

    /// <summary>The rows of which an SQL expression is true.</summary>
    public ExpressionSlice? Where { get; init; }

    /// <summary>By two others at once.</summary>
    public CrossedSlices? Cross { get; init; }

    /// <summary>The one that is given.</summary>
    /// <exception cref="KilnException">Not exactly one is given.</exception>
    public SlicePlan Choose()
    {
        SlicePlan?[] given = [Values, Bins, Where, Cross];
        return given.OfType<SlicePlan>().ToArray() is [var only] ? only : throw SlicingErrors.NotOnePlan(given.Count(plan => plan is not null));
    }

    IEnumerable<ValidationResult> IValidatableObject.Validate(ValidationContext validationContext)
    {
        foreach (var wrong in OneOf.Check("slices are told apart in one way", ("values", Values), ("bins", Bins), ("where", Where), ("cross", Cross))) yield return wrong;
        if (Bins is { } bins && bins.Edges.IsDefaultOrEmpty == bins.Quantiles is null) yield return new("bins have edges or quantiles, and not both");
        if (Bins is { Edges.IsDefaultOrEmpty: false } ordered && ordered.Edges.Zip(ordered.Edges.Skip(1)).Any(pair => !(pair.First < pair.Second))) yield return new("the edges of bins rise");
        if (Where is { } where && string.IsNullOrWhiteSpace(where.Sql)) yield return new("where has an SQL expression");
    }
}

/// <summary>Every slice of one way with every slice of another; those that no row belongs to are told as empty.</summary>
public sealed record CrossedSlices : SlicePlan
{
    /// <summary>One way.</summary>
    public required SliceSettings First { get; init; }

    /// <summary>The other.</summary>
    public required SliceSettings Second { get; init; }

    internal override SliceGroups Divide(TableColumns rows) => First.Choose().Divide(rows).Cross(Second.Choose().Divide(rows));
}

/// <summary>
/// The rows of which an SQL expression is true, in DuckDB's words. It sees the rows alone, as <c>this</c>: no file, no network. Where the
/// expression has no value, a row is not in the slice.
/// </summary>
public sealed record ExpressionSlice : SlicePlan
{
    /// <summary>The slice's name.</summary>
    public required string Name { get; init; }

    /// <summary>An expression such as <c>amount &gt; 100 AND hour(time) &lt; 6</c>.</summary>
    public required string Sql { get; init; }

    internal override SliceGroups Divide(TableColumns rows)
    {
        using var table = new MemoryTable(rows);
        return new() { Groups = [(Name, $"{Name} ({Sql.Trim()})")], Of = Array.ConvertAll(table.Where(Name, Sql), holds => holds ? 0 : SliceGroups.None) };
    }
}
