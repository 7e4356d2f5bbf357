using System.Collections.Immutable;
using Kiln.Data;
using Kiln.Fingerprinting;

namespace Kiln.Registry;

/// <summary>Where a row was found.</summary>
/// <param name="Path">The table, as the versions call it.</param>
/// <param name="Hash">Its SHA-256.</param>
/// <param name="Column">The column that holds the key.</param>
/// <param name="Rows">In how many rows.</param>
/// <param name="Versions">The versions whose stages read or wrote the table.</param>
/// <param name="Uses">What these stages did with it.</param>
/// <param name="Runs">The runs that made these stages.</param>
sealed record RowSighting(string Path, string Hash, string Column, long Rows, ImmutableArray<string> Versions, ImmutableArray<TableUse> Uses, ImmutableArray<string> Runs);

/// <summary>What a stage did with a table.</summary>
/// <param name="Stage">The stage, without a partition's key.</param>
/// <param name="Input">The name of the input as which it read the table, such as Training; null where it wrote it.</param>
sealed record TableUse(string Stage, string? Input);

/// <summary>A table that could not be looked at.</summary>
sealed record UnseenTable(string Path, string Hash, string Why, ImmutableArray<string> Versions);

/// <summary>Which tables of versions hold a row.</summary>
/// <param name="Key">The value looked for.</param>
/// <param name="Column">The column that was named, or null.</param>
/// <param name="Looked">How many tables were looked at: those that have a column to look in.</param>
/// <param name="Found">Where it is.</param>
/// <param name="Unseen">What cannot be looked at any more.</param>
sealed record RowTrace(string Key, string? Column, int Looked, ImmutableArray<RowSighting> Found, ImmutableArray<UnseenTable> Unseen)
{
    const string Extension = ".parquet";

    /// <summary>Looks through the tables that the versions' stages read or wrote, where these are still there by their hashes.</summary>
    /// <param name="key">The value.</param>
    /// <param name="column">The column, in any case; null for every column of texts or whole numbers.</param>
    /// <param name="versions">The versions.</param>
    /// <param name="place">Where tables may be found.</param>
    /// <exception cref="KilnException">No table that can be looked at has that column.</exception>
    public static RowTrace Of(string key, string? column, IEnumerable<(VersionSummary Version, VersionDocument Document)> versions, DataPlace place)
    {
        var sought = new RowKey(key);
        var found = ImmutableArray.CreateBuilder<RowSighting>();
        var unseen = ImmutableArray.CreateBuilder<UnseenTable>();
        var (looked, readable) = (0, 0);
        var others = new SortedSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var table in versions.SelectMany(version => Touched(version.Version.Name, version.Document)).GroupBy(touch => (touch.Path, touch.Hash)).OrderBy(table => table.Key.Path, StringComparer.Ordinal))
        {
            var ((path, hash), named) = (table.Key, table.Select(touch => touch.Version).Distinct().ToImmutableArray());
            if (place.Find(path, ContentHash.Parse(hash)) is not { } file)
            {
                unseen.Add(new(path, hash, "gone, or another now", named));
                continue;
            }

            try
            {
                var stored = Table.At(file);
                var columns = stored.Schema.Where(candidate => column is null ? RowKey.IsTextOrWhole(candidate.Type.Kind) : string.Equals(candidate.Name, column, StringComparison.OrdinalIgnoreCase)).ToList();
                foreach (var (holding, rows) in sought.CountIn(stored, columns))
                    found.Add(new(path, hash, holding, rows, named, [.. table.Select(touch => touch.Use).Distinct()], [.. table.Select(touch => touch.Run).Distinct()]));
                readable++;
                if (columns.Count > 0) looked++;
                else others.UnionWith(stored.Schema.Select(candidate => candidate.Name));
            }
            catch (DataException error)
            {
                unseen.Add(new(path, hash, error.Message.ReplaceLineEndings(" "), named));
            }
        }

        if (column is not null && looked == 0 && readable > 0) throw TraceErrors.NoSuchColumn(column, others, readable, unseen.Count);
        return new(key, column, looked, found.ToImmutable(), unseen.ToImmutable());
    }

    static IEnumerable<(string Version, string Path, string Hash, TableUse Use, string Run)> Touched(string version, VersionDocument document) => document.Stages
        .SelectMany(stage => stage.Outputs.Select(output => (version, Path: output.Key, output.Value, new TableUse(stage.Group, null), stage.Run))
            .Concat(stage.Inputs.Select(input => (input, at: input.Key.IndexOf(' '))).Select(read => (version, Path: read.input.Key[(read.at + 1)..], read.input.Value, new TableUse(stage.Group, read.input.Key[..Math.Max(0, read.at)]), stage.Run))))
        .Where(touch => touch.Path.EndsWith(Extension, StringComparison.Ordinal));
}
