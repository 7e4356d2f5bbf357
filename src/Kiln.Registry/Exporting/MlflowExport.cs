using System.Collections.Immutable;

namespace Kiln.Registry.Exporting;

/// <summary>A run that is on the server.</summary>
/// <param name="Run">Kiln's id of it.</param>
/// <param name="Experiment">The experiment it is in.</param>
/// <param name="ExperimentId">The server's id of that.</param>
/// <param name="MlflowRun">The server's id of the run.</param>
/// <param name="Status">FINISHED, FAILED or KILLED.</param>
/// <param name="Was">What was there before.</param>
/// <param name="Params">How many params it has.</param>
/// <param name="Metrics">How many values of metrics.</param>
/// <param name="Url">Its page.</param>
sealed record ExportedRun(string Run, string Experiment, string ExperimentId, string MlflowRun, string Status, Before Was, int Params, int Metrics, string Url)
{
    /// <summary>The server's ids of unfinished runs of the same, which were deleted.</summary>
    public ImmutableArray<string> Deleted { get; init; } = [];

    /// <summary>The server's ids of runs of the same that are there still, and are left as they are.</summary>
    public ImmutableArray<string> Others { get; init; } = [];
}

/// <summary>What of a run was on the server before.</summary>
enum Before
{
    Nothing,
    Part,
    Whole,
}

/// <summary>
/// Brings runs to a server. It looks at what is there of a run and sends what is missing; so it is also what a fault that may pass is answered with, whatever of the last request was done: params and tags may be sent twice,
/// a run and a metric may not.
/// </summary>
sealed class MlflowExport(MlflowClient client, TimeProvider clock)
{
    const int MostTries = 5;

    static readonly TimeSpan firstWait = TimeSpan.FromSeconds(0.25), longestWait = TimeSpan.FromSeconds(60);

    readonly MlflowRuns _runs = new(client, clock);
    readonly Dictionary<string, string> _experiments = new(StringComparer.Ordinal);
    int _written;

    /// <summary>Brings a run to an experiment, which is made where there is none.</summary>
    /// <exception cref="KilnException">The server cannot be reached, or does not take it.</exception>
    public async Task<ExportedRun> ExportAsync(MlflowRun run, string experiment, CancellationToken cancellation)
    {
        Before? was = null;
        var deleted = new SortedSet<string>(StringComparer.Ordinal);
        for (var tries = 1; ; tries++)
        {
            var written = _written;
            try
            {
                var id = await ExperimentAsync(experiment, cancellation);
                var found = await _runs.FindAsync(id, run, cancellation);
                was ??= found.IsEmpty ? Before.Nothing : run.IsWhole(found[0]) ? Before.Whole : Before.Part;
                if (found.IsEmpty)
                {
                    found = await _runs.MakeAsync(id, run, cancellation);
                    _written++;
                }
                found = await _runs.ClearAsync(id, run, found, deleted, cancellation);
                var kept = found[0].Id;
                try
                {
                    await CompleteAsync(found[0], run, cancellation);
                }
                catch (MlflowFault fault) when (fault is { MayPass: false, Code.Length: > 0 } && tries < MostTries)
                {
                    if ((await _runs.FindAsync(id, run, cancellation)).FirstOrDefault()?.Id == kept) throw;
                    continue; // another, exporting at the same time, kept another and deleted this one
                }
                if (!_runs.IsAwaited)
                    return new(run.Run.Id, experiment, id, kept, run.Status, was.Value, run.Params.Length, run.Metrics.Length, client.Place.PageOf(id, kept))
                    {
                        Deleted = deleted.ToImmutableArray(),
                        Others = found.Skip(1).Select(other => other.Id).ToImmutableArray(),
                    };
                _runs.IsAwaited = false; // once more: what no answer came for may be there since
            }
            catch (MlflowFault fault)
            {
                if (_written > written) tries = 1; // it goes on, if slowly
                if (!fault.MayPass || tries >= MostTries) throw fault.Told;
                var wait = fault.Wait ?? firstWait * (1 << (tries - 1));
                if (wait > longestWait) throw MlflowErrors.AsksToWait(client.Place.Address, wait);
                await Task.Delay(wait, clock, cancellation);
            }
        }
    }

