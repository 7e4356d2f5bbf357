using Kiln.Caching;
using Kiln.Fingerprinting;
using Kiln.Planning;

namespace Kiln.Running;

/// <summary>
/// Runs a stage's body again in a scratch folder and compares what it writes with its stored result, byte by byte. Touches neither the
/// workspace's outputs nor the store: whatever comes of it, nothing is kept.
/// </summary>
sealed class Rebuilder(Workspace workspace, ContentStore store, ResultStore results, FileHashes hashes, Func<PlannedStage, StageRunWires> wiresFor, SandboxPolicy sandboxes, StagingFolders folders)
{
    public async Task<Rebuilt> RebuildAsync(Forecast forecast)
    {
        var node = forecast.Node;
        if (node.Stage.IsNonDeterministic) return new Rebuilt.Exempt();
        if (forecast is not Forecast.UpToDate upToDate) return new Rebuilt.Stale($"would {forecast.Would}: {forecast.Why}");
        if (results.Find(upToDate.Manifest.Fingerprint) is not { } cached) return new Rebuilt.Stale("its result is not in the store");
        if (ChangedInput(node, upToDate.Manifest) is { } changed) return new Rebuilt.Stale($"{changed} is not as it was made");

        var wires = wiresFor(node);
        var folder = folders.Take(node);
        var staging = folder.Path;
        try
        {
            using var deadline = new Deadline(node.Stage.Execution, wires.Cancellation);
            await deadline.CallAsync(new StageRun(node, workspace.Root, staging, staging + ".checkpoints", wires with { Cancellation = deadline.Cancellation }) { Workers = sandboxes.IsFor(node) ? sandboxes.Workers : null });
            if (ChangedInput(node, upToDate.Manifest) is { } meanwhile) return new Rebuilt.Failed(RunErrors.InputChanged(meanwhile, node.Name));
            return Compare(node, cached, staging);
        }
        catch (Exception error) when (error is not OperationCanceledException || !wires.Cancellation.IsCancellationRequested)
        {
            return new Rebuilt.Failed(StageExecutor.Explained(node.Name, error));
        }
        finally
        {
            FolderEraser.Delete(staging + ".checkpoints");
            folders.GiveBack(folder);
        }
    }

    string? ChangedInput(PlannedStage node, Manifest manifest) => node.Inputs.FirstOrDefault(input => !manifest.HasInput(input.Fact, hashes.Of(input)))?.Label;

    Rebuilt Compare(PlannedStage node, StageResult cached, string staging)
    {
        foreach (var (place, (_, output)) in node.Outputs.Zip(node.Stage.Shape.OutputsOf(node.Stage)))
        {
            if (place.VariesByRun) continue;
            var made = cached.Outputs.First(made => made.Path == place.Relative);
            var path = StageRun.StagedPath(staging, place);
            if ((made.IsFolder ? FolderApart(made, path) : FileApart(made.Bytes, made.Kind, path, output)) is { } where) return new Rebuilt.Differs(place.Relative, where);
        }

        return new Rebuilt.Same(string.Join(", ", node.Outputs.Where(place => place.VariesByRun).Select(place => place.Relative)));
    }

    /// <summary>The first entry, in the order of paths, that is not in both folders or differs in both.</summary>
    string? FolderApart(OutputHash made, string folder)
    {
        if (!Directory.Exists(folder)) return "not written as a folder";
        var ours = FolderTree.Of(folder, static files => [.. files.Select(file => FileHashes.Read(file.Path, null))], followLinks: false).Entries.ToDictionary(entry => entry.Path);
        foreach (var entry in FolderTree.Parse(store.Read(made.Bytes)).Entries)
            if (!ours.Remove(entry.Path, out var twin)) return $"{entry.Path} was not written";
            else if (twin != entry) return twin.Kind.IsFile() && entry.Kind.IsFile() ? $"{entry.Path}, {FileApart(entry.Hash, entry.Kind, Path.Combine(folder, entry.Path), null)}" : $"{entry.Path} is of another kind";
        return ours.Keys.Order(StringComparer.Ordinal).FirstOrDefault() is { } further ? $"{further} was not there before" : null;
    }

    string? FileApart(ContentHash made, FileKind kind, string path, Output? output)
    {
        if (!File.Exists(path)) return "not written as a file";
        if (FileHashes.Read(path, null) == made)
        {
            var isExecutable = FileStamp.Of(path)?.Kind == FileKind.Executable;
            return isExecutable == (kind == FileKind.Executable) ? null : isExecutable ? "executable, and was not" : "not executable, and was";
        }

        if (store.Find(made) is not { } stored || FileHashes.Read(stored, null) != made) return "the stored bytes are missing or damaged, and the hash is another";
        var at = FirstByteApart(stored, path);
        return output?.FirstDifference(stored, path) is { } inWords ? $"{inWords} (byte {at:#,0})" : $"byte {at:#,0}";
    }

    static long FirstByteApart(string one, string other)
    {
        using var left = File.OpenRead(one);
        using var right = File.OpenRead(other);
        var (ours, theirs) = (new byte[1 << 16], new byte[1 << 16]);
        for (var done = 0L; ;)
        {
            var (count, further) = (left.ReadAtLeast(ours, ours.Length, throwOnEndOfStream: false), right.ReadAtLeast(theirs, theirs.Length, throwOnEndOfStream: false));
            var same = ours.AsSpan(0, count).CommonPrefixLength(theirs.AsSpan(0, further));
            if (same < Math.Max(count, further) || count == 0) return done + same;
            done += same;
        }
    }
}
