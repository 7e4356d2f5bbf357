namespace Kiln.Tests;

/// <summary>Stages whose work an external program does.</summary>
public sealed class CommandStageTests : IDisposable
{
    readonly PipelineSpace _space = new();
    string _script = "tr a-z A-Z < data/raw.txt > data/clean.txt";

    public CommandStageTests()
    {
        _space.Write("data/raw.txt", "some text");
        _space.Declare = pipeline => pipeline.Add(Shell(_script));
    }

    public void Dispose() => _space.Dispose();

    [Fact]
    public async Task A_command_reads_and_writes_under_the_paths_of_the_workspace()
    {
        await _space.SucceedAsync();
        _space.Read("data/clean.txt").ShouldBe("SOME TEXT");
        ClosingRows.Of(_space.Printed, "Clean").ShouldHaveSingleItem().ShouldContain("ran first run");
        await _space.SucceedAsync();
        ClosingRows.Of(_space.Printed, "Clean").ShouldHaveSingleItem().ShouldContain("up to date");
        _space.Files(".kiln/staging").ShouldBeEmpty();
    }

    [Fact]
    public async Task An_argument_that_the_kernel_does_not_take_is_told_with_its_length()
    {
        _space.Declare = pipeline => pipeline.Add(new CommandStage("Long") { Command = ["sh", "-c", ":", new string('x', 2_000_000)], Writes = [new Output<PlainFile>("out")] });
        (await _space.RunAsync()).ShouldBe(1);
        _space.Printed.ShouldContain("A command's arguments are too long to start it:");
        _space.Printed.ShouldContain("argument 3, 2,000,001 bytes; the kernel takes 131,072");
        _space.Printed.ShouldContain("Write what is long into a file");
    }

    [Fact]
    public async Task A_changed_argument_a_changed_input_and_a_changed_program_run_it_again()
    {
        _space.Write("bin/tool", "#!/bin/sh\ncat \"$1\" > \"$2\"\n");
        MakeExecutable("bin/tool");
        var argument = "data/raw.txt";
        _space.Declare = pipeline => pipeline.Add(new CommandStage("Copy")
        {
            Command = ["bin/tool", argument, "out"],
            Reads = [Input<PlainFile>.Source("bin/tool"), Input<PlainFile>.Source("data/raw.txt")],
            Writes = [new Output<PlainFile>("out")],
        });
        await _space.SucceedAsync();
        _space.Read("out").ShouldBe("some text");

        argument = "./data/raw.txt";
        await _space.SucceedAsync();
        ClosingRows.Of(_space.Printed, "Copy").ShouldHaveSingleItem().ShouldContain("command");

        _space.Write("data/raw.txt", "other text");
        await _space.SucceedAsync();
        _space.Read("out").ShouldBe("other text");

        _space.Write("bin/tool", "#!/bin/sh\ncat \"$1\" \"$1\" > \"$2\"\n");
        await _space.SucceedAsync();
        _space.Read("out").ShouldBe("other textother text");
        ClosingRows.Of(_space.Printed, "Copy").ShouldHaveSingleItem().ShouldContain("bin/tool changed", Case.Sensitive, _space.Printed);
    }

    [Fact]
    public async Task What_a_command_printed_is_kept_where_its_time_was_up()
    {
        _space.Declare = pipeline => pipeline.Add(new CommandStage("Slow")
        {
            Command = ["sh", "-c", "echo working; sleep 300"],
            Writes = [new Output<PlainFile>("out")],
            Execution = Execution.Default with { Timeout = TimeSpan.FromSeconds(2) },
        });
        (await _space.RunAsync()).ShouldBe(1);
        _space.Printed.ShouldContain("A stage took longer than it may:");
        _space.Read(".kiln/logs/Slow.log").ShouldBe("working\n");
    }

