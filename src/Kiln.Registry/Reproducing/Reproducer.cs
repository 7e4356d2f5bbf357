using System.Collections.Immutable;
using System.Diagnostics;
using Kiln.Fingerprinting;
using Kiln.Hosting;

namespace Kiln.Registry;

/// <summary>
/// Makes a version again: its commit in a clean tree, from the data that it was made from, by its own build script; then compares. Whatever comes of it, the workspace
/// and the registry stay as they are.
/// </summary>
/// <param name="host">The workspace.</param>
/// <param name="version">The version.</param>
/// <param name="document">What is kept of it.</param>
/// <param name="files">Where its files are.</param>
/// <param name="tell">Told how it goes.</param>
sealed class Reproducer(HostContext host, VersionSummary version, VersionDocument document, string files, Action<string> tell)
{
    static readonly string[] Measured = ["dotnet", "sdk", "libtorch", "duckdb", "cpu", "architecture", "os"];

    readonly DataPlace _place = new(host.Workspace, host.Kept);
    readonly Lineage _lineage = new(document);

    /// <summary>The stages of which what they fetched is no longer kept.</summary>
    readonly List<string> _fetching = [];

    /// <summary>The setting that named a folder outside the workspace, and the folder that stands for it where what lies there is no longer what was read; null where it is.</summary>
    (string Setting, string Folder)? _standIn;

    /// <summary>Whether a stage of a version says that it computed on a GPU.</summary>
    public static bool IsOfGpu(VersionDocument document) => document.Stages.SelectMany(stage => stage.Settings)
        .Any(setting => setting.Key.Split('.')[^1] is "accelerator" or "device" && setting.Value.Trim('"').StartsWith("cuda", StringComparison.OrdinalIgnoreCase));

    /// <summary>Makes it again.</summary>
    /// <param name="tolerance">How far weights may be apart, where it was made on a GPU.</param>
    /// <param name="keep">Whether the clean tree stays.</param>
    /// <exception cref="KilnException">It cannot be made again: the error says why, before anything runs; or the pipeline does not run to its end.</exception>
    /// <exception cref="OperationCanceledException">It was interrupted.</exception>
    public Reproduction Execute(double tolerance, bool keep)
    {
        var watch = Stopwatch.StartNew();
        var plan = new ReproducePlan(document);
        if (plan.Targets.IsEmpty) throw ReproduceErrors.NothingToCompare(version);
        if (document.Commit.Length == 0) throw ReproduceErrors.NoCommit(version);
        if (!CleanTree.HasRepository(host.Workspace)) throw ReproduceErrors.NoRepository(version, host.Workspace);
        if (!CleanTree.HasCommit(host.Workspace, document.Commit)) throw ReproduceErrors.CommitGone(version, document.Commit, CleanTree.IsShallow(host.Workspace));
        var patch = DirtyPatch.Find(document, host.Kept) ?? throw ReproduceErrors.PatchGone(version, document);
        CleanTree.ClearAbandoned(host.Workspace);
        var otherwise = Otherwise();
        foreach (var line in otherwise) tell($"Otherwise than then: {line}");

        var kept = (string?)null;
        try
        {
            using var tree = CleanTree.Of(host.Workspace, document.Commit, host.Interruption);
            try
            {
                SetUp(tree, patch);
                if (keep) kept = Keep(tree);
                tell($"Building {document.Pipeline} from {document.Commit[..Math.Min(12, document.Commit.Length)]} in {tree.Root}");
                Build(tree, plan);
                var stages = new Comparison(tree.Root, plan, tolerance, (path, hash) => Original(tree, path, hash)).Of(Watched(document.Stages));
                return new(version.Name, stages, otherwise, watch.Elapsed.TotalSeconds, kept);
            }
            catch (OperationCanceledException) when (keep)
            {
                kept = Keep(tree);
                throw;
            }
        }
        catch (OperationCanceledException) when (host.Interruption.IsCancellationRequested)
        {
            throw ReproduceErrors.Interrupted(version, kept);
        }
    }

    void SetUp(CleanTree tree, DirtyPatch patch)
    {
        tree.Apply(patch);
        Provide(tree, patch);
        if (!File.Exists(Path.Combine(tree.Root, "build.sh"))) throw ReproduceErrors.NoScript(version, document.Commit);
        tree.TakeTools();
        Lend(tree);
    }

