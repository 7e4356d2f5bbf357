using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using Kiln.Planning;
using Kiln.Running;

namespace Kiln.Tests;

/// <summary>Commands that can read only what they declare.</summary>
public sealed class CommandSandboxTests : IDisposable
{
    readonly PipelineSpace _space = new();
    readonly PipelineSpace _elsewhere = new();
    string _script = "cat data/raw.txt > out";
    bool _usesNetwork;
    ImmutableArray<Input> _more = [];

    public CommandSandboxTests()
    {
        _space.Write("data/raw.txt", "some text");
        _space.Write("data/secret.txt", "secret");
        _space.Declare = pipeline => pipeline.Add(new CommandStage("Clean")
        {
            Command = ["sh", "-c", _script],
            Reads = [Input<PlainFile>.Source("data/raw.txt"), .. _more],
            Writes = [new Output<PlainFile>("out")],
            UsesNetwork = _usesNetwork,
        });
    }

    public void Dispose()
    {
        _space.Dispose();
        _elsewhere.Dispose();
    }

    [SandboxFact]
    public async Task A_command_that_keeps_to_what_it_declares_runs_as_outside()
    {
        _script = "cat data/raw.txt | tr a-z A-Z > $TMPDIR/x; sort $TMPDIR/x > out; ls data > /dev/null";
        await _space.SucceedAsync("--sandbox");
        _space.Read("out").ShouldStartWith("SOME TEXT");
        await _space.SucceedAsync();
        ClosingRows.Of(_space.Printed, "Clean").ShouldHaveSingleItem().ShouldContain("up to date");
    }

    [SandboxFact]
    public async Task An_undeclared_read_in_the_workspace_fails_with_the_path_and_the_line_to_add()
    {
        _script = $"cat {_space.PathOf("data/secret.txt")} > out";
        (await _space.RunAsync("--sandbox")).ShouldBe(1);
        _space.Printed.ShouldContain("A stage tried to read a file that it does not declare:\n  file     data/secret.txt\n  stage    Clean");
        _space.Printed.ShouldContain("Declare it: Reads = [Input<PlainFile>.Source(\"data/secret.txt\"), …]");
        _space.Has("out").ShouldBeFalse();

        _more = [Input<PlainFile>.Source("data/secret.txt")];
        await _space.SucceedAsync("--sandbox");
        _space.Read("out").ShouldBe("secret");
    }

    [SandboxFact]
    public async Task An_undeclared_read_fails_also_where_the_command_goes_on_without()
    {
        _script = $"cat {_space.PathOf("data/secret.txt")} > out 2>/dev/null || echo none > out";
        (await _space.RunAsync("--sandbox")).ShouldBe(1);
        _space.Printed.ShouldContain("data/secret.txt");
    }

    [SandboxFact]
    public async Task What_lies_outside_the_workspace_cannot_be_read_and_is_named()
    {
        _elsewhere.Write("far.txt", "far");
        _script = $"cat {_elsewhere.PathOf("far.txt")} > out";
        (await _space.RunAsync("--sandbox")).ShouldBe(1);
        _space.Printed.ShouldContain($"refused    to read {_elsewhere.PathOf("far.txt")}");
        _space.Printed.ShouldContain($"\nIf it needs {_elsewhere.PathOf("far.txt")}, declare it: Reads = [Input<PlainFile>.Source(\"{_elsewhere.PathOf("far.txt")}\"), …]");

        _more = [Input<PlainFile>.Source(_elsewhere.PathOf("far.txt"))];
        await _space.SucceedAsync("--sandbox");
        _space.Read("out").ShouldBe("far");
    }

    [SandboxFact]
    public async Task Links_lead_nowhere_that_is_not_declared()
    {
        _elsewhere.Write("far.txt", "far");
        File.CreateSymbolicLink(_space.PathOf("data/link"), _elsewhere.PathOf("far.txt"));
        _script = $"ln -s {_elsewhere.PathOf("far.txt")} own; cat own {_space.PathOf("data/link")} > out";
        (await _space.RunAsync("--sandbox")).ShouldBe(1);
        _space.Printed.ShouldContain($"to read {_elsewhere.PathOf("far.txt")}");
        _space.Has("out").ShouldBeFalse();
    }

