using System.Collections.Immutable;
using Kiln.Data;
using Kiln.Learning.Preparing;

namespace Kiln.Learning.Slicing;

/// <summary>A column as the search sees it: the predicates that enough rows fulfil, and which of them each row does.</summary>
sealed record SearchColumn
{
    /// <summary>The column's name.</summary>
    public required string Name { get; init; }

    /// <summary>The predicates.</summary>
    public required ImmutableArray<(string Name, string Definition)> Predicates { get; init; }

    /// <summary>The predicate that each row fulfils, by its place; one more than there are where too few rows do.</summary>
    public required byte[] Codes { get; init; }

    /// <summary>What <see cref="Codes"/> may be: the predicates, and none of them.</summary>
    public int Width => Predicates.Length + 1;

    /// <summary>The rows of each predicate.</summary>
    public required ImmutableArray<RowSet> Rows { get; init; }

    /// <summary>The columns that slices are made of; those of times and bytes only where they are asked for, which is refused.</summary>
    /// <exception cref="KilnException">A column that is named is not there, or of no kind that has predicates.</exception>
    public static ImmutableArray<SearchColumn> Of(TableColumns rows, SliceSearchSettings settings, int leastRows)
    {
        var chosen = settings.Columns.IsEmpty
            ? rows.Columns.Where(column => InputKinds.Of(column) is not (InputKind.Time or InputKind.Bytes))
            : settings.Columns.Distinct().Select(name => rows[name]);
        return [.. chosen.Select(column => Of(column, settings, leastRows))];
    }

    static SearchColumn Of(Column column, SliceSearchSettings settings, int leastRows)
    {
        var groups = Divide(column, settings);
        var sizes = groups.Sizes();
        var kept = Enumerable.Range(0, sizes.Length).Where(group => sizes[group] >= leastRows).ToArray();
        var codeOf = new byte[sizes.Length];
        Array.Fill(codeOf, (byte)kept.Length);
        for (var code = 0; code < kept.Length; code++) codeOf[kept[code]] = (byte)code;
        var codes = Array.ConvertAll(groups.Of, group => codeOf[group]);
        return new()
        {
            Name = column.Schema.Name,
            Predicates = [.. kept.Select(group => groups.Groups[group])],
            Codes = codes,
            Rows = [.. Enumerable.Range(0, kept.Length).Select(code => RowSet.Where(codes, code))],
        };
    }

    static SliceGroups Divide(Column column, SliceSearchSettings settings)
    {
        var name = column.Schema.Name;
        if (InputKinds.Of(column) == InputKind.Number)
        {
            var values = column.ToDoubles();
            if (HasMoreThan(values, settings.Bins)) return BinSlices.Divide(name, values, BinSlices.QuantileEdges(values, settings.Bins));
        }
        return new ValueSlices { Column = name, LeastRows = 1, MostValues = settings.MostValues }.Divide(TableColumns.Of(column));
    }

    static bool HasMoreThan(double[] values, int most)
    {
        var seen = new HashSet<double>();
        foreach (var value in values)
            if (!double.IsNaN(value) && seen.Add(value) && seen.Count > most) return true;
        return false;
    }
}