    static string Keep(CleanTree tree)
    {
        tree.Keep();
        return tree.Root;
    }

    /// <summary>The same, until it is interrupted.</summary>
    IEnumerable<T> Watched<T>(IEnumerable<T> all) => all.Select(one =>
    {
        host.Interruption.ThrowIfCancellationRequested();
        return one;
    });

    /// <summary>What is not as it was: it may explain a difference.</summary>
    ImmutableArray<string> Otherwise()
    {
        var now = HostContext.Environment;
        var facts = document.Environment.Keys.Union(now.Keys).Where(name => Measured.Contains(name) || name.StartsWith("gpu", StringComparison.Ordinal)).Order(StringComparer.Ordinal)
            .Select(name => (name, was: document.Environment.GetValueOrDefault(name, "none"), now: now.GetValueOrDefault(name, "none"))).Where(fact => fact.was != fact.now).Select(fact => $"{fact.name} was {fact.was}, is {fact.now}");
        var installed = _lineage.Sources.Where(source => Lineage.IsInstalled(source.Path) && _place.HashAt(source.Path)?.ToString() != source.Hash).Select(source => $"{source.Path} is another, or gone");
        return [.. facts, .. installed];
    }

    /// <summary>Brings the sources into the tree that its commit does not have: as links where the workspace has them as they were, or as what is kept by their hashes.</summary>
    void Provide(CleanTree tree, DirtyPatch patch)
    {
        var (missing, stale) = (new List<(string Path, string Why)>(), false);
        var repository = GitCommand.Ask(host.Workspace, "rev-parse", "--show-toplevel")?.Trim() ?? host.Workspace;
        var untracked = patch.Untracked.Select(file => (Path: Path.GetRelativePath(host.Workspace, Path.Combine(repository, file.Path)), file.Hash)).Where(file => !file.Path.StartsWith("..", StringComparison.Ordinal));
        foreach (var (path, hash) in Watched(_lineage.Sources.Where(source => !Lineage.IsInstalled(source.Path)).Select(source => (source.Path, source.Hash)).Union(untracked)))
        {
            if (!ContentHash.TryParse(hash, out var wanted))
            {
                missing.Add((path, "it could not be read then"));
                continue;
            }

            var place = Path.Combine(tree.Root, path);
            var outside = Outside(path).Select(file => (Path: file, Hash: ContentHash.OfPath(file))).ToList();
            if (ContentHash.OfPath(place) == wanted || outside.Exists(file => file.Hash == wanted)) continue;
            var present = _place.HashAt(path);
            if (present == wanted) tree.Link(path, Path.GetFullPath(path, host.Workspace));
            else if (TryCopy(wanted, place)) stale |= IsNameOnly(path);
            else missing.Add((path, Missing(wanted, (present is null ? outside : outside.Prepend((Path.GetFullPath(path, host.Workspace), present))).FirstOrDefault())));
        }

        if (missing.Count > 0) throw ReproduceErrors.DataGone(version, missing);
        if (stale && document.Overrides.Where(IsFolderOutside).ToList() is [var setting]) _standIn = (setting, StandIn(tree));
    }

    /// <summary>A folder with the sources that are known by their names alone, as they were.</summary>
    string StandIn(CleanTree tree)
    {
        var folder = tree.Beside("given");
        Directory.CreateDirectory(folder);
        foreach (var source in _lineage.Sources.Where(source => IsNameOnly(source.Path)))
            if (Outside(source.Path).FirstOrDefault(file => ContentHash.OfPath(file)?.ToString() == source.Hash) is { } same) File.CreateSymbolicLink(Path.Combine(folder, source.Path), same);
            else TryCopy(ContentHash.Parse(source.Hash), Path.Combine(folder, source.Path));
        return folder;
    }

    /// <summary>Whether a source may lie outside the workspace: its folder is not known then.</summary>
    static bool IsNameOnly(string path) => !path.Contains('/');

    static bool IsFolderOutside(string given) => given[(given.IndexOf('=') + 1)..] is var value && (Path.IsPathRooted(value) || value.StartsWith("..", StringComparison.Ordinal));

