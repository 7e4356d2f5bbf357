using System.Collections.Immutable;
using System.Diagnostics;

namespace Kiln.Build;

/// <summary>One command of the peers' graph. It starts in its staging folder, where its inputs appear as links.</summary>
sealed class PeerStage(string name) : Stage
{
    public override string Name => name;

    public required ImmutableArray<string> Command { get; init; }

    public required ImmutableArray<Input> Reads { get; init; }

    public required ImmutableArray<Output> Writes { get; init; }

    /// <summary>The environment variables that are passed on; their values are facts.</summary>
    public required ImmutableArray<string> Environment
    {
        get;
        init
        {
            field = value;
            Values = [.. value.Select(variable => System.Environment.GetEnvironmentVariable(variable) ?? "")];
        }
    }

    public ImmutableArray<string> Values { get; private init; }

    protected override async Task RunAsync(StageRun run)
    {
        var folder = run.Open((Output<PlainFile>)Writes[0]).Path[..^Writes[0].Path.Length];
        foreach (var input in Reads.Where(input => !Path.IsPathRooted(input.Path)))
        {
            var link = Path.Combine(folder, input.Path.TrimEnd('/'));
            Directory.CreateDirectory(Path.GetDirectoryName(link)!);
            File.CreateSymbolicLink(link, Path.Combine(run.Workspace, input.Path.TrimEnd('/')));
        }

        using var process = Process.Start(new ProcessStartInfo(Command[0], Command[1..]) { WorkingDirectory = folder })!;
        await process.WaitForExitAsync(run.Cancellation);
        if (process.ExitCode != 0) throw new KilnException("A command failed:", [("command", string.Join(' ', Command)), ("exit code", process.ExitCode.ToString())], "");
    }
}