    [Fact]
    public async Task A_command_that_does_not_stop_is_killed_when_its_own_grace_is_over_and_the_run_goes_on()
    {
        _space.Declare = pipeline =>
        {
            pipeline.Add(new CommandStage("Stubborn")
            {
                Command = ["sh", "-c", "trap '' TERM; while :; do sleep 0.05; done"],
                Writes = [new Output<PlainFile>("made")],
                Execution = Execution.Default with { Timeout = TimeSpan.FromSeconds(0.2), Grace = TimeSpan.FromSeconds(0.1) },
            });
            pipeline.Add(_space.Stage("other", "data/raw.txt"));
        };
        (await _space.RunAsync("--keep-going", "--jobs", "1")).ShouldBe(1, _space.Printed);
        _space.Printed.ShouldContain("A stage took longer than it may:");
        _space.Read("out/other.txt").ShouldBe("other(some text)");
    }

    [Theory]
    [InlineData("cat scripts/undeclared.sh", "scripts/undeclared.sh", "PlainFile")]
    [InlineData("cat './scripts/undeclared.sh'", "scripts/undeclared.sh", "PlainFile")]
    [InlineData("f=und; echo no scripts/${f}eclared.sh. >&2; exit 3", "scripts/undeclared.sh", "PlainFile")]
    [InlineData("ls scripts/deep/ > data/clean.txt", "scripts/deep", "Folder")]
    public async Task A_file_that_was_not_there_for_the_command_but_is_in_the_workspace_is_named_with_the_line_to_add(string script, string path, string kind)
    {
        _space.Write("scripts/undeclared.sh", "");
        _space.Write("scripts/deep/x", "");
        _script = script;
        (await _space.RunAsync()).ShouldBe(1);
        _space.Printed.ShouldContain($"in which {path} was not: the stage does not declare it. If it needs it: Reads = [Input<{kind}>.Source(\"{path}\"), …]");
    }

    [Theory]
    [InlineData("echo data/raw.txt data/clean.txt nowhere/x scripts /etc/hostname .kiln/state ../x; exit 3")]
    [InlineData("printf 'a\\0b data/clean.txt'; exit 3")]
    public async Task What_is_declared_or_nowhere_in_the_workspace_is_not_taken_for_an_unseen_file(string script)
    {
        _space.Write("scripts/x", "");
        await _space.SucceedAsync();
        _script = script;
        (await _space.RunAsync()).ShouldBe(1);
        _space.Printed.ShouldNotContain("does not declare it");
    }

    [Fact]
    public async Task A_command_is_shown_the_gpus_it_holds_and_no_others()
    {
        var before = Environment.GetEnvironmentVariable("CUDA_VISIBLE_DEVICES");
        Environment.SetEnvironmentVariable("CUDA_VISIBLE_DEVICES", "4,GPU-7");
        try
        {
            _space.Declare = pipeline => pipeline.Add(new CommandStage("Fit")
            {
                Command = ["sh", "-c", "echo $CUDA_VISIBLE_DEVICES > out"],
                Writes = [new Output<PlainFile>("out")],
                Execution = Execution.Default with { Gpus = 2 },
            });
            await _space.SucceedAsync();
            _space.Read("out").ShouldBe("4,GPU-7\n");
        }
        finally
        {
            Environment.SetEnvironmentVariable("CUDA_VISIBLE_DEVICES", before);
        }
    }

    [Fact]
    public async Task Another_version_of_a_program_found_on_the_path_runs_it_again()
    {
        var folder = Directory.CreateDirectory(_space.PathOf("tools")).FullName;
        _space.Write("tools/shout", "#!/bin/sh\necho one > out\n");
        MakeExecutable("tools/shout");
        _space.Declare = pipeline => pipeline.Add(new CommandStage("Shout")
        {
            Command = ["shout"],
            Environment = [$"PATH={folder}:/usr/bin:/bin"],
            Writes = [new Output<PlainFile>("out")],
        });
        await _space.SucceedAsync();
        _space.Write("tools/shout", "#!/bin/sh\necho two > out\n");
        await _space.SucceedAsync();
        _space.Read("out").ShouldBe("two\n");
        ClosingRows.Of(_space.Printed, "Shout").ShouldHaveSingleItem().ShouldContain("tools/shout changed");
    }

