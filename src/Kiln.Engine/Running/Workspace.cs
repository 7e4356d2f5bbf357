using Kiln.Fingerprinting;

namespace Kiln.Running;

/// <summary>The workspace's folder and the places Kiln keeps for itself in it.</summary>
sealed class Workspace(string root)
{
    public string Root { get; } = Path.TrimEndingDirectorySeparator(Path.GetFullPath(root));

    public string Own => Path.Combine(Root, ".kiln");

    public string State => Path.Combine(Own, "state");

    public string Ledger => Path.Combine(Own, "ledger.db");

    public string Environment => Path.Combine(Own, "environment");

    public string Schemas => Path.Combine(Own, "schemas");

    public string Outlines => Path.Combine(Own, "outlines");

    public string Staging => Path.Combine(Own, "staging");

    public string Links => Path.Combine(Own, "links");

    public string Checkpoints => Path.Combine(Own, "checkpoints");

    /// <param name="manifest">What the stage is made from; null for a task, whose checkpoints go by its name.</param>
    /// <param name="stage">The stage's full name.</param>
    public string CheckpointsFor(Manifest? manifest, string stage) =>
        Path.Combine(Checkpoints, (manifest?.Fingerprint ?? ContentHash.Of(System.Text.Encoding.UTF8.GetBytes(stage))).Short);

    /// <summary>A stage's log: its name, made a file's, and marked where that could be another's too.</summary>
    public string LogFor(string stage)
    {
        var name = Uri.EscapeDataString(stage);
        if (name.Length > 100) name = name[..100] + "-" + ContentHash.Of(System.Text.Encoding.UTF8.GetBytes(stage)).Short;
        return Path.Combine(Own, "logs", name + ".log");
    }

    public string DisplacedBy(string run) => Path.Combine(Own, "displaced", run);

    /// <summary>Makes Kiln's own folder, which git is told to ignore.</summary>
    public void Prepare()
    {
        if (File.Exists(Path.Combine(Own, ".gitignore"))) return;
        Directory.CreateDirectory(Own);
        File.WriteAllText(Path.Combine(Own, ".gitignore"), "*\n");
    }
}
