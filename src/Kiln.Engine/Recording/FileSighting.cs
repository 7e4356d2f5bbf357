using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Kiln.Caching;
using Kiln.Fingerprinting;

namespace Kiln.Recording;

/// <summary>A file as a stage read or wrote it in a run.</summary>
/// <param name="Run">The run.</param>
/// <param name="Pipeline">Its pipeline.</param>
/// <param name="Started">When the run began.</param>
/// <param name="Stage">The stage.</param>
/// <param name="IsWritten">Whether the stage wrote it; otherwise it read it.</param>
/// <param name="Path">The file, relative to the workspace; of one outside it, the name.</param>
/// <param name="Hash">The SHA-256 that it had.</param>
public sealed record FileSighting(string Run, string Pipeline, DateTimeOffset Started, string Stage, bool IsWritten, string Path, string Hash)
{
    internal static ImmutableArray<FileSighting> Find(string file, KeptResults kept, string? path, string? hash)
    {
        using var ledger = Ledger.OpenToRead(file);
        var rows = ledger.Query("""
            SELECT runs.id, runs.pipeline, runs.started, stages.name, stages.fingerprint, manifests.facts FROM stages
            JOIN runs ON runs.id = stages.run JOIN manifests ON manifests.fingerprint = stages.fingerprint
            WHERE stages.outcome IN ('ran', 'restored') ORDER BY runs.started, runs.id, stages.position
            """);
        var sightings = ImmutableArray.CreateBuilder<FileSighting>();
        foreach (var row in rows)
        {
            foreach (var (seen, its) in Inputs(row[5]).Where(input => Is(input.Path, input.Hash))) sightings.Add(Of(row, false, seen, its));
            foreach (var output in kept.Result(ContentHash.Parse(row[4]))?.Outputs.Where(output => Is(output.Path, output.Hash.ToString())) ?? []) sightings.Add(Of(row, true, output.Path, output.Hash.ToString()));
        }

        return sightings.ToImmutable();

        bool Is(string seen, string its) => its == hash || seen == path;
    }

    static FileSighting Of(string[] row, bool isWritten, string path, string hash) =>
        new(row[0], row[1], DateTimeOffset.Parse(row[2], CultureInfo.InvariantCulture), row[3], isWritten, path, hash);

    static IEnumerable<(string Path, string Hash)> Inputs(string facts)
    {
        using var document = JsonDocument.Parse(facts);
        foreach (var fact in document.RootElement.EnumerateArray())
            if (fact[0].ValueEquals("input") && fact[1].GetString() is { } label) yield return (label[(label.IndexOf(' ') + 1)..], fact[2].GetString() ?? "");
    }
}
