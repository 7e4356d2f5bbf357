using System.Collections.Immutable;
using System.Diagnostics;
using Kiln.Caching;
using Kiln.Fingerprinting;
using Kiln.Planning;

namespace Kiln.Running;

/// <summary>
/// Executes one stage's body in a staging folder and commits what it made: objects first, then the result that names them, then the
/// workspace. Killed anywhere between, the next run finds either no result, and runs the stage, or a whole one, and restores it.
/// </summary>
sealed class StageExecutor(Workspace workspace, ContentStore store, ResultStore results, Materializer materializer, FileHashes hashes, UsageMeter meter)
{
    public async Task<StageReport> ExecuteAsync(PlannedStage node, Decision decision, RunIdentity run, StageRunWires wires)
    {
        var started = DateTimeOffset.UtcNow;
        var clock = Stopwatch.StartNew();
        StageReport Report(Outcome outcome, string why, StageResult? result = null, StageUsage? usage = null) =>
            new(node, outcome, why) { Started = started, Time = clock.Elapsed, Manifest = decision.Manifest, Result = result, Usage = usage };

        try
        {
            if (decision is Decision.Restore restore)
            {
                if (TryRestore(node, restore.Result)) return Report(new Outcome.Restored(), restore.Why, restore.Result);
                wires.Noted($"{node.Name}: the stored result is damaged; making it again");
                decision = new Decision.Run(restore.Manifest, "its stored result is damaged");
            }

            var why = ((Decision.Run)decision).Why;
            var (result, usage) = await RunBodyAsync(node, decision.Manifest, run, started, clock, wires);
            return Report(new Outcome.Ran(), why, result, usage);
        }
        catch (OperationCanceledException) when (wires.Cancellation.IsCancellationRequested)
        {
            return Report(new Outcome.Cancelled(), "interrupted");
        }
        catch (Exception error)
        {
            return Report(new Outcome.Failed(Explained(node, error)), (decision as Decision.Run)?.Why ?? "");
        }
    }

    bool TryRestore(PlannedStage node, StageResult result)
    {
        try
        {
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

    async Task<(StageResult? Result, StageUsage Usage)> RunBodyAsync(
        PlannedStage node, Manifest? manifest, RunIdentity run, DateTimeOffset started, Stopwatch clock, StageRunWires wires)
    {
        var staging = workspace.StagingFor(run.Id, node.Name);
        var checkpoints = workspace.CheckpointsFor(manifest?.Fingerprint ?? ContentHash.Of(System.Text.Encoding.UTF8.GetBytes(node.Name)));
        var body = new StageRun(node, workspace.Root, staging, checkpoints, wires);
        using var reading = meter.Begin();
        try
        {
            try
            {
                wires.Cancellation.ThrowIfCancellationRequested();
                await node.Stage.RunAsync(body);
            }
            catch (Exception error)
            {
                node.Stage.OnError(error, body);
                throw;
            }
            finally
            {
                node.Stage.Finally(body);
            }

            var usage = (body.Usage ?? reading.Taken) with { BytesIn = node.Inputs.Sum(input => StageUsage.BytesAt(input.Path)) };
            if (manifest is null) return (null, usage);
            usage = usage with { BytesOut = node.Outputs.Sum(output => StageUsage.BytesAt(StageRun.StagedPath(staging, output))) };
            RefuseChangedInputs(node, manifest);
            var result = new StageResult
            {
                Stage = node.Name,
                Manifest = manifest,
                Outputs = [.. node.Outputs.Select(output => Store(node, output, staging))],
                Metrics = body.Metrics.ToImmutableSortedDictionary(StringComparer.Ordinal),
                Run = run.Id,
                Commit = run.Commit,
                Started = started,
                Seconds = clock.Elapsed.TotalSeconds,
            };
            results.Keep(result);
            foreach (var (place, made) in node.Outputs.Zip(result.Outputs))
                if (!materializer.IsInPlace(place, made)) materializer.Materialize(place, made, verify: false);
            if (Directory.Exists(checkpoints)) Directory.Delete(checkpoints, recursive: true);
            return (result, usage);
        }
        finally
        {
            if (Directory.Exists(staging)) Directory.Delete(staging, recursive: true);
        }
    }

    /// <summary>A result must be of the inputs its manifest names, not of what they became meanwhile.</summary>
    void RefuseChangedInputs(PlannedStage node, Manifest manifest)
    {
        var hashesBefore = manifest.Facts.Where(fact => fact.Kind == FactKind.Input).ToLookup(fact => fact.Label, fact => fact.Value);
        foreach (var input in node.Inputs)
            if (!hashesBefore[$"{input.Role} {input.Label}"].Contains(hashes.Of(input.Path)?.ToString())) throw RunErrors.InputChanged(input.Path, node.Name);
    }

    OutputHash Store(PlannedStage node, PlannedOutput output, string staging)
    {
        var path = StageRun.StagedPath(staging, output);
        var kind = FileStamp.Of(path)?.Kind ?? throw RunErrors.NotWritten(output.Relative, node.Name);
        if (kind == FileKind.Folder)
        {
            var tree = FolderTree.Of(path, HashOf, followLinks: false);
            if (tree.Entries.FirstOrDefault(entry => entry.Kind == FileKind.Link) is { Path: { } link })
                throw RunErrors.NotAnOutput(Path.Combine(output.Relative, link), node.Name);
            foreach (var entry in tree.Entries.Where(entry => entry.Kind == FileKind.File)) store.Take(Path.Combine(path, entry.Path), entry.Hash);
            return new OutputHash(output.Relative, store.Put(tree.ToBytes()), IsFolder: true);
        }

        if (kind != FileKind.File) throw RunErrors.NotAnOutput(output.Relative, node.Name);
        var hash = HashOf(path);
        store.Take(path, hash);
        return new OutputHash(output.Relative, hash, IsFolder: false);

        ContentHash HashOf(string file)
        {
            if (FileStamp.Of(file)?.Kind != FileKind.File) throw RunErrors.NotAnOutput(Path.GetRelativePath(staging, file), node.Name);
            using var stream = File.OpenRead(file);
            return ContentHash.Of(stream);
        }
    }

    public static Exception Explained(PlannedStage node, Exception error) => error switch
    {
        KilnException => error,
        DamagedObjectException => RunErrors.LostFromCache(node.Name, error),
        IOException { HResult: 28 } => RunErrors.DiskFull(node.Name, error),
        IOException or UnauthorizedAccessException => RunErrors.CannotAccess(node.Name, error),
        _ => RunErrors.StageThrew(node.Name, error),
    };
}

/// <summary>What marks everything a run makes: its id, the commit it stands on, and the settings it was given.</summary>
sealed record RunIdentity(string Id, string Commit, ImmutableArray<string> Overrides);
