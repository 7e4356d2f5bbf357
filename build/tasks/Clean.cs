namespace Kiln.Build;

/// <summary>
/// Forgets what Kiln remembers: stored files, results, checkpoints. Files in the workspace, versions set aside, the ledger, tools and the
/// built program stay, and so does a cache shared with others (KILN_CACHE); the next run makes everything again. What was set aside is
/// somebody's work: look through .kiln/displaced, a folder a run, and delete what nobody wants.
/// </summary>
[TaskDescription("Forgets the cache, so that everything is made again; files in the workspace and those set aside in .kiln/displaced, the ledger and tools stay.")]
sealed class Clean : Stage
{
    static readonly string[] Forgotten = ["objects", "results", "tmp", "checkpoints", "links"];

    protected override Task RunAsync(StageRun run)
    {
        var own = Path.Combine(run.Workspace, ".kiln");
        foreach (var folder in Forgotten.Select(name => Path.Combine(own, name)).Where(Directory.Exists)) Directory.Delete(folder, recursive: true);
        File.Delete(Path.Combine(own, "state"));
        return Task.CompletedTask;
    }
}
