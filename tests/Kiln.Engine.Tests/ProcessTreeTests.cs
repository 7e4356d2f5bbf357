using System.Diagnostics;

namespace Kiln.Tests;

/// <summary>What a stage started ends with it, whichever way it ends.</summary>
public sealed class ProcessTreeTests : IDisposable
{
    readonly PipelineSpace _space = new();

    public void Dispose() => _space.Dispose();

    [SandboxFact]
    public async Task Cancelling_a_run_ends_a_commands_whole_tree_also_what_does_not_listen()
    {
        using var host = HostProcess.Start(_space, "tree");
        var tree = await TreeAsync();
        host.Signal(HostProcess.Interrupt);
        (await host.EndsAsync()).ShouldBe(8, host.Printed);
        foreach (var process in tree) IsAlive(process).ShouldBeFalse();
        _space.Files(".kiln/staging").ShouldBeEmpty();
    }

    [SandboxFact]
    public async Task A_run_that_is_killed_takes_its_commands_with_it()
    {
        using var host = HostProcess.Start(_space, "tree");
        var tree = await TreeAsync();
        host.Signal(HostProcess.Kill);
        await host.EndsAsync();
        await EndAsync(tree);
    }

    [SandboxFact]
    public async Task What_a_command_leaves_running_ends_with_it()
    {
        _space.Declare = pipeline => pipeline.Add(new CommandStage("Left")
        {
            Command = ["sh", "-c", "sleep 300 & echo $! > plain; setsid sleep 300 & echo $! > apart"],
            Writes = [new Output<PlainFile>("plain"), new Output<PlainFile>("apart")],
        });
        await _space.SucceedAsync();
        await EndAsync([int.Parse(_space.Read("plain")), int.Parse(_space.Read("apart"))]);
    }

    async Task<int[]> TreeAsync()
    {
        await AppearsAsync(() => _space.Has("pids") ? "pids" : null);
        int[] tree = [.. _space.Read("pids").Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(int.Parse)];
        tree.Length.ShouldBe(3);
        tree.ShouldAllBe(process => IsAlive(process));
        return tree;
    }

    /// <summary>Waits until something is there.</summary>
    internal static async Task<string> AppearsAsync(Func<string?> look)
    {
        var clock = Stopwatch.StartNew();
        while (true)
        {
            if (look() is { } seen) return seen;
            clock.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(30), "nothing came up");
            await Task.Delay(10);
        }
    }

    internal static async Task EndAsync(int[] processes)
    {
        var clock = Stopwatch.StartNew();
        while (processes.Any(IsAlive))
        {
            clock.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(10), "a process lives on");
            await Task.Delay(10);
        }
    }

    /// <summary>A zombie is dead: who waits for it is another question.</summary>
    static bool IsAlive(int process)
    {
        try
        {
            return !File.ReadAllText($"/proc/{process}/stat").Split(')')[^1].StartsWith(" Z", StringComparison.Ordinal);
        }
        catch (IOException)
        {
            return false;
        }
    }
}
