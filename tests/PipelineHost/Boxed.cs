using System.Net.Sockets;

namespace Kiln.Tests.Hosting;

/// <summary>A stage that does what the file <c>do.txt</c> says: each line a word and its argument.</summary>
[Sandboxed]
[UsesEnvironment("BOXED_DECLARED")]
class Boxed : Stage
{
    public Input<PlainFile> Script { get; } = Input<PlainFile>.Source("do.txt");

    public Output<PlainFile> Text { get; } = new("out/boxed.txt");

    protected override async Task RunAsync(StageRun run)
    {
        using var text = File.CreateText(run.Open(Text).Path);
        foreach (var line in run.Open(Script).ReadText().Split('\n', StringSplitOptions.RemoveEmptyEntries))
            text.WriteLine(await DoAsync(run, line.Split(' ', 2) is [var word, var rest] ? (word, rest) : (line, "")));
    }

    static async Task<string> DoAsync(StageRun run, (string Word, string Argument) line)
    {
        switch (line)
        {
            case ("read", var file): return File.ReadAllText(Path.Combine(run.Workspace, file));
            case ("try-read", var file):
                try
                {
                    return File.ReadAllText(Path.Combine(run.Workspace, file));
                }
                catch (UnauthorizedAccessException)
                {
                    return "refused";
                }

            case ("write", var file):
                File.WriteAllText(Path.Combine(run.Workspace, file), "written");
                return "written";
            case ("connect", var port):
                using (var client = new TcpClient()) await client.ConnectAsync("127.0.0.1", int.Parse(port));
                return "connected";
            case ("environment", _): return string.Join(' ', Environment.GetEnvironmentVariables().Keys.Cast<string>().Order(StringComparer.Ordinal));
            case ("facts", _): return $"{run.Facts.Pipeline} {run.Facts.Upstream.Length} {run.Facts.Environment.Count > 0}";
            case ("scratch", _):
                var file2 = Path.GetTempFileName();
                File.WriteAllText(file2, "scratch");
                return File.ReadAllText(file2);
            case ("tell", var what):
                run.Note("a note: " + what);
                run.Conclude("a conclusion: " + what);
                run.Metric("told", double.NaN);
                run.Metric("third", 1 / 3.0);
                run.Progress("telling", 10, "words").Add(10);
                return "told";
            case ("throw", var what): throw new KilnException("A stage of the test threw:", [("said", what)], "Do not ask for it.");
            case ("crash", _): throw new InvalidOperationException("crashed");
            case ("die", _):
                Environment.FailFast("dead");
                return "";
            case ("leave", _):
                new Thread(() => Thread.Sleep(Timeout.Infinite)).Start();
                return "left";
            case ("process", _): return Environment.ProcessId.ToString();
            case ("wait", _):
                File.WriteAllText(Path.Combine(run.CheckpointFolder, "process"), Environment.ProcessId.ToString());
                await Task.Delay(Timeout.Infinite, CancellationToken.None);
                return "";
            default: throw new ArgumentException("unknown: " + line.Word);
        }
    }
}

/// <summary>The same, with the network declared.</summary>
[UsesNetwork]
[TaskName("Connected")]
sealed class Connected : Boxed;

/// <summary>The same, with little time and less to stop in.</summary>
[Timeout(1, GraceSeconds = 0.2)]
[TaskName("Hurried")]
sealed class Hurried : Boxed;