    [Fact]
    public async Task Only_declared_variables_are_passed_on_and_their_values_are_facts()
    {
        Environment.SetEnvironmentVariable("KILN_TEST_SEEN", "seen");
        Environment.SetEnvironmentVariable("KILN_TEST_HIDDEN", "hidden");
        try
        {
            _space.Declare = pipeline => pipeline.Add(new CommandStage("Env")
            {
                Command = ["sh", "-c", "env | grep -v ^_= | cut -d= -f1 | sort > names; echo $KILN_TEST_SEEN $THREADS > values"],
                Environment = ["KILN_TEST_SEEN", "KILN_TEST_UNSET", "THREADS=2"],
                Writes = [new Output<PlainFile>("names"), new Output<PlainFile>("values")],
            });
            await _space.SucceedAsync();
            _space.Read("names").Split('\n', StringSplitOptions.RemoveEmptyEntries).ShouldBe(["HOME", "KILN_TEST_SEEN", "LANG", "PATH", "PWD", "THREADS", "TMPDIR"]);
            _space.Read("values").ShouldBe("seen 2\n");

            Environment.SetEnvironmentVariable("KILN_TEST_SEEN", "changed");
            await _space.SucceedAsync();
            _space.Read("values").ShouldBe("changed 2\n");
        }
        finally
        {
            Environment.SetEnvironmentVariable("KILN_TEST_SEEN", null);
            Environment.SetEnvironmentVariable("KILN_TEST_HIDDEN", null);
        }
    }

    [Fact]
    public async Task A_failing_command_tells_its_exit_code_and_last_lines_and_keeps_its_log()
    {
        _script = "for i in $(seq 100); do echo line $i; done; echo the reason >&2; exit 3";
        (await _space.RunAsync()).ShouldBe(1);
        _space.Printed.ShouldContain("A command failed:");
        _space.Printed.ShouldContain("exit code  3");
        _space.Printed.ShouldContain("the reason");
        _space.Printed.ShouldContain("line 100");
        _space.Printed.ShouldNotContain("line 50\n");
        _space.Read(".kiln/logs/Clean.log").ShouldStartWith("line 1\n");
        _space.Has("data/clean.txt").ShouldBeFalse();
    }

    [Fact]
    public async Task What_a_command_prints_is_shown_where_everything_is()
    {
        _script += "; echo hello";
        await _space.SucceedAsync("--verbosity", "verbose");
        _space.Printed.ShouldContain("Clean: hello");
        await _space.SucceedAsync("--force");
        _space.Printed.ShouldNotContain("hello");
    }

    [Theory]
    [InlineData("kill -SEGV $$", "A command was killed:", "11 (SIGSEGV)")]
    [InlineData("true", "An output was declared but not written:", "data/clean.txt")]
    [InlineData("ln -s raw.txt data/clean.txt", "An output is neither a file nor a folder:", "data/clean.txt")]
    [InlineData("cat scripts/undeclared.sh", "A command failed:", "scripts/undeclared.sh: No such file")]
    [InlineData("read line || exit 4", "A command failed:", "exit code  4")]
    public async Task A_command_that_breaks_a_rule_fails(string script, string what, string fact)
    {
        _space.Write("scripts/undeclared.sh", "");
        _script = script;
        (await _space.RunAsync()).ShouldBe(1);
        _space.Printed.ShouldContain(what);
        _space.Printed.ShouldContain(fact);
    }

