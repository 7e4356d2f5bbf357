using System.Collections.Immutable;
using System.Globalization;
using Kiln.Data;
using Kiln.Learning.Describing;
using Kiln.Learning.Preparing;

namespace Kiln.Learning.Reporting;

/// <summary>A data page as its template takes it.</summary>
static class DataViews
{
    /// <summary>A histogram's size in the units of its picture.</summary>
    const double Width = 300, Height = 80;

    public static object Of(DataPage page) => new
    {
        page,
        table = page.Table,
        provenance = page.Provenance,
        change = page.Table.Change is { } change ? ChangeView(page.Table, change) : null,
        ingested = page.Ingested,
        contract = page.Contract is { } contract ? ContractView(contract, page.Ingested?.Rejects ?? []) : null,
        columns = page.Table.Columns.Select((column, place) => ColumnView(column, place, page.Table)).ToArray(),
    };

    static object ChangeView(TableFacts table, TableChange change) => new
    {
        change.RowsBefore,
        rowsMore = change.RowsBefore == 0 ? "" : ((double)table.Rows / change.RowsBefore - 1).ToString("+0.0 %;−0.0 %;0.0 %", CultureInfo.InvariantCulture),
        added = string.Join(", ", change.Added),
        removed = string.Join(", ", change.Removed),
        retyped = change.Columns.Where(column => column.TypeBefore != table.Columns.First(now => now.Name == column.Name).Type).Select(column => new
        {
            column.Name,
            column.TypeBefore,
            now = table.Columns.First(now => now.Name == column.Name).Type,
        }).ToArray(),
        shifted = change.Columns.Count(column => column.StabilityIndex > Describe.Shifted),
    };

    static object ColumnView(ColumnFacts column, int place, TableFacts table)
    {
        var change = table.Change?.Columns.FirstOrDefault(of => of.Name == column.Name);
        return new
        {
            id = $"column-{place + 1}",
            column.Name,
            type = column.Type.ToLowerInvariant(),
            kind = Kind(column),
            column.Nulls,
            nullShare = table.Rows == 0 ? 0 : (double)column.Nulls / table.Rows,
            column.NotFinite,
            column.Distinct,
            numbers = column.Numbers is { } numbers ? NumbersView(numbers, column) : null,
            values = Shares(column, table.Rows),
            others = column.Values.IsEmpty ? 0 : column.Others,
            change = change is null ? null : new { psi = change.StabilityIndex, word = Word(change.StabilityIndex), groups = change.Groups },
        };
    }

    static string Kind(ColumnFacts column) => column.Kind switch
    {
        InputKind.Bytes => "lengths in bytes",
        InputKind.Time => "times",
        InputKind.Number => "numbers",
        _ => "values",
    };

    static object NumbersView(NumberFacts numbers, ColumnFacts column)
    {
        var most = numbers.Bins.Max(bin => bin.Rows);
        var width = Width / numbers.Bins.Length;
        return new
        {
            min = ColumnText.Of(numbers.Min, column),
            max = ColumnText.Of(numbers.Max, column),
            mean = ColumnText.Of(numbers.Mean, column),
            median = ColumnText.Of(numbers.Quantiles[NumberFacts.Fractions.IndexOf(0.5)], column),
            deviation = column.Kind == InputKind.Time ? "" : Written.Number(numbers.Deviation),
            quantiles = NumberFacts.Fractions.Zip(numbers.Quantiles, (fraction, value) => new { share = fraction.ToString("0 %", CultureInfo.InvariantCulture), value = ColumnText.Of(value, column) }).ToArray(),
            Width,
            Height,
            bins = numbers.Bins.Select(bin => new { from = ColumnText.Of(bin.From, column), to = ColumnText.Of(bin.To, column), bin.Rows }).ToArray(),
            bars = numbers.Bins.Select((bin, place) => (bin.Rows, place)).Where(bar => bar.Rows > 0).Select(bar =>
            {
                var height = Math.Max(Height * bar.Rows / most, 1);
                return new { x = Coordinate(bar.place * width), y = Coordinate(Height - height), width = Coordinate(width - 1), height = Coordinate(height) };
            }).ToArray(),
        };
    }

    static object[] Shares(ColumnFacts column, long rows)
    {
        var most = column.Values.IsEmpty ? 1 : column.Values.Max(value => value.Rows);
        return [.. column.Values.Select(value => new { value.Value, value.Rows, share = (double)value.Rows / rows, bar = ((double)value.Rows / most).ToString("0.###", CultureInfo.InvariantCulture) })];
    }

    static string Word(double? index) => index switch
    {
        null => "not comparable",
        <= Describe.Stable => "stable",
        <= Describe.Shifted => "some change",
        _ => "shifted",
    };

    static object ContractView(DataContract contract, ImmutableArray<RejectCount> rejects) => new
    {
        key = string.Join(", ", contract.UniqueKey),
        order = string.Join(", ", contract.Order),
        rows = contract.MaxRows == long.MaxValue ? $"{contract.MinRows:N0} or more" : $"{contract.MinRows:N0} to {contract.MaxRows:N0}",
        onReject = contract.OnReject == RejectPolicy.Fail ? "refuses the file" : $"is kept aside, up to {contract.MaxRejectedShare:0.## %} of a file",
        rules = contract.Columns.Select(rule => new { rule.Name, rule = Rule(rule), rejected = rejects.Where(reject => reject.Column == rule.Name).Sum(reject => reject.Rows) }).ToArray(),
    };

    static string Rule(ColumnRule rule)
    {
        List<string> parts = [rule.Type.ToString().ToLowerInvariant()];
        if (rule.Min is not null) parts.Add($"at least {rule.Min}");
        if (rule.Max is not null) parts.Add($"at most {rule.Max}");
        if (!rule.Allowed.IsEmpty) parts.Add($"one of {string.Join(", ", rule.Allowed)}");
        if (rule.Pattern is not null) parts.Add($"like {rule.Pattern}");
        if (rule.Round) parts.Add("rounded");
        parts.Add(rule.Nullable ? "may be missing" : "never missing");
        return string.Join("; ", parts);
    }

    static string Coordinate(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);
}
