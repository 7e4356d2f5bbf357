using System.Net;
using System.Net.Sockets;

namespace Kiln.Tests;

/// <summary>C# stages in a sandbox: whole processes, for the host starts itself again.</summary>
public sealed class WorkerTests : IDisposable
{
    readonly PipelineSpace _space = new();
    readonly PipelineSpace _elsewhere = new();

    public void Dispose()
    {
        _space.Dispose();
        _elsewhere.Dispose();
    }

    string Made => _space.Read("out/boxed.txt");

    [SandboxFact]
    public async Task A_stage_in_a_sandbox_runs_in_a_process_of_its_own_and_tells_all_it_has_to()
    {
        Environment.SetEnvironmentVariable("BOXED_DECLARED", "yes");
        Environment.SetEnvironmentVariable("SECRET_TOKEN", "hidden");
        var printed = await DoAsync(0, "process\ntell all\nscratch\nfacts\nenvironment");
        var lines = Made.Split('\n');
        int.Parse(lines[0]).ShouldNotBe(Environment.ProcessId);
        lines[1..4].ShouldBe(["told", "scratch", "boxed 0 True"]);
        lines[4].ShouldContain("BOXED_DECLARED");
        lines[4].ShouldNotContain("SECRET_TOKEN");
        printed.ShouldContain("a note: all");
        printed.ShouldContain("\na conclusion: all");
        _space.Files(".kiln/staging").ShouldBeEmpty();
        _space.Files(".kiln/checkpoints").ShouldBeEmpty();
        _space.State.Stages["boxed/Boxed"].Outputs.Length.ShouldBe(1);
        (await DoAsync(0, _space.Read("do.txt"))).ShouldContain("up to date");
    }

    [SandboxFact]
    public async Task An_undeclared_read_fails_with_the_property_to_add_even_where_the_stage_goes_on_without()
    {
        _space.Write("data/code-table.txt", "secret");
        foreach (var word in new[] { "read", "try-read" })
        {
            var printed = await DoAsync(1, word + " data/code-table.txt");
            printed.ShouldContain("A stage tried to read a file that it does not declare:\n  file   data/code-table.txt\n  stage  Boxed");
            printed.ShouldContain("public Input<PlainFile> CodeTable { get; } = Input<PlainFile>.Source(\"data/code-table.txt\");");
            _space.Has("out").ShouldBeFalse();
        }
    }

    [SandboxFact]
    public async Task What_lies_outside_is_neither_read_nor_written_and_named()
    {
        _elsewhere.Write("far.txt", "far");
        File.CreateSymbolicLink(_space.PathOf("link.txt"), _elsewhere.PathOf("far.txt"));
        var refused = await DoAsync(1, "read link.txt");
        refused.ShouldContain($"refused  to read {_elsewhere.PathOf("far.txt")}\nIf it needs {_elsewhere.PathOf("far.txt")}, declare it: public Input<PlainFile> Far {{ get; }} = Input<PlainFile>.Source(\"{_elsewhere.PathOf("far.txt")}\");\n");
        refused.ShouldNotContain("Make the place accessible");
        (await DoAsync(1, "write link.txt")).ShouldContain($"refused  to write {_elsewhere.PathOf("far.txt")}");
        (await DoAsync(1, "write do.txt")).ShouldContain($"refused  to write {_space.PathOf("do.txt")}");
        (await DoAsync(1, "write new.txt")).ShouldContain("A file could not be read or written:");
        _elsewhere.Read("far.txt").ShouldBe("far");
        _space.Has("new.txt").ShouldBeFalse();
    }

    [SandboxFact]
    public async Task Stages_that_another_lists_are_declared_in_the_sandbox_too()
    {
        foreach (var names in new[] { "a b", "b c d" })
        {
            _space.Write("names.txt", names);
            using var host = HostProcess.Start(_space, "fanned");
            (await host.EndsAsync()).ShouldBe(0, host.Printed);
            _space.Read("out/gathered.txt").ShouldBe(names.Replace(' ', '+'));
        }
    }

    [SandboxFact]
    public async Task The_network_is_closed_unless_it_is_declared()
    {
        using var server = new TcpListener(IPAddress.Loopback, 0);
        server.Start();
        var connect = "connect " + ((IPEndPoint)server.LocalEndpoint).Port;
        var refused = await DoAsync(1, connect);
        refused.ShouldContain("Permission denied");
        refused.ShouldContain("refused  to open a network connection");
        refused.ShouldContain("If it needs the network, declare it: mark the stage's class [UsesNetwork].");
        server.Pending().ShouldBeFalse();
        await DoAsync(0, connect, "connected");
        Made.ShouldBe("connected\n");
    }

