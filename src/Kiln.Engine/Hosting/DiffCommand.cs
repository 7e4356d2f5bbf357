using Kiln.Recording;
using Kiln.Reporting;
using Kiln.Running;

namespace Kiln.Hosting;

/// <summary>Compares the lock files of two revisions, or of one and the working copy.</summary>
sealed class DiffCommand(IReadOnlyList<PipelineDefinition> pipelines, Workspace workspace, Request request, Style style)
{
    const string WorkingCopy = "working copy";
    readonly GitFiles _git = new(workspace.Root);

    public string Compare()
    {
        var (from, to) = request.Revisions is [var first, var second] ? (first, second) : (request.Revisions is [var only] ? only : "HEAD", null);
        var earlier = At(from);
        var diffs = LockDiff.Of(earlier, to is null ? Here(earlier.Keys) : At(to)).Where(diff => !diff.IsEmpty).ToList();
        return request.Json ? DiffPage.Json(from, to ?? WorkingCopy, diffs) : DiffPage.Text(from, to ?? WorkingCopy, diffs, style);
    }

    Dictionary<string, LockedPipeline> At(string revision) =>
        _git.Named(LockFile.Name, revision).ToDictionary(path => path, path => LockedPipeline.Parse(_git.Read(path, revision), $"{revision}:{path}"));

    Dictionary<string, LockedPipeline> Here(IEnumerable<string> further) => pipelines.Where(pipeline => pipeline.Folder is not null)
        .Select(pipeline => $"{pipeline.Folder}/{LockFile.Name}").Union(further).Where(path => File.Exists(Path.Combine(workspace.Root, path)))
        .ToDictionary(path => path, path => LockedPipeline.Parse(File.ReadAllText(Path.Combine(workspace.Root, path)), path));
}
