using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;

namespace Kiln.Tests.Hosting;

/// <summary>
/// A pipeline declared by <c>graph.txt</c> in the workspace, so that the process of the test and one that is killed run the same:
/// a line a stage, <c>INDEX KIND WORD FAILS NEED…</c>, where a need is an earlier stage's index or a source's path.
/// </summary>
public static class RandomGraph
{
    public static void Declare(PipelineBuilder pipeline)
    {
        var made = new Dictionary<string, Input>();
        foreach (var line in Encoding.UTF8.GetString(pipeline.Read("graph.txt")!).Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var (words, log) = (line.Split(' '), pipeline.Workspace + ".log");
            var (index, kind, word, fails) = (words[0], words[1], words[2], words[3] == "fails");
            Input[] reads = [.. words[4..].Select(need => made.GetValueOrDefault(need) ?? (need.EndsWith('/') ? Input<Folder>.Source(need) : Input<PlainFile>.Source(need)))];
            switch (kind)
            {
                case "folder":
                    made[index] = Input<Folder>.From(pipeline.Add(new FolderNode("s" + index, word, reads) { Fails = fails, Log = log }).Parts);
                    break;
                case "command":
                    made[index] = Input<PlainFile>.From((Output<PlainFile>)pipeline.Add(Command(index, word, reads)).Writes[0]);
                    break;
                case "partition":
                    made[index] = Input<PlainFile>.From(pipeline.AddPartitions([index], key => new Node("p", key, word, reads) { Fails = fails, Log = log })[0].Text);
                    break;
                case "late":
                    made[index] = Input<PlainFile>.From(pipeline.Add(new Late("s" + index, index, word, reads) { Fails = fails, Log = log }).Text);
                    break;
                default:
                    made[index] = Input<PlainFile>.From(pipeline.Add(new Node("s" + index, index, word, reads) { Fails = fails, Log = log }).Text);
                    break;
            }
        }
    }

    /// <summary>What stages write: a digest of their word and of what they read.</summary>
    public static string Digest(string word, IEnumerable<string> read) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(word + "|" + string.Concat(read))))[..16];

    /// <summary>The same as an external program.</summary>
    static CommandStage Command(string index, string word, Input[] reads) => new("s" + index)
    {
        Command =
        [
            "bash", "-c",
            """
            out=$1 word=$2; shift 2
            { printf '%s|' "$word"
              for path; do if [ -d "$path" ]; then (cd "$path" && find . -type f | sort | while read -r f; do printf '%s\n' "$f"; cat "$f"; done); else cat "$path"; fi; done
            } | sha256sum | head -c 16 >"$out"
            """,
            "bash", $"out/s{index}.txt", word, .. reads.Select(read => read.Path.TrimEnd('/')),
        ],
        Reads = [.. reads],
        Writes = [new Output<PlainFile>($"out/s{index}.txt")],
        Environment = ["LC_ALL=C"],
    };
}

/// <summary>Writes a digest of what it reads, and notes in a log when it begins and ends.</summary>
public class Node(string name, string index, string word, IReadOnlyList<Input> reads) : Stage
{
    static readonly Lock Writing = new();

    public override string Name => name;

    public string Word => word;

    [NotFingerprinted]
    public bool Fails { get; init; }

    [NotFingerprinted]
    public required string Log { get; init; }

    public IReadOnlyList<Input> Reads { get; } = reads;

    public Output<PlainFile> Text { get; } = new($"out/s{index}.txt");

    protected override Task RunAsync(StageRun run) => LoggedAsync(this, Log, Fails, RandomGraph.Digest(word, Reads.Select(read => TextOf(run, read))), digest =>
    {
        // Every third forgets most of what it reads, so that what follows is often cut off. Half of it is there for a while.
        var text = int.Parse(index) % 3 == 2 ? digest[..1].CompareTo("8") < 0 ? "low" : "high" : digest;
        using var file = File.CreateText(run.Open(Text).Path);
        file.Write(text[..1]);
        file.Flush();
        Thread.Yield();
        file.Write(text[1..]);
    });

    /// <summary>What a file says; of a folder, every file's path and what it says.</summary>
    internal static string TextOf(StageRun run, Input read)
    {
        if (read is not Input<Folder> folder) return run.Open((Input<PlainFile>)read).ReadText();
        var path = run.Open(folder).Path;
        return string.Concat(Directory.EnumerateFiles(path, "*", SearchOption.AllDirectories)
            .Select(file => (Name: "./" + Path.GetRelativePath(path, file), File: file)).OrderBy(file => file.Name, StringComparer.Ordinal)
            .Select(file => file.Name + "\n" + File.ReadAllText(file.File)));
    }

    internal static Task LoggedAsync(Stage stage, string log, bool fails, string digest, Action<string> write)
    {
        Note(log, $"began {stage.FullName} {digest}");
        Death.Count();
        write(fails ? "half" : digest);
        if (fails) throw new InvalidOperationException("broken on purpose");
        Note(log, $"ended {stage.FullName} {digest}");
        return Task.CompletedTask;
    }

    static void Note(string log, string line)
    {
        lock (Writing) File.AppendAllText(log, line + "\n");
    }
}

/// <summary>Runs after every <see cref="Node"/>, and reads none of them.</summary>
[IsDependentOn(typeof(Node))]
public sealed class Late(string name, string index, string word, IReadOnlyList<Input> reads) : Node(name, index, word, reads);

/// <summary>Writes a folder: a file, a file further down, and an empty folder.</summary>
public sealed class FolderNode(string name, string word, IReadOnlyList<Input> reads) : Stage
{
    public override string Name => name;

    public string Word => word;

    [NotFingerprinted]
    public bool Fails { get; init; }

    [NotFingerprinted]
    public required string Log { get; init; }

    public IReadOnlyList<Input> Reads { get; } = reads;

    public Output<Folder> Parts { get; } = new("out/" + name);

    protected override Task RunAsync(StageRun run) => Node.LoggedAsync(this, Log, Fails, RandomGraph.Digest(word, Reads.Select(read => Node.TextOf(run, read))), digest =>
    {
        var folder = run.Open(Parts);
        File.WriteAllText(folder.File("a.txt"), digest);
        File.WriteAllText(folder.File("deep/b.txt"), digest[..2]);
        Directory.CreateDirectory(Path.Combine(folder.Path, "empty"));
    });
}
