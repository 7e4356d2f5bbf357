using System.Diagnostics;
using Kiln.Hosting;
using Kiln.Reporting;

namespace Kiln.Tests;

/// <summary>What a run prints, whole: as a log sees it, and as a terminal does.</summary>
public sealed class DisplayTests : IDisposable
{
    readonly PipelineSpace _space = new();

    public DisplayTests()
    {
        _space.Write("in.txt", "x");
        _space.Declare = pipeline =>
        {
            var clean = pipeline.Add(_space.Stage("clean", "in.txt"));
            pipeline.AddPartitions(["a", "b"], key => new TextStage("day", [clean], _space)
            {
                Text = new($"out/day-{key}.txt"),
                Body = (run, stage) =>
                {
                    if (key == "b") throw new InvalidOperationException("broken on purpose");
                    run.Note("a note");
                    run.Conclude("a conclusion");
                    stage.WriteText(run);
                    return Task.CompletedTask;
                },
            });
            pipeline.Add(new TextStage("join", [new Input<PlainFile>("out/day-a.txt"), new Input<PlainFile>("out/day-b.txt")], _space));
        };
    }

    public void Dispose() => _space.Dispose();

    [Fact]
    public void Further_lines_of_a_fact_stand_beneath_its_first() => new KilnException("It broke:", [("file", "x"), ("message", "one\r\ntwo\nthree")], "Mend it.").Message.ShouldBe("""
        It broke:
          file     x
          message  one
                   two
                   three
        Mend it.
        """);

    [Theory]
    [InlineData("runs")]
    [InlineData("show", "last")]
    [InlineData("--tree")]
    [InlineData("--description")]
    [InlineData("graph")]
    [InlineData("status", "--json")]
    [InlineData("verify")]
    public async Task An_answer_that_cannot_be_printed_is_told_and_ends_with_1(params string[] question)
    {
        await _space.RunAsync("-t", "clean");
        using var full = new FullWriter();
        RoutedConsole.SendTo(full);
        KilnHost.Create().Add(new PipelineDefinition("test", _space.Declare)).In(_space.Root).Run(question).ShouldBe(1);
        full.ToString().ShouldBe("The answer cannot be printed:\n  reason  No space left on device\nFree some space where it is written to, or have it written elsewhere.\n");
    }

    /// <summary>Standard output on a disk that is full, and standard error that is not.</summary>
    sealed class FullWriter : StringWriter
    {
        public override void Write(string? value) => throw new IOException("No space left on device");

        public override void WriteLine(string? value) => GetStringBuilder().Append(value).Append('\n');
    }

    [Fact]
    public async Task A_run_off_a_terminal_prints_plain_lines_and_the_closing_table()
    {
        (await _space.RunAsync("--jobs", "1")).ShouldBe(1);
        var printed = ClosingRows.Squeezed(_space.Printed);
        printed.ShouldBe("""
            clean: ran
            a note
            day[b]: failed
            day[b] threw an error of its own:
             type InvalidOperationException
             message broken on purpose
            Run with --verbosity diagnostic for where it was thrown.
            join: skipped
            Stage Outcome Time Why
            clean ran first run
            day ran 1/2 a: first run
            day failed 1/2 b: day[b] threw an error of its own
            join skipped day[b] failed
            2 ran, 1 failed, 1 skipped; in all
            a conclusion

            """);
    }

    [Fact]
    public async Task The_closing_table_is_aligned()
    {
        await _space.SucceedAsync("--target", "clean");
        await _space.SucceedAsync("--target", "clean", "--verbosity", "minimal");
        _space.Printed.ShouldStartWith("""
            Stage  Outcome     Time  Why
            clean  up to date        nothing changed
            1 up to date; 
            """);
    }

    [Fact]
    public async Task A_quiet_run_prints_errors_and_nothing_else()
    {
        await _space.SucceedAsync("--target", "clean", "--verbosity", "quiet");
        _space.Printed.ShouldBe("");
        await _space.RunAsync("--verbosity", "quiet");
        _space.Printed.ShouldStartWith("day[b]: failed\n");
        _space.Printed.ShouldNotContain("Stage");
    }

    [Fact]
    public async Task A_verbose_run_names_every_partition()
    {
        await _space.RunAsync("--verbosity", "verbose", "--jobs", "1");
        _space.Printed.ShouldContain("day[a]: started\na note\nday[a]: ran\n");
    }

