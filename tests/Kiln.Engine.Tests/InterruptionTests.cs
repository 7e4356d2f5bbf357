namespace Kiln.Tests;

/// <summary>Runs that are interrupted, killed, or meet another one: whole processes, as people have them.</summary>
public sealed class InterruptionTests : IDisposable
{
    readonly PipelineSpace _space = new();

    public InterruptionTests() => _space.Write("in.txt", "some text");

    public void Dispose() => _space.Dispose();

    [Fact]
    public async Task An_interrupted_run_cancels_its_stages_leaves_nothing_half_written_and_ends_with_8()
    {
        using var host = HostProcess.Start(_space, "waiting");
        await host.PrintsAsync("waiting now");
        host.Signal(HostProcess.Interrupt);
        (await host.EndsAsync()).ShouldBe(8, host.Printed);
        host.Printed.ShouldContain("Stopping: waiting for the stages at work. Once more ends at once.");
        ClosingRows.Of(host.Printed, "Waiting").ShouldHaveSingleItem().ShouldBe("Waiting cancelled interrupted");
        _space.OwnFiles.ShouldBe(["in.txt", "pipelines/waiting/pipeline.lock"]);
        _space.Files(".kiln/staging").ShouldBeEmpty();
        _space.Has(".kiln/owner").ShouldBeFalse();

        using var runs = HostProcess.Start(_space, "waiting", "runs");
        (await runs.EndsAsync()).ShouldBe(0);
        runs.Printed.ShouldContain("interrupted (8)");
    }

    [Fact]
    public async Task A_second_interruption_ends_at_once()
    {
        _space.Write("stubborn", "");
        using var host = HostProcess.Start(_space, "waiting");
        await host.PrintsAsync("waiting now");
        host.Signal(HostProcess.Interrupt);
        await host.PrintsAsync("Stopping:");
        host.Signal(HostProcess.Interrupt);
        (await host.EndsAsync()).ShouldBe(8);
        _space.Has("out").ShouldBeFalse();

        File.Delete(_space.PathOf("stubborn"));
        using var next = HostProcess.Start(_space, "waiting");
        await next.PrintsAsync("waiting now");
        _space.Files(".kiln/staging").Count.ShouldBe(1); // what the first run left is gone
        next.Signal(HostProcess.Interrupt);
        await next.EndsAsync();
    }

    [Fact]
    public async Task A_second_run_in_one_workspace_says_who_holds_it_and_ends_with_9()
    {
        using var first = HostProcess.Start(_space, "waiting");
        await first.PrintsAsync("waiting now");
        using var second = HostProcess.Start(_space, "waiting");
        (await second.EndsAsync()).ShouldBe(9, second.Printed);
        second.Printed.ShouldContain("Another run holds the workspace:");
        second.Printed.ShouldContain("held by    process ");

        using var tree = HostProcess.Start(_space, "waiting", "--dryrun");
        (await tree.EndsAsync()).ShouldBe(0, tree.Printed);

        first.Signal(HostProcess.Kill);
        await first.EndsAsync();
        using var third = HostProcess.Start(_space, "waiting");
        await third.PrintsAsync("waiting now");
        third.Signal(HostProcess.Interrupt);
        (await third.EndsAsync()).ShouldBe(8);
    }

    [Fact]
    public async Task A_run_killed_at_any_moment_ends_like_an_undisturbed_one()
    {
        using var calm = new PipelineSpace();
        calm.Write("in.txt", "some text");
        using (var host = HostProcess.Start(calm, "chain", "--jobs", "2")) (await host.EndsAsync()).ShouldBe(0, host.Printed);

        var random = new Random(20180401);
        for (var round = 0; round < 8; round++)
        {
            if (round % 2 == 0 && _space.Has(".kiln/results")) Directory.Delete(_space.PathOf(".kiln/results"), recursive: true);
            using var host = HostProcess.Start(_space, "chain", "--jobs", "2", "--verbosity", "verbose");
            await Task.WhenAny(host.PrintsAsync(": started"), host.EndsAsync());
            await Task.Delay(random.Next(300));
            host.Signal(HostProcess.Kill);
            await host.EndsAsync();
            foreach (var path in _space.Files("out").Where(path => !path.Contains("kiln-partial")))
                _space.Read(path).ShouldBe(calm.Read(path), "a file that is visible is whole");
        }

        using (var last = HostProcess.Start(_space, "chain", "--jobs", "2")) (await last.EndsAsync()).ShouldBe(0, last.Printed);
        _space.OwnFiles.ShouldBe(calm.OwnFiles);
        foreach (var path in calm.OwnFiles) _space.Read(path).ShouldBe(calm.Read(path), path);
        _space.Files(".kiln/staging").ShouldBeEmpty();

        using var again = HostProcess.Start(_space, "chain");
        await again.EndsAsync();
        again.Printed.ShouldContain("10 up to date");
    }
}
