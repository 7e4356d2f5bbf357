using System.Collections.Immutable;
using Kiln.Caching;
using Kiln.Fingerprinting;
using Kiln.Planning;

namespace Kiln.Running;

/// <summary>
/// Foretells what a run would do with each stage of a plan. Moves no data and keeps nothing: a stage behind one that would be restored is
/// judged by what the store holds for that one, a stage behind one that would run by what that one made last.
/// </summary>
sealed class Survey(Decider decider, FileHashes hashes, ContentStore store)
{
    readonly Dictionary<PlannedStage, Forecast> _forecasts = new(ReferenceEqualityComparer.Instance);

    /// <param name="stages">Stages, each after its needs; needs that are not among them count as made.</param>
    /// <param name="forced">The stages to run whatever is known.</param>
    /// <param name="withheld">The stages to leave alone, with the reasons.</param>
    public ImmutableArray<Forecast> Of(ImmutableArray<PlannedStage> stages, IReadOnlySet<PlannedStage> forced, IReadOnlyDictionary<PlannedStage, string>? withheld = null)
    {
        foreach (var stage in stages) _forecasts[stage] = withheld is not null && withheld.TryGetValue(stage, out var because) ? new Forecast.Skip(stage, because) : Foretell(stage, forced.Contains(stage));
        return [.. stages.Select(stage => _forecasts[stage])];
    }

    Forecast Foretell(PlannedStage stage, bool isForced)
    {
        if (stage.Needs.FirstOrDefault(need => ForecastOf(need) is Forecast.Skip or Forecast.Fail) is { } missing) return new Forecast.Skip(stage, $"{missing.Name} would not be made");
        try
        {
            if (stage.Stage.ShouldRun() is { Runs: false } no) return new Forecast.Skip(stage, no.Because);
            var open = stage.Inputs.Select(input => input.Producer).FirstOrDefault(producer => producer is not null && ForecastOf(producer) is Forecast.Run or Forecast.Follow);
            if (open is not null && stage.Inputs.Any(input => HashOf(input) is null))
                return new Forecast.Run(stage, null, decider.Last(stage) is null ? "first run" : $"{open.Name} comes first");
            var decision = decider.Decide(stage, HashOf, isForced);
            return decision switch
            {
                Decision.Run run => new Forecast.Run(stage, run.Manifest, run.Why),
                _ when open is not null => new Forecast.Follow(stage, open),
                Decision.Restore restore when IsStored(restore.Result) => new Forecast.Restore(stage, restore.Of, restore.Result, restore.Why),
                Decision.Restore lost => new Forecast.Run(stage, lost.Of, lost.Why + "; its outputs are not in the store"),
                _ => new Forecast.UpToDate(stage, decision.Manifest!),
            };
        }
        catch (KilnException error)
        {
            return new Forecast.Fail(stage, error);
        }
    }

    Forecast? ForecastOf(PlannedStage stage) => _forecasts.GetValueOrDefault(stage);

    ContentHash? HashOf(PlannedInput input)
    {
        if (input.Producer is not { } producer) return hashes.Of(input);
        var made = ForecastOf(producer) is Forecast.Restore restore ? restore.Result.Outputs : decider.Last(producer)?.Outputs ?? [];
        return OutputHash.Of(made, input.Label) is { } output ? output.Hash : hashes.Of(input);
    }

    bool IsStored(StageResult result)
    {
        foreach (var output in result.Outputs)
        {
            if (!store.Has(output.Bytes)) return false;
            if (output.IsFolder && FolderTree.Parse(store.Read(output.Bytes)).Entries.Any(entry => entry.Kind.IsFile() && !store.Has(entry.Hash))) return false;
        }

        return true;
    }
}
