namespace Kiln.Running;

/// <summary>What a stage's process printed: kept until the stage runs again, beside the run's other records.</summary>
static class StageLog
{
    /// <summary>Of a log, this much of its end is kept.</summary>
    const int Kept = 1 << 20;

    /// <summary>This many of its last lines are shown.</summary>
    const int Shown = 20;

    /// <summary>Keeps what was printed into a file, and gives its last lines.</summary>
    public static IReadOnlyList<string> Keep(StageRun run, string file)
    {
        using var log = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
        if (log.Length == 0) return [];
        log.Seek(-Math.Min(log.Length, Kept), SeekOrigin.End);
        using var reader = new StreamReader(log);
        var text = reader.ReadToEnd();
        Directory.CreateDirectory(Path.GetDirectoryName(run.LogFile)!);
        File.WriteAllText(run.LogFile, text);
        return [.. text.TrimEnd().Split('\n').TakeLast(Shown)];
    }
}