    async Task<string> ExperimentAsync(string name, CancellationToken cancellation)
    {
        if (_experiments.TryGetValue(name, out var known)) return known;
        try
        {
            return _experiments[name] = await FindExperimentAsync(name, cancellation);
        }
        catch (MlflowFault fault) when (fault.Code == MlflowFault.NotThere)
        {
            try
            {
                return _experiments[name] = (await client.PostAsync<ExperimentCreated>("experiments/create", new CreateExperiment(name), cancellation)).ExperimentId ?? throw client.Unlike("experiments/create", "an experiment without an id");
            }
            catch (MlflowFault raced) when (raced.Code == MlflowFault.ThereAlready)
            {
                return _experiments[name] = await FindExperimentAsync(name, cancellation);
            }
        }
    }

    async Task<string> FindExperimentAsync(string name, CancellationToken cancellation)
    {
        var found = (await client.GetAsync<ExperimentFound>("experiments/get-by-name", [("experiment_name", name)], cancellation)).Experiment;
        if (found?.LifecycleStage == "deleted") throw new MlflowFault(MlflowErrors.ExperimentDeleted(client.Place.Address, name));
        return found?.ExperimentId ?? throw client.Unlike("experiments/get-by-name", "an experiment without an id");
    }

    /// <summary>Sends what is missing. The tag of the outcome is the last: a run is not taken for whole before it is.</summary>
    async Task CompleteAsync(FoundRun found, MlflowRun run, CancellationToken cancellation)
    {
        var id = found.Id;
        var isWhole = run.IsWhole(found);
        var there = found.Tags.DistinctBy(tag => tag.Key).ToDictionary(tag => tag.Key, tag => tag.Value, StringComparer.Ordinal);
        await LogAsync(MlflowBatches.Of(id, run.Tags.Where(tag => there.GetValueOrDefault(tag.Key) != tag.Value)), cancellation);
        if (isWhole) return;
        var known = (found.Data?.Params ?? []).Select(param => param.Key).ToHashSet(StringComparer.Ordinal);
        await LogAsync(MlflowBatches.Of(id, run.Params.Where(param => !known.Contains(param.Key))), cancellation);
        await LogAsync(MlflowBatches.Of(id, await MissingAsync(found, run, cancellation)), cancellation);
        await client.PostAsync<Nothing>("runs/update", new UpdateRun(id, run.Status, run.End), cancellation);
        await LogAsync(MlflowBatches.Of(id, [run.Last]), cancellation);
    }

    /// <summary>Values that are not in the series that the server has: logged once more, they would stand there twice.</summary>
    async Task<IEnumerable<Metric>> MissingAsync(FoundRun found, MlflowRun run, CancellationToken cancellation)
    {
        var there = new HashSet<(string Key, long Step)>();
        foreach (var key in (found.Data?.Metrics ?? []).Select(metric => metric.Key).Distinct())
            for (var page = ""; page is not null;)
            {
                var history = await client.GetAsync<MetricHistory>("metrics/get-history", [("run_id", found.Id), ("metric_key", key), .. page.Length > 0 ? [("page_token", page)] : Array.Empty<(string, string)>()], cancellation);
                there.UnionWith((history.Metrics ?? []).Select(metric => (metric.Key, metric.Step)));
                page = history.NextPageToken is { Length: > 0 } next ? next : null;
            }
        return run.Metrics.Where(metric => !there.Contains((metric.Key, metric.Step)));
    }

    async Task LogAsync(IEnumerable<LogBatch> batches, CancellationToken cancellation)
    {
        foreach (var batch in batches)
        {
            await client.PostAsync<Nothing>("runs/log-batch", batch, cancellation);
            _written++;
        }
    }
}
