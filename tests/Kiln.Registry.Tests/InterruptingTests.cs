using System.Diagnostics;
using System.Text;
using Kiln.Registry;

namespace Kiln.Tests;

/// <summary>Commands that are interrupted: whole processes, as people have them.</summary>
public sealed class InterruptingTests
{
    const string AskHistory = "Interrupted: ./build.sh models history says whether it was done.\n";

    [Theory]
    [InlineData("-INT", "promote", "fraud/1")]
    [InlineData("-TERM", "promote", "fraud/1")]
    [InlineData("-INT", "alias", "fraud/1", "champion")]
    [InlineData("-TERM", "approve", "fraud/1", "--reason", "tried on paper")]
    public async Task A_change_that_waits_for_the_registry_ends_at_once_and_is_not_made(string signal, params string[] change)
    {
        using var space = new RegistrySpace();
        using (var registry = space.Open()) Fitted.Add(registry, "1");
        using (var holder = space.Connect())
        {
            RegistrySpace.Execute(holder, "BEGIN IMMEDIATE");
            using var command = new Started(space, ["models", .. change]);
            await command.OpensAsync(space.File);
            await Task.Delay(500); // it waits by then; and if not, it still must not change anything
            var (exitCode, took) = await command.EndByAsync(signal);
            exitCode.ShouldBe(8, command.Printed);
            took.ShouldBeLessThan(TimeSpan.FromSeconds(15), "it is not the registry's patience that ends it");
            command.Printed.ShouldBe(AskHistory);
            RegistrySpace.Execute(holder, "COMMIT");
        }

        await Task.Delay(500); // who had only seemed to be gone would have made it by then
        using var history = new Started(space, "models", "history");
        (await history.EndsAsync()).ShouldBe(0, history.Printed);
        history.Printed.Split('\n').Count(line => line.Contains("fraud/1", StringComparison.Ordinal)).ShouldBe(1, history.Printed);
        using var after = space.Open();
        after.Promote(new("fraud", 1, null), ModelStage.Production, "ada").Version.Stage.ShouldBe(ModelStage.Production, "nothing holds the registry any more");
        after.Verify().ShouldBeEmpty();
    }

    [Theory]
    [InlineData("-INT")]
    [InlineData("-TERM")]
    public async Task A_run_that_a_command_began_ends_in_order(string signal)
    {
        using var space = new RegistrySpace();
        using var command = new Started(space, "models", "register", "waiting");
        await command.PrintsAsync("waiting now");
        (await command.EndByAsync(signal)).ExitCode.ShouldBe(8, command.Printed);
        command.Printed.ShouldContain("Stopping: waiting for the stages at work. Once more ends at once.");
        command.Printed.ShouldContain("1 cancelled");
        command.Printed.ShouldNotContain("Interrupted.", Case.Sensitive);
        using var runs = new Started(space, "runs");
        (await runs.EndsAsync()).ShouldBe(0);
        runs.Printed.ShouldContain("interrupted (8)");
    }

    /// <summary>These tests' own program as a process, working in a space.</summary>
    sealed class Started : IDisposable
    {
        readonly Process _process;
        readonly StringBuilder _printed = new();

        public Started(RegistrySpace space, params string[] arguments)
        {
            // A test run that was itself started in the background has SIGINT ignored, and hands that on.
            string[] command = ["--default-signal=INT", "dotnet", typeof(InterruptingTests).Assembly.Location, .. arguments];
            var start = new ProcessStartInfo("env", command) { WorkingDirectory = space.Root, RedirectStandardOutput = true, RedirectStandardError = true };
            (start.Environment["KILN_REGISTRY"], start.Environment["KILN_USER"]) = (space.File, "ada");
            _process = new Process { StartInfo = start };
            _process.OutputDataReceived += (_, line) => Take(line.Data);
            _process.ErrorDataReceived += (_, line) => Take(line.Data);
            _process.Start();
            _process.BeginOutputReadLine();
            _process.BeginErrorReadLine();
        }

        public string Printed
        {
            get
            {
                lock (_printed) return _printed.ToString();
            }
        }

        /// <summary>Waits until it has a file open.</summary>
        public async Task OpensAsync(string file)
        {
            for (var clock = Stopwatch.StartNew(); !HasOpen(file); await Task.Delay(20)) clock.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(60), Printed);
        }

        bool HasOpen(string file)
        {
            try
            {
                return Directory.EnumerateFiles($"/proc/{_process.Id}/fd").Any(opened => new FileInfo(opened).LinkTarget == file);
            }
            catch (IOException)
            {
                return false; // one was closed meanwhile
            }
        }

        public async Task PrintsAsync(string text)
        {
            for (var clock = Stopwatch.StartNew(); !Printed.Contains(text, StringComparison.Ordinal); await Task.Delay(20)) clock.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(30), Printed);
        }

        public async Task<(int ExitCode, TimeSpan Took)> EndByAsync(string signal)
        {
            var clock = Stopwatch.StartNew();
            using (var kill = Process.Start("bash", ["-c", $"kill {signal} {_process.Id}"])) await kill.WaitForExitAsync();
            return (await EndsAsync(), clock.Elapsed);
        }

        public async Task<int> EndsAsync()
        {
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
            await _process.WaitForExitAsync(limit.Token);
            return _process.ExitCode;
        }

        public void Dispose()
        {
            if (!_process.HasExited) _process.Kill();
            _process.Dispose();
        }

        void Take(string? line)
        {
            lock (_printed) _printed.Append(line).Append(line is null ? "" : "\n");
        }
    }
}
