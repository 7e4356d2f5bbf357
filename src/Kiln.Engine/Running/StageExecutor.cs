using System.Collections.Immutable;
using System.Diagnostics;
using Kiln.Caching;
using Kiln.Fingerprinting;
using Kiln.Planning;
using Kiln.Reporting;

namespace Kiln.Running;

/// <summary>
/// Executes one stage's body in a staging folder and commits what it made: objects first, then the result that names them, then the
/// workspace. Killed anywhere between, the next run finds either no result, and runs the stage, or a whole one, and restores it.
/// </summary>
sealed class StageExecutor(Workspace workspace, ContentStore store, ResultStore results, Materializer materializer, FileHashes hashes, UsageMeter meter, SandboxPolicy sandboxes, StagingFolders folders)
{
    public async Task<StageReport> ExecuteAsync(PlannedStage node, Decision decision, RunIdentity run, StageRunWires wires)
    {
        var started = DateTimeOffset.UtcNow;
        var clock = Stopwatch.StartNew();
        var attempts = 0;
        Task<(StageResult? Result, StageUsage Usage)> Attempt()
        {
            attempts++;
            return RunBodyAsync(node, decision.Manifest, run, started, clock, wires);
        }

        StageReport Report(Outcome outcome, string why, StageResult? result = null, StageUsage? usage = null) =>
            new(node, outcome, why) { Started = started, Time = clock.Elapsed, Manifest = decision.Manifest, Result = result, Usage = usage, Attempts = Math.Max(1, attempts) };

        try
        {
            if (decision is Decision.Restore restore)
            {
                if (TryRestore(node, restore.Result, run)) return Report(new Outcome.Restored(), restore.Why, restore.Result);
                wires.Noted($"{node.Name}: the stored result is damaged; making it again");
                return Report(new Outcome.Skipped("its stored result is damaged"), "") with { Instead = new Decision.Run(restore.Manifest, "its stored result is damaged") };
            }

            var why = ((Decision.Run)decision).Why;
            var (result, usage) = await PersistAsync(node.Stage, Attempt, wires);
            return Report(new Outcome.Ran(), why + (attempts > 1 ? $"; attempt {attempts}" : "") + (node.Stage.IsNonDeterministic ? "; not deterministic" : ""), result, usage);
        }
        catch (OperationCanceledException) when (wires.Cancellation.IsCancellationRequested)
        {
            return Report(new Outcome.Cancelled(), "interrupted");
        }
        catch (Exception error)
        {
            return Report(new Outcome.Failed(Explained(node.Name, error)), (decision as Decision.Run)?.Why ?? "");
        }
    }

    bool TryRestore(PlannedStage node, StageResult result, RunIdentity run)
    {
        try
        {
            _ = run.Commit;
            foreach (var place in node.Outputs)
            {
                var made = result.Outputs.First(output => output.Path == place.Relative);
                if (!materializer.IsInPlace(place, made)) materializer.Materialize(place, made, verify: true);
            }

            return true;
        }
        catch (Exception error) when (error is DamagedObjectException or FormatException)
        {
            return false;
        }
    }

    /// <summary>Runs the body, again after a pause where the stage says that an error may pass. What the stage holds it holds meanwhile.</summary>
    static async Task<T> PersistAsync<T>(Stage stage, Func<Task<T>> attempt, StageRunWires wires)
    {
        var execution = stage.Execution;
        for (var number = 1; ; number++)
            try
            {
                return await attempt();
            }
            catch (Exception error) when (number <= execution.Retries && error is not OverrunException && MayPass(stage, error) && !wires.Cancellation.IsCancellationRequested)
            {
                var pause = Backoff.PauseAfter(number, execution.Pause, Random.Shared.NextDouble());
                wires.Noted($"{stage.FullName}: attempt {number} of {execution.Retries + 1} failed ({error.Message.Split('\n')[0]}); again in {Durations.Of(pause)}");
                await Task.Delay(pause, wires.Cancellation);
            }
    }

    async Task<(StageResult? Result, StageUsage Usage)> RunBodyAsync(
        PlannedStage node, Manifest? manifest, RunIdentity run, DateTimeOffset started, Stopwatch clock, StageRunWires wires)
    {
        var folder = folders.Take(node);
        var staging = folder.Path;
        var checkpoints = workspace.CheckpointsFor(manifest, node.Name);
        using var deadline = new Deadline(node.Stage.Execution, wires.Cancellation);
        var body = new StageRun(node, workspace.Root, staging, checkpoints, wires with { Cancellation = deadline.Cancellation }) { Workers = sandboxes.IsFor(node) ? sandboxes.Workers : null };
        using var reading = node.Stage is CommandStage || body.Workers is not null ? null : meter.Begin(); // a process of its own is measured there
        var moment = hashes.Moment;
        try
        {
            foreach (var output in node.Outputs) Materializer.RefuseEscape(output);
            if (manifest is not null) RefuseChanged(node, node.Inputs.Where(input => input.Producer is not null), manifest, moment);
            wires.Cancellation.ThrowIfCancellationRequested();
            await deadline.CallAsync(body);
            var usage = body.Usage is { } own ? Launcher.Program is null ? meter.OfProgram(own) : own : reading?.Taken ?? new StageUsage(null, null, null, null);
            if (manifest is not null) RefuseChanged(node, node.Inputs, manifest, moment);
            usage = usage with { BytesIn = SizeOfInputs(node) };
            if (manifest is null) return (null, usage);
            usage = usage with { BytesOut = SizeOfOutputs(node, staging) };
            var result = new StageResult
            {
                Stage = node.Name,
                Manifest = manifest,
                Outputs = StoreAll(node, staging),
                Metrics = body.Metrics.ToImmutableSortedDictionary(StringComparer.Ordinal),
                Run = run.Id,
                Commit = run.Commit,
                Started = started,
                Seconds = clock.Elapsed.TotalSeconds,
            };
            results.Keep(result);
            for (var i = 0; i < node.Outputs.Length; i++)
                if (!materializer.IsInPlace(node.Outputs[i], result.Outputs[i])) materializer.Materialize(node.Outputs[i], result.Outputs[i], verify: false);
            FolderEraser.Delete(checkpoints);
            return (result, usage);
        }
        finally
        {
            if (!deadline.IsOverrun) folders.GiveBack(folder);
        }
    }