    [SandboxFact]
    public async Task Errors_survive_the_trip_and_a_worker_that_dies_is_a_failure()
    {
        (await DoAsync(1, "throw this")).ShouldContain("A stage of the test threw:\n  said  this\nDo not ask for it.");
        (await DoAsync(1, "crash")).ShouldContain("Boxed threw an error of its own:");
        (await DoAsync(1, "die")).ShouldContain("A stage's worker process died:");
    }

    [SandboxFact]
    public async Task Interrupting_a_run_ends_a_worker_that_does_not_listen_and_killing_one_takes_its_workers_with_it()
    {
        foreach (var signal in new[] { HostProcess.Interrupt, HostProcess.Kill })
        {
            _space.Write("do.txt", "wait " + signal);
            using var host = HostProcess.Start(_space, "boxed");
            var worker = await ProcessTreeTests.AppearsAsync(() => _space.Files(".kiln/checkpoints").SingleOrDefault(file => _space.Read(file).Length > 0));
            int[] tree = [int.Parse(_space.Read(worker))];
            host.Signal(signal);
            (await host.EndsAsync()).ShouldBe(signal == HostProcess.Kill ? 137 : 8, host.Printed);
            await ProcessTreeTests.EndAsync(tree);
            Directory.Delete(_space.PathOf(".kiln/checkpoints"), recursive: true);
        }
    }

    [SandboxFact]
    public async Task A_worker_that_does_not_listen_ends_when_its_time_is_up()
    {
        _space.Write("do.txt", "wait");
        using var host = HostProcess.Start(_space, "hurried");
        var worker = await ProcessTreeTests.AppearsAsync(() => _space.Files(".kiln/checkpoints").SingleOrDefault(file => _space.Read(file).Length > 0));
        int[] tree = [int.Parse(_space.Read(worker))];
        (await host.EndsAsync()).ShouldBe(1, host.Printed);
        await ProcessTreeTests.EndAsync(tree);
        host.Printed.ShouldContain("A stage took longer than it may:\n  stage  Hurried\n  limit  00:00:01");
        (await DoAsync(0, "process", "hurried")).ShouldContain("Hurried: ran");
    }

    [SandboxFact]
    public async Task A_killed_worker_is_a_failure_of_its_stage()
    {
        _space.Write("do.txt", "wait");
        using var host = HostProcess.Start(_space, "boxed");
        var worker = await ProcessTreeTests.AppearsAsync(() => _space.Files(".kiln/checkpoints").SingleOrDefault(file => _space.Read(file).Length > 0));
        using (var process = System.Diagnostics.Process.GetProcessById(int.Parse(_space.Read(worker)))) process.Kill();
        (await host.EndsAsync()).ShouldBe(1, host.Printed);
        host.Printed.ShouldContain("A stage's worker process died:\n  stage    Boxed\n  signal   9");
    }

    [SandboxFact]
    public async Task Of_Kilns_own_variables_a_worker_gets_those_that_name_tools()
    {
        _space.Write("do.txt", "environment");
        using var host = HostProcess.StartWith(_space, new() { ["KILN_DUCKDB"] = "/nowhere/x.so", ["KILN_CACHE"] = "", ["KILN_SECRET"] = "hidden" }, "boxed");
        (await host.EndsAsync()).ShouldBe(0, host.Printed);
        Made.TrimEnd().Split(' ').Where(name => name.StartsWith("KILN_", StringComparison.Ordinal)).ShouldBe(["KILN_DUCKDB"]);
    }

    [SandboxFact]
    public async Task A_worker_whose_body_left_a_thread_at_work_ends_all_the_same()
    {
        await DoAsync(0, "leave");
        Made.ShouldBe("left\n");
        (await DoAsync(1, "leave\nthrow this")).ShouldContain("Do not ask for it.");
    }

    [SandboxFact]
    public async Task Rebuilding_runs_stages_where_a_run_would()
    {
        _space.Write("hidden.txt", "x");
        await DoAsync(0, "try-read hidden.txt", arguments: "--no-sandbox");
        Made.ShouldBe("x\n");
        (await AskAsync(0, "boxed", "verify", "--rebuild", "--no-sandbox")).ShouldContain("Boxed  the same");
        (await AskAsync(1, "boxed", "verify", "--rebuild")).ShouldContain("A stage tried to read a file that it does not declare");
    }

    async Task<string> AskAsync(int exitCode, string pipeline, params string[] arguments)
    {
        using var host = HostProcess.Start(_space, [pipeline, .. arguments]);
        (await host.EndsAsync()).ShouldBe(exitCode, host.Printed);
        return host.Printed;
    }

    Task<string> DoAsync(int exitCode, string script, string pipeline = "boxed", params string[] arguments)
    {
        _space.Write("do.txt", script);
        return AskAsync(exitCode, pipeline, arguments);
    }
}