    [Fact]
    public async Task Names_that_move_the_cursor_are_printed_harmlessly()
    {
        _space.Declare = pipeline => pipeline.Add(new TextStage("red\e[31m", ["in.txt"], _space) { Text = new("out/a.txt") });
        await _space.SucceedAsync("--verbosity", "minimal");
        _space.Printed.ShouldNotContain("\e");
    }

    [Fact]
    public void Long_work_prints_a_line_every_five_seconds_with_rate_and_time_left()
    {
        using var output = new StringWriter();
        var time = new ManualTime();
        var display = new PlainDisplay(output, Verbosity.Normal, time);
        var progress = new StageProgress("Train", "epochs", 2000, "rows", display.Progressed);
        for (var second = 1; second <= 12; second++)
        {
            time.Seconds = second;
            progress.Add(100, $"loss {second}");
        }

        output.ToString().ShouldBe("""
            Train: epochs 500 of 2,000 rows, 100 rows/s, 15.0 s left, loss 5
            Train: epochs 1,000 of 2,000 rows, 100 rows/s, 10.0 s left, loss 10

            """);
    }

    [Theory]
    [InlineData(0.0002, "")]
    [InlineData(0.0126, "13 ms")]
    [InlineData(0.9994, "999 ms")]
    [InlineData(0.9996, "1.0 s")]
    [InlineData(99.94, "99.9 s")]
    [InlineData(99.96, "1 min 39 s")]
    [InlineData(3725, "1 h 02 min")]
    public void Times_are_written_as_people_read_them(double seconds, string text) => Durations.Of(TimeSpan.FromSeconds(seconds)).ShouldBe(text);

    [Theory]
    [InlineData("", true)]
    [InlineData("NO_COLOR=1", false)]
    [InlineData("TERM=dumb", false)]
    public async Task Colour_is_for_terminals_that_want_it(string variable, bool isColoured)
    {
        var (exitCode, printed) = await OnTerminalAsync(variable, "chain", "--jobs", "2");
        exitCode.ShouldBe(0, printed);
        printed.Contains("\e[32mran", StringComparison.Ordinal).ShouldBe(isColoured, printed);
        printed.Contains("\e[2m", StringComparison.Ordinal).ShouldBe(isColoured, printed);
        printed.ShouldContain("10 ran; ");
    }

    [Theory]
    [InlineData("COLUMNS=40")]
    [InlineData("COLUMNS= bash -c 'stty cols 40; exec \"$@\"' on")]
    public async Task A_table_keeps_to_the_width_of_the_terminal(string narrow)
    {
        (await OnTerminalAsync("COLUMNS=", "chain", "--jobs", "2")).ExitCode.ShouldBe(0);
        (await LinesAsync("COLUMNS=")).ShouldContain("left4   up to date        nothing changed");
        var lines = await LinesAsync(narrow);
        lines.ShouldContain("left4   up to date        nothing");
        lines.ShouldContain("                          changed");

        async Task<string[]> LinesAsync(string variable)
        {
            var (exitCode, printed) = await OnTerminalAsync($"NO_COLOR=1 {variable}", "chain");
            exitCode.ShouldBe(0, printed);
            // Before the table stands what .NET sets the terminal up with.
            return [.. printed[printed.IndexOf("Stage", StringComparison.Ordinal)..].Split("\r\n").Where(line => !line.Contains("in all", StringComparison.Ordinal))];
        }
    }

    [Fact]
    public async Task A_pipe_gets_no_colour_and_no_bars()
    {
        using var host = HostProcess.Start(_space, "chain");
        (await host.EndsAsync()).ShouldBe(0);
        host.Printed.ShouldNotContain("\e");
        host.Printed.ShouldContain("left4: ran in ");
    }

    /// <summary>Runs the host on a terminal made by script(1).</summary>
    async Task<(int ExitCode, string Printed)> OnTerminalAsync(string variable, params string[] arguments)
    {
        var command = $"env TERM=xterm-256color {variable} dotnet {Path.Combine(AppContext.BaseDirectory, "PipelineHost.dll")} {string.Join(' ', arguments)}";
        var start = new ProcessStartInfo("script", ["-qec", command, "/dev/null"]) { WorkingDirectory = _space.Root, RedirectStandardOutput = true, RedirectStandardInput = true };
        start.Environment.Remove("NO_COLOR");
        using var script = Process.Start(start)!;
        script.StandardInput.Close();
        var printed = await script.StandardOutput.ReadToEndAsync();
        await script.WaitForExitAsync();
        return (script.ExitCode, printed);
    }

    sealed class ManualTime : TimeProvider
    {
        public int Seconds { get; set; }

        public override long TimestampFrequency => 1;

        public override long GetTimestamp() => Seconds;
    }
}