    [Fact]
    public async Task A_program_that_is_not_there_or_not_declared_is_told_before_anything_runs()
    {
        _space.Declare = pipeline => pipeline.Add(new CommandStage("Missing") { Command = ["no-such-program"], Writes = [new Output<PlainFile>("out")] });
        (await _space.RunAsync()).ShouldBe(2);
        _space.Printed.ShouldContain("A program is not there:\n  program    no-such-program\n  needed by  Missing");

        _space.Write("run.sh", "#!/bin/sh\n");
        _space.Declare = pipeline => pipeline.Add(new CommandStage("Hidden") { Command = ["./run.sh"], Writes = [new Output<PlainFile>("out")] });
        (await _space.RunAsync()).ShouldBe(2);
        _space.Printed.ShouldContain("Reads = [Input<PlainFile>.Source(\"./run.sh\"), …]");

        _space.Declare = pipeline => pipeline.Add(new CommandStage("Plain") { Command = ["./run.sh"], Reads = [Input<PlainFile>.Source("run.sh")], Writes = [new Output<PlainFile>("out")] });
        (await _space.RunAsync()).ShouldBe(1);
        _space.Printed.ShouldContain("A command could not be started:");
    }

    [Fact]
    public async Task Folders_and_files_in_them_and_files_outside_the_workspace_can_be_read()
    {
        using var elsewhere = new PipelineSpace();
        elsewhere.Write("far.txt", "far");
        _space.Write("data/more/deep.txt", "deep");
        _space.Declare = pipeline => pipeline.Add(new CommandStage("Join")
        {
            Command = ["sh", "-c", $"cat data/raw.txt data/more/deep.txt {elsewhere.PathOf("far.txt")} > data/out; mkdir parts; echo part > parts/one"],
            Reads = [Input<PlainFile>.Source("data/raw.txt"), Input<PlainFile>.Source("data/more/deep.txt"), Input<Folder>.Source("data/more"), Input<PlainFile>.Source(elsewhere.PathOf("far.txt"))],
            Writes = [new Output<PlainFile>("data/out"), new Output<Folder>("parts")],
        });
        await _space.SucceedAsync();
        _space.Read("data/out").ShouldBe("some textdeepfar");
        _space.Read("parts/one").ShouldBe("part\n");
    }

    [PythonFact]
    public async Task Python_scripts_are_stages()
    {
        ReadmeCode.ShouldStandIn("new CommandStage(", "tests/Kiln.Engine.Tests/CommandStageTests.cs");
        _space.Write("scripts/tidy.py", "import os, sys\nopen(sys.argv[2], 'w').write(open(sys.argv[1]).read().title() + os.environ['THREADS'])\n");
        _space.Write("data/raw.csv", "some text");
        _space.Declare = pipeline =>
        {
            pipeline.Add(new CommandStage("Tidy")
            {
                Command = ["python3", "scripts/tidy.py", "data/raw.csv", "data/tidy.csv"],
                Reads = [Input<PlainFile>.Source("scripts/tidy.py"), Input<PlainFile>.Source("data/raw.csv")],
                Writes = [new Output<PlainFile>("data/tidy.csv")],
                Environment = ["LANG", "THREADS=2"],
            });
        };
        await _space.SucceedAsync();
        _space.Read("data/tidy.csv").ShouldBe("Some Text2");
    }

    static CommandStage Shell(string script) => new("Clean")
    {
        Command = ["sh", "-c", script],
        Reads = [Input<PlainFile>.Source("data/raw.txt")],
        Writes = [new Output<PlainFile>("data/clean.txt")],
    };

    void MakeExecutable(string relative) => File.SetUnixFileMode(_space.PathOf(relative), (UnixFileMode)0b111_101_101);

    [Fact]
    public void What_a_command_says_of_itself_is_what_reflection_finds()
    {
        CommandStage[] commands =
        [
            new("plain") { Command = ["sh", "-c", "a \"b\"\n\t\\"] },
            new("given") { Command = ["cp", "in.txt", "out.txt"], Reads = [Input<PlainFile>.Source("in.txt")], Writes = [new Output<PlainFile>("out.txt")], Environment = ["A=1", "HOME"], UsesNetwork = true, Sandboxed = true, Execution = Execution.Default with { Cpus = 2 } },
        ];
        foreach (var command in commands) StageFacts.Of(command).ShouldBe(StageFacts.Reflected(command));
    }
}
