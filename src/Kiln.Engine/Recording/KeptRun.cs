using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Kiln.Caching;
using Kiln.Fingerprinting;

namespace Kiln.Recording;

/// <summary>A run with what the ledger and the store still have of what its stages were made from, measured and made: for stages with nothing to do too, which an earlier run made.</summary>
sealed class KeptRun(Ledger ledger, Cache cache, RecordedRun recorded)
{
    readonly ImmutableDictionary<string, ImmutableArray<Fact>> _facts = recorded.Stages.Where(stage => stage.Fingerprint.Length > 0)
        .DistinctBy(stage => stage.Step.Name).ToImmutableDictionary(stage => stage.Step.Name, stage => FactsOf(ledger, stage.Fingerprint));

    public RunRecord Run => recorded.Run;

    public ImmutableArray<RecordedStage> Stages => recorded.Stages;

    /// <summary>The facts of one kind that each stage was made from, by the stage's full name and the fact's label.</summary>
    public Dictionary<(string Stage, string Label), string> Facts(FactKind kind)
    {
        var found = new Dictionary<(string, string), string>();
        foreach (var (stage, facts) in _facts)
            foreach (var fact in facts)
                if (fact.Kind == kind) found[(stage, fact.Label)] = fact.Value;
        return found;
    }

    /// <summary>The files that stages read and no stage of the run makes, with their hashes.</summary>
    public Dictionary<string, string> Sources()
    {
        var made = _facts.Values.SelectMany(facts => facts).Where(fact => fact.Kind == FactKind.Output).Select(fact => fact.Value).ToHashSet(StringComparer.Ordinal);
        var found = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var input in _facts.Values.SelectMany(facts => facts).Where(fact => fact.Kind == FactKind.Input && !LockFile.IsOfThisMachine(fact)))
            if (!made.Contains(LockFile.PathOf(input))) found[LockFile.PathOf(input)] = input.Value;
        return found;
    }

    /// <summary>What whole stages measured, by the stage and the metric: in this run, or in the last one before that made the same.</summary>
    public Dictionary<(string Stage, string Name), double> Metrics()
    {
        var found = new Dictionary<(string, string), double>();
        foreach (var stage in Stages.Where(stage => stage.Step.Key is null && stage.Fingerprint.Length > 0))
            foreach (var row in ledger.Query("""
                SELECT name, value FROM metrics WHERE value IS NOT NULL AND stage = $stage AND run = (
                    SELECT runs.id FROM runs JOIN stages ON stages.run = runs.id
                    WHERE stages.name = $stage AND stages.fingerprint = $fingerprint AND stages.outcome IN ('ran', 'restored') AND runs.started <= (SELECT started FROM runs WHERE id = $run)
                    ORDER BY runs.started DESC, runs.id DESC LIMIT 1)
                """, ("$stage", stage.Step.Name), ("$fingerprint", stage.Fingerprint), ("$run", Run.Id)))
                found[(stage.Step.Name, row[0])] = double.Parse(row[1], CultureInfo.InvariantCulture);
        return found;
    }

    /// <summary>The outputs of a file name, by path: their bytes, or null where the store has them no more.</summary>
    public ImmutableSortedDictionary<string, byte[]?> Made(string fileName)
    {
        var files = ImmutableSortedDictionary.CreateBuilder<string, byte[]?>(StringComparer.Ordinal);
        foreach (var stage in Stages.Where(stage => _facts.ContainsKey(stage.Step.Name)))
            foreach (var path in _facts[stage.Step.Name].Where(fact => fact.Kind == FactKind.Output && Path.GetFileName(fact.Value) == fileName).Select(fact => fact.Value))
                files[path] = ContentHash.TryParse(stage.Fingerprint, out var fingerprint) && cache.Results.Find(fingerprint) is { } result && OutputHash.Of(result.Outputs, path) is { } output && cache.Objects.Has(output.Bytes)
                    ? cache.Objects.Read(output.Bytes) : null;
        return files.ToImmutable();
    }

    static ImmutableArray<Fact> FactsOf(Ledger ledger, string fingerprint)
    {
        if (ledger.Query("SELECT facts FROM manifests WHERE fingerprint = $fingerprint", ("$fingerprint", fingerprint)) is not [[var text]]) return [];
        using var json = JsonDocument.Parse(text);
        return [.. json.RootElement.EnumerateArray().Select(fact => new Fact(Enum.Parse<FactKind>(fact[0].GetString()!, ignoreCase: true), fact[1].GetString()!, fact[2].GetString()!))];
    }
}
