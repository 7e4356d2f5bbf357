using System.Collections.Immutable;

namespace Kiln.Registry.Exporting;

/// <summary>The runs that a server has of one of Kiln's: one, as a rule. A request that was given up may be done all the same, and two may export at the same time; then there are several.</summary>
/// <remarks>The API takes no ids from who asks, and knows no request again. So all who look keep the same one of several, and delete those that were never finished: however they meet, one is left in the end.</remarks>
sealed class MlflowRuns(MlflowClient client, TimeProvider clock)
{
    const int Most = 1000;

    /// <summary>For how many times the patience for an answer a run is looked for that was asked for in vain.</summary>
    const int Patiences = 4;

    static readonly TimeSpan firstWait = TimeSpan.FromSeconds(0.25), longestWait = TimeSpan.FromSeconds(60);

    /// <summary>Whether a run was asked for and no answer came: one may be there later.</summary>
    public bool IsAwaited { get; set; }

    /// <summary>The runs that carry Kiln's id, the one to keep first: one that is whole, and of several the one of the smallest id. Kiln's ids are digits, letters and dashes: none ends the quotes.</summary>
    /// <exception cref="MlflowFault">It was not done.</exception>
    public async Task<ImmutableArray<FoundRun>> FindAsync(string experiment, MlflowRun run, CancellationToken cancellation)
    {
        var tag = new RunTag(MlflowRun.Identity, run.Run.Id);
        var search = new SearchRuns([experiment], $"tags.\"{tag.Key}\" = '{tag.Value}'", "ACTIVE_ONLY", Most);
        var found = (await client.PostAsync<RunsFound>("runs/search", search, cancellation)).Runs ?? [];
        if (found.Any(one => one.Id.Length == 0)) throw client.Unlike("runs/search", "a run without an id");
        return [.. found.Where(one => one.Tags.Contains(tag)).OrderByDescending(run.IsWhole).ThenByDescending(HasOutcome).ThenBy(one => one.Id, StringComparer.Ordinal)];
    }

    /// <summary>Makes a run, and looks at what is there then: others may make one at the same time.</summary>
    /// <exception cref="MlflowFault">It was not done, or is not done yet.</exception>
    public async Task<ImmutableArray<FoundRun>> MakeAsync(string experiment, MlflowRun run, CancellationToken cancellation)
    {
        FoundRun? made;
        try
        {
            made = (await client.PostAsync<RunCreated>("runs/create", new CreateRun(experiment, run.Run.Id, run.Start, run.First), cancellation)).Run;
        }
        catch (MlflowFault fault) when (fault.IsUnanswered)
        {
            IsAwaited = true;
            var late = await AwaitAsync(experiment, run, cancellation);
            if (late.IsEmpty) throw;
            return late;
        }
        if (made is not { Id.Length: > 0 }) throw client.Unlike("runs/create", "a run without an id");
        return await FindAsync(experiment, run, cancellation) is { IsEmpty: false } found ? found : [made];
    }

    /// <summary>Deletes all but the first, of those that were never finished, and answers what is left. One that the server does not let be deleted stays.</summary>
    /// <exception cref="MlflowFault">It was not done.</exception>
    public async Task<ImmutableArray<FoundRun>> ClearAsync(string experiment, MlflowRun run, ImmutableArray<FoundRun> found, ISet<string> deleted, CancellationToken cancellation)
    {
        var copies = found.Skip(1).Where(one => !HasOutcome(one)).ToList();
        if (copies.Count == 0) return found;
        foreach (var copy in copies)
            try
            {
                deleted.Add(copy.Id); // before: where the answer is lost, it is not found again
                await client.PostAsync<Nothing>("runs/delete", new DeleteRun(copy.Id), cancellation);
            }
            catch (MlflowFault refused) when (!refused.MayPass)
            {
                deleted.Remove(copy.Id);
            }
        ImmutableArray<FoundRun> left = [.. (await FindAsync(experiment, run, cancellation)).Where(one => !deleted.Contains(one.Id))];
        return left.IsEmpty ? [found[0]] : left;
    }

    /// <summary>Looks for a run that was asked for in vain: a server that is slow may still be at it, and asked again, would make two.</summary>
    async Task<ImmutableArray<FoundRun>> AwaitAsync(string experiment, MlflowRun run, CancellationToken cancellation)
    {
        var left = TimeSpan.FromSeconds(Math.Min(Patiences * client.Place.Patience.TotalSeconds, longestWait.TotalSeconds));
        for (var wait = firstWait; left > TimeSpan.Zero; wait *= 2)
        {
            wait = wait < left ? wait : left;
            await Task.Delay(wait, clock, cancellation);
            left -= wait;
            try
            {
                if (await FindAsync(experiment, run, cancellation) is { IsEmpty: false } found) return found;
            }
            catch (MlflowFault fault) when (fault.MayPass)
            {
                left -= client.Place.Patience;
            }
        }
        return [];
    }

    static bool HasOutcome(FoundRun run) => run.Tags.Any(tag => tag.Key == MlflowRun.Outcome);
}
