namespace Kiln.Build;

/// <summary>Deletes what Kiln made and remembers; tools and the built program stay.</summary>
[TaskDescription("Deletes the cache, the ledger and what the pipelines made; tools and the built program stay.")]
sealed class Clean : Stage
{
    protected override Task RunAsync(StageRun run)
    {
        foreach (var folder in new[] { "objects", "results", "checkpoints", "displaced", "schemas" }.Select(name => Path.Combine(".kiln", name)).Where(Directory.Exists))
            Directory.Delete(folder, recursive: true);
        foreach (var folder in new[] { "data", "models", "reports" })
            foreach (var entry in new DirectoryInfo(folder).EnumerateFileSystemInfos().Where(entry => entry.Name != "README.md"))
                if (entry is DirectoryInfo directory) directory.Delete(recursive: true);
                else entry.Delete();
        return Task.CompletedTask;
    }
}
