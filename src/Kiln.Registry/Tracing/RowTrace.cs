using System.Collections.Immutable;
using System.Globalization;
using Kiln.Data;
using Kiln.Fingerprinting;

namespace Kiln.Registry;

/// <summary>Where a row was found.</summary>
/// <param name="Path">The table, as the versions call it.</param>
/// <param name="Hash">Its SHA-256.</param>
/// <param name="Column">The column that holds the key.</param>
/// <param name="Rows">In how many rows.</param>
/// <param name="Versions">The versions whose stages read or wrote the table.</param>
sealed record RowSighting(string Path, string Hash, string Column, long Rows, ImmutableArray<string> Versions);

/// <summary>A table that could not be looked at.</summary>
sealed record UnseenTable(string Path, string Hash, string Why, ImmutableArray<string> Versions);

/// <summary>Which tables of versions hold a row. The value is bound as a parameter, and never becomes part of a statement.</summary>
/// <param name="Key">The value looked for.</param>
/// <param name="Looked">How many tables were looked at.</param>
/// <param name="Found">Where it is.</param>
/// <param name="Unseen">What cannot be looked at any more.</param>
sealed record RowTrace(string Key, int Looked, ImmutableArray<RowSighting> Found, ImmutableArray<UnseenTable> Unseen)
{
    const string Extension = ".parquet";

    /// <summary>Looks through the tables that the versions' stages read or wrote, where these are still there by their hashes.</summary>
    /// <param name="key">The value: a text, or a whole number.</param>
    /// <param name="column">The column; null for every column of texts or whole numbers.</param>
    /// <param name="versions">The versions.</param>
    /// <param name="place">Where tables may be found.</param>
    public static RowTrace Of(string key, string? column, IEnumerable<(VersionSummary Version, VersionDocument Document)> versions, DataPlace place)
    {
        var tables = versions.SelectMany(version => version.Document.Stages
            .SelectMany(stage => stage.Read.Concat(stage.Outputs.Select(output => (Path: output.Key, Hash: output.Value))))
            .Where(file => file.Path.EndsWith(Extension, StringComparison.Ordinal)).Distinct().Select(file => (file.Path, file.Hash, version.Version.Name)));
        var found = ImmutableArray.CreateBuilder<RowSighting>();
        var unseen = ImmutableArray.CreateBuilder<UnseenTable>();
        var looked = 0;
        foreach (var table in tables.GroupBy(table => (table.Path, table.Hash), table => table.Name).OrderBy(table => table.Key.Path, StringComparer.Ordinal))
        {
            var ((path, hash), named) = (table.Key, table.Distinct().ToImmutableArray());
            if (place.Find(path, ContentHash.Parse(hash)) is not { } file) unseen.Add(new(path, hash, "gone, or another now", named));
            else
                try
                {
                    foreach (var (holding, rows) in Look(Table.At(file), key, column)) found.Add(new(path, hash, holding, rows, named));
                    looked++;
                }
                catch (DataException error)
                {
                    unseen.Add(new(path, hash, error.Message.ReplaceLineEndings(" "), named));
                }
        }

        return new(key, looked, found.ToImmutable(), unseen.ToImmutable());
    }

    static IEnumerable<(string Column, long Rows)> Look(Table table, string key, string? column)
    {
        var isWhole = long.TryParse(key, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole);
        var columns = table.Schema.Where(candidate => (column is null || candidate.Name == column) && (candidate.Type.Kind == ColumnKind.Text || (isWhole && IsWhole(candidate.Type.Kind)))).ToList();
        if (columns.Count == 0) return [];
        // One pass over the table: a count for each column, and a parameter for each.
        var counts = columns.Select((candidate, place) => $"count(*) FILTER (WHERE {Sql.Identifier(candidate.Name)} = ${place + 1}) AS {Sql.Identifier($"c{place}")}");
        using var result = table.Query($"SELECT {string.Join(", ", counts)} FROM this", [.. columns.Select(candidate => candidate.Type.Kind == ColumnKind.Text ? key : (object)whole)]);
        var answers = result.ReadAll();
        return [.. columns.Select((candidate, place) => (candidate.Name, answers.Values<long>($"c{place}").Span[0])).Where(count => count.Item2 > 0)];
    }

    static bool IsWhole(ColumnKind kind) => kind is ColumnKind.TinyInt or ColumnKind.SmallInt or ColumnKind.Integer or ColumnKind.BigInt or ColumnKind.UTinyInt or ColumnKind.USmallInt or ColumnKind.UInteger or ColumnKind.UBigInt or ColumnKind.HugeInt;
}