    [SandboxFact]
    public async Task Nothing_can_be_written_but_outputs_and_scratch()
    {
        _elsewhere.Write("far.txt", "far");
        foreach (var place in new[] { _elsewhere.PathOf("far.txt"), _elsewhere.PathOf("new.txt"), _space.PathOf("data/raw.txt"), "data/raw.txt", _space.PathOf("new.txt") })
        {
            _script = $"echo text > out; echo changed > {place}";
            (await _space.RunAsync("--sandbox")).ShouldBe(1, place);
            _space.Printed.ShouldContain($"refused    to write {Path.GetFullPath(place, _space.Root)}");
            _space.Printed.ShouldContain("\nIt may write its outputs, and what it needs only meanwhile in the folder that TMPDIR names.");
        }

        _elsewhere.Read("far.txt").ShouldBe("far");
        _space.Read("data/raw.txt").ShouldBe("some text");
        _elsewhere.Has("new.txt").ShouldBeFalse();
    }

    [SandboxFact]
    public async Task The_network_is_closed_unless_it_is_declared()
    {
        using var server = new TcpListener(IPAddress.Loopback, 0);
        server.Start();
        _script = $"bash -c 'exec 5<>/dev/tcp/127.0.0.1/{((IPEndPoint)server.LocalEndpoint).Port}' && echo connected > out";
        (await _space.RunAsync("--sandbox")).ShouldBe(1);
        _space.Printed.ShouldContain("Permission denied");
        _space.Printed.ShouldContain("refused    to open a network connection");
        _space.Printed.ShouldContain("\nIf it needs the network, declare it: UsesNetwork = true");
        server.Pending().ShouldBeFalse();

        _usesNetwork = true;
        await _space.SucceedAsync("--sandbox");
        _space.Read("out").ShouldBe("connected\n");
    }

    [SandboxFact]
    public async Task A_script_finds_the_modules_beside_it_that_are_declared_and_names_those_that_are_not()
    {
        _space.Write("scripts/clean.py", "import helper\nopen('out', 'w').write(helper.text)\n");
        _space.Write("scripts/helper.py", "text = 'from the helper'\n");
        _script = "python3 scripts/clean.py";
        _more = [Input<PlainFile>.Source("scripts/clean.py")];
        (await _space.RunAsync("--sandbox")).ShouldBe(1);
        _space.Printed.ShouldContain("Input<PlainFile>.Source(\"scripts/helper.py\")");

        _more = [.. _more, Input<PlainFile>.Source("scripts/helper.py")];
        await _space.SucceedAsync("--sandbox");
        _space.Read("out").ShouldBe("from the helper");
    }

    [SandboxFact]
    public async Task A_file_that_is_not_there_for_a_command_is_named_in_a_sandbox_too()
    {
        _script = "cat data/secret.txt > out";
        (await _space.RunAsync("--sandbox")).ShouldBe(1);
        _space.Printed.ShouldContain("in which data/secret.txt was not: the stage does not declare it. If it needs it: Reads = [Input<PlainFile>.Source(\"data/secret.txt\"), …]");
    }

    [SandboxFact]
    public async Task Local_sockets_stay_open()
    {
        _script = "python3 -c 'import socket; a, b = socket.socketpair(); a.send(b\"x\"); open(\"out\", \"wb\").write(b.recv(1))'";
        await _space.SucceedAsync("--sandbox");
        _space.Read("out").ShouldBe("x");
    }

    [SandboxFact]
    public async Task A_stage_says_itself_whether_it_runs_in_a_sandbox()
    {
        _space.Declare = pipeline =>
        {
            pipeline.Add(new CommandStage("In") { Command = ["sh", "-c", $"cat {_space.PathOf("data/secret.txt")} > in"], Writes = [new Output<PlainFile>("in")], Sandboxed = true });
            pipeline.Add(new CommandStage("Out") { Command = ["sh", "-c", $"cat {_space.PathOf("data/secret.txt")} > out"], Writes = [new Output<PlainFile>("out")], Sandboxed = false });
        };
        (await _space.RunAsync("--target", "In")).ShouldBe(1);
        await _space.SucceedAsync("--target", "Out", "--sandbox");
        await _space.SucceedAsync("--target", "In", "--no-sandbox");
    }

    [Theory]
    [InlineData(0, "launcher", "the kernel has no Landlock")]
    [InlineData(7, null, "the launcher is not set up")]
    public void Where_there_is_no_sandbox_it_is_said_once_and_the_run_goes_on(int landlock, string? launcher, string reason)
    {
        var notes = new List<string>();
        var graph = Graph.Of("test", _space.Root, [_space.Stage("a"), _space.Stage("b")]);
        var policy = new SandboxPolicy(asked: true, landlock, launcher, notes.Add) { Workers = new WorkerPlace("test", null, [], graph, []) };
        graph.Stages.ShouldAllBe(stage => !policy.IsFor(stage));
        notes.ShouldHaveSingleItem().ShouldContain(reason);
    }
}