    /// <summary>A result must be of the inputs its manifest names: not of what they became since, nor of what they were for a while.</summary>
    void RefuseChanged(PlannedStage node, IEnumerable<PlannedInput> inputs, Manifest manifest, long since)
    {
        foreach (var input in inputs)
            if (!manifest.HasInput(input.Fact, hashes.Of(input)) || hashes.WasRewrittenSince(since, input.Path))
                throw RunErrors.InputChanged(input.Path, node.Name);
    }

    // Loops in place of queries over values: code for those would be compiled in every run in which something works.
    long SizeOfInputs(PlannedStage node)
    {
        var size = 0L;
        foreach (var input in node.Inputs) size += hashes.SizeOf(input.Path);
        return size;
    }

    static long SizeOfOutputs(PlannedStage node, string staging)
    {
        var size = 0L;
        foreach (var output in node.Outputs) size += FileSize.Of(StageRun.StagedPath(staging, output));
        return size;
    }

    ImmutableArray<OutputHash> StoreAll(PlannedStage node, string staging)
    {
        var made = ImmutableArray.CreateBuilder<OutputHash>(node.Outputs.Length);
        foreach (var output in node.Outputs) made.Add(Store(node, output, staging));
        return made.MoveToImmutable();
    }

    OutputHash Store(PlannedStage node, PlannedOutput output, string staging)
    {
        var path = StageRun.StagedPath(staging, output);
        var stamp = FileStamp.Of(path) ?? throw RunErrors.NotWritten(output.Relative, node.Name);
        if (stamp.Kind == FileKind.Folder)
        {
            var tree = FolderTree.Of(path, HashesOf, followLinks: false);
            if (tree.Entries.FirstOrDefault(entry => entry.Kind == FileKind.Link) is { Path: { } link })
                throw RunErrors.NotAnOutput(Path.Combine(output.Relative, link), node.Name);
            foreach (var entry in tree.Entries.Where(entry => entry.Kind.IsFile())) Take(Path.Combine(path, entry.Path), entry.Hash);
            return new OutputHash(output.Relative, store.Put(tree.ToBytes()), FileKind.Folder);
        }

        var hash = HashOf(new FoundFile(path, stamp));
        Take(path, hash);
        return new OutputHash(output.Relative, hash, stamp.Kind);

        ContentHash[] HashesOf(IReadOnlyList<FoundFile> files)
        {
            var hashes = new ContentHash[files.Count];
            Cores.Each(files.Count, i => hashes[i] = HashOf(files[i]));
            return hashes;
        }

        ContentHash HashOf(FoundFile file)
        {
            if (!file.Stamp.Kind.IsFile()) throw RunErrors.NotAnOutput(Path.GetRelativePath(staging, file.Path), node.Name);
            var hash = FileHashes.Read(file.Path, null);
            return FileStamp.Of(file.Path) == file.Stamp ? hash : throw RunErrors.StillWritten(Path.GetRelativePath(staging, file.Path), node.Name);
        }
    }

    /// <summary>Moves a file into the store, also out of a folder that the body made read-only.</summary>
    void Take(string file, ContentHash hash)
    {
        try
        {
            store.Take(file, hash);
        }
        catch (UnauthorizedAccessException) when (FolderEraser.MakeWritable(Path.GetDirectoryName(file)!))
        {
            store.Take(file, hash);
        }
    }

    /// <summary>A worker has asked the stage already: it had the error itself.</summary>
    static bool MayPass(Stage stage, Exception error) => error is WorkerException told ? told.IsTransient : stage.IsTransient(error);

    public static Exception Explained(string stage, Exception error) => error switch
    {
        KilnException => error,
        DamagedObjectException => RunErrors.LostFromCache(stage, error),
        OutOfTimeException late => RunErrors.TookTooLong(stage, late.Limit, error),
        IOException { HResult: 28 } => RunErrors.DiskFull(stage, error),
        IOException or UnauthorizedAccessException => RunErrors.CannotAccess(stage, error),
        _ => RunErrors.StageThrew(stage, error),
    };
}

/// <summary>What marks everything a run makes: its id, the commit it stands on, and the settings it was given.</summary>
/// <param name="Id">The run's id.</param>
/// <param name="CommitNow">Asks for the commit. It is waited for before anything is written that would make the tree another.</param>
/// <param name="Overrides">What <c>--set</c> gave.</param>
sealed record RunIdentity(string Id, Func<string> CommitNow, ImmutableArray<string> Overrides)
{
    public string Commit => CommitNow();
}