    static string Missing(ContentHash wanted, (string Path, ContentHash? Hash) present) =>
        present.Hash is { } other ? $"another now: it was {wanted.Short}, {present.Path} is {other.Short}" : $"gone; it was {wanted.Short}";

    bool TryCopy(ContentHash hash, string place)
    {
        if (host.Kept.Find(hash) is null) return false;
        Directory.CreateDirectory(Path.GetDirectoryName(place)!);
        if (File.Exists(place)) File.Delete(place);
        return host.Kept.TryCopy(hash, place);
    }

    /// <summary>What lies, under a name that alone is known of it, in the folders that settings name.</summary>
    IEnumerable<string> Outside(string name) => !IsNameOnly(name) ? [] : document.Overrides.Select(given => given[(given.IndexOf('=') + 1)..]).Where(value => value.Length > 0)
        .Select(value => Path.Combine(Path.GetFullPath(value, host.Workspace), name)).Where(File.Exists);

    /// <summary>What was fetched need not be fetched again: the tree gets what is kept of it.</summary>
    void Lend(CleanTree tree)
    {
        foreach (var stage in Watched(document.Stages.Where(stage => stage.UsesNetwork)))
        {
            if (ContentHash.TryParse(stage.Fingerprint, out var fingerprint) && host.Kept.TryLend(fingerprint, tree.Root)) continue;
            tell($"{stage.Name} is no longer kept: it uses the network again");
            _fetching.Add(stage.Name);
        }
    }

    void Build(CleanTree tree, ReproducePlan plan)
    {
        string[] arguments = [Path.Combine(tree.Root, "build.sh"), "--pipeline", document.Pipeline, .. document.Overrides.SelectMany(given => (string[])["--set", Absolute(given)]), .. plan.Targets.SelectMany(target => (string[])["--target", target])];
        var start = new ProcessStartInfo("bash", arguments) { WorkingDirectory = tree.Root, RedirectStandardOutput = true, RedirectStandardError = true };
        // It is to run, in this tree, whatever the caller shares.
        foreach (var variable in (string[])["KILN_CACHE", "KILN_CALLER", "KILN_REGISTRY", "KILN_REGISTRY_FILES", "GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"]) start.Environment.Remove(variable);
        using var build = Process.Start(start)!;
        build.OutputDataReceived += Told;
        build.ErrorDataReceived += Told;
        build.BeginOutputReadLine();
        build.BeginErrorReadLine();
        using (host.Interruption.Register(() => GitCommand.Kill(build))) build.WaitForExit();
        host.Interruption.ThrowIfCancellationRequested();
        if (build.ExitCode == 0) return;
        GitCommand.ThrowIfInterrupted(host.Interruption);
        throw ReproduceErrors.NotBuilt(version, string.Join(' ', arguments[1..]), build.ExitCode, tree.Stays ? tree.Root : null, _fetching);
    }

    void Told(object sender, DataReceivedEventArgs line)
    {
        if (line.Data is { Length: > 0 } text && !host.Interruption.IsCancellationRequested) tell("  " + text);
    }

    /// <summary>A setting that names a place outside the workspace names the same place from the tree.</summary>
    string Absolute(string given)
    {
        var value = given[(given.IndexOf('=') + 1)..];
        if (_standIn is { } other && other.Setting == given) return given[..^value.Length] + other.Folder;
        return value.StartsWith("..", StringComparison.Ordinal) && Path.Exists(Path.GetFullPath(value, host.Workspace)) ? given[..^value.Length] + Path.GetFullPath(value, host.Workspace) : given;
    }

    /// <summary>What a stage wrote then: in the workspace as it was, among the version's files, or what is kept by its hash.</summary>
    string? Original(CleanTree tree, string path, string hash)
    {
        var wanted = ContentHash.Parse(hash);
        if (_place.HashAt(path) == wanted) return Path.GetFullPath(path, host.Workspace);
        if (path == document.ModelPath && Path.Combine(files, VersionFiles.Model) is var model && Directory.Exists(model) && ContentHash.OfPath(model) == wanted) return model;
        var copy = Path.Combine(tree.Root, ".kiln", "then", path);
        return TryCopy(wanted, copy) ? copy : null;
    }
}
