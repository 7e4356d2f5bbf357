using Kiln.Running;
using Microsoft.Win32.SafeHandles;

namespace Kiln.Tests;

/// <summary>What a program finds that Kiln starts.</summary>
public sealed class ChildProcessTests : IDisposable
{
    readonly PipelineSpace _space = new();
    int _started;

    public void Dispose() => _space.Dispose();

    [Fact]
    public void Descriptors_reach_a_program_in_their_order_whatever_their_numbers()
    {
        // As many as push each other away where the places in between are fixed.
        var opened = new List<SafeFileHandle>();
        try
        {
            while (opened.Count < 256)
            {
                _space.Write(opened.Count.ToString(), opened.Count + " ");
                opened.Add(File.OpenHandle(_space.PathOf(opened.Count.ToString())));
            }

            int[] given = [.. opened.Select((_, i) => i).Where(i => i % 8 != 0).Reverse()];
            var printed = Do($"i=3; while [ $i -lt {3 + given.Length} ]; do cat /dev/fd/$i; i=$((i+1)); done", [.. given.Select(i => (int)opened[i].DangerousGetHandle())]);
            printed.ShouldBe(string.Concat(given.Select(i => i + " ")));
        }
        finally
        {
            opened.ForEach(file => file.Dispose());
        }
    }

    [Fact]
    public void A_program_that_asks_at_the_terminal_finds_none()
    {
        // The sixth field is the session; a session that begins with the program has no terminal.
        Do("cut -d ' ' -f 6 /proc/self/stat").ShouldNotBe(File.ReadAllText("/proc/self/stat").Split(") ")[1].Split(' ')[3] + "\n");
        Do("(: < /dev/tty) 2>/dev/null && echo a terminal || echo none").ShouldBe("none\n");
    }

    string Do(string script, params int[] descriptors)
    {
        var log = _space.PathOf($"log{_started++}");
        var start = new ChildStart("/bin/sh", ["sh", "-c", script], ["PATH=/usr/bin:/bin"], _space.Root, log) { Descriptors = descriptors, Grace = TimeSpan.FromSeconds(2) };
        ChildProcess.Run(start, CancellationToken.None).ExitCode.ShouldBe(0, File.ReadAllText(log));
        return File.ReadAllText(log);
    }
}
