using System.Globalization;
using Kiln.Data;

namespace Kiln.Registry;

/// <summary>A value that is looked for in columns, in each as what the column holds. It is bound as a parameter, and never becomes part of a statement.</summary>
/// <param name="text">The value, as people write it.</param>
sealed class RowKey(string text)
{
    /// <summary>Of a whole number, also as 39.0 and 1e3.</summary>
    const NumberStyles Whole = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;

    /// <summary>Whether a column of this kind is looked in where none is named.</summary>
    public static bool IsTextOrWhole(ColumnKind kind) => kind == ColumnKind.Text || IsWhole(kind);

    /// <summary>In how many rows each column holds the value, of those that do.</summary>
    /// <exception cref="DataException">The table cannot be read.</exception>
    public IReadOnlyList<(string Column, long Rows)> CountIn(Table table, IEnumerable<ColumnSchema> columns)
    {
        var sought = columns.Select(column => (column.Name, Value: In(column.Type))).Where(column => column.Value is not null).ToList();
        if (sought.Count == 0) return [];
        // One pass over the table: a count for each column, and a parameter for each.
        var counts = sought.Select((column, place) => $"count(*) FILTER (WHERE {Sql.Identifier(column.Name)} = {string.Format(CultureInfo.InvariantCulture, column.Value!.Value.Term, $"${place + 1}")}) AS {Sql.Identifier($"c{place}")}");
        using var result = table.Query($"SELECT {string.Join(", ", counts)} FROM this", [.. sought.Select(column => column.Value!.Value.Parameter)]);
        var answers = result.ReadAll();
        return [.. sought.Select((column, place) => (column.Name, answers.Values<long>($"c{place}").Span[0])).Where(count => count.Item2 > 0)];
    }

    /// <summary>The term that a column of a type is held against, {0} being the parameter; null where the text is no value of the type, and so in no such column.</summary>
    (string Term, object Parameter)? In(ColumnType type) => type.Kind switch
    {
        ColumnKind.Text => ("{0}", text),
        ColumnKind.Blob => ("encode(CAST({0} AS VARCHAR))", text),
        ColumnKind.Boolean => bool.TryParse(text, out var truth) ? ("{0}", truth) : null,
        ColumnKind.Double => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? ("{0}", number) : null,
        // As near to what was written as the column can hold.
        ColumnKind.Float => float.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? ("{0}", (double)number) : null,
        ColumnKind.Date => DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? ("{0}", day) : null,
        // A day alone is its midnight.
        ColumnKind.Timestamp => ("TRY_CAST(CAST({0} AS VARCHAR) AS TIMESTAMP)", text),
        // A cast would round what a column cannot hold.
        ColumnKind.Decimal => Decimals is { } decimals && decimals <= type.Scale ? ($"TRY_CAST(CAST({{0}} AS VARCHAR) AS {type})", text) : null,
        _ when !IsWhole(type.Kind) => null,
        _ when long.TryParse(text, Whole, CultureInfo.InvariantCulture, out var whole) => ("{0}", whole),
        _ => Int128.TryParse(text, Whole, CultureInfo.InvariantCulture, out var large) ? ("TRY_CAST(CAST({0} AS VARCHAR) AS HUGEINT)", large.ToString(CultureInfo.InvariantCulture)) : null,
    };

    /// <summary>How many digits behind the point count; null where the text is no decimal number.</summary>
    int? Decimals
    {
        get
        {
            var digits = text.AsSpan().TrimStart("+-");
            if (text.Length - digits.Length > 1 || digits.IsEmpty || digits is "." || digits.Count('.') > 1 || digits.ToString().Any(c => c != '.' && !char.IsAsciiDigit(c))) return null;
            return digits.IndexOf('.') is >= 0 and var point ? digits[(point + 1)..].TrimEnd('0').Length : 0;
        }
    }

    static bool IsWhole(ColumnKind kind) => kind is ColumnKind.TinyInt or ColumnKind.SmallInt or ColumnKind.Integer or ColumnKind.BigInt or ColumnKind.UTinyInt or ColumnKind.USmallInt or ColumnKind.UInteger or ColumnKind.UBigInt or ColumnKind.HugeInt;
}
