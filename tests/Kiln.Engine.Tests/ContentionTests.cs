using Kiln.Caching;
using Kiln.Fingerprinting;
using Kiln.Hosting;

namespace Kiln.Tests;

/// <summary>Many runs at once: in one workspace one of them runs; one cache serves many.</summary>
public sealed class ContentionTests : IDisposable
{
    readonly PipelineSpace _space = new();

    public ContentionTests() => _space.Write("in.txt", "some text");

    public void Dispose() => _space.Dispose();

    [Theory]
    [InlineData(2)]
    [InlineData(20)]
    public async Task Of_many_runs_in_one_workspace_one_runs_and_the_others_say_who_holds_it(int count)
    {
        using var printed = new StringWriter();
        RoutedConsole.SendTo(printed);
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var stage = new Func<Stage>(() => new TextStage("a", ["in.txt"], _space)
        {
            Body = async (run, stage) =>
            {
                await release.Task.WaitAsync(TimeSpan.FromSeconds(60));
                stage.WriteText(run);
            },
        });
        var runs = Enumerable.Range(0, count).Select(_ => Task.Run(() =>
            KilnHost.Create().Add(new PipelineDefinition("test", pipeline => pipeline.Add(stage()))).In(_space.Root).Run([]))).ToList();
        var refused = new List<int>();
        while (refused.Count < count - 1)
        {
            var ended = await Task.WhenAny(runs);
            runs.Remove(ended);
            refused.Add(await ended);
        }

        release.SetResult();
        (await runs.Single()).ShouldBe(0, printed.ToString());
        refused.ShouldAllBe(exitCode => exitCode == 9);
        printed.ToString().Split("held by    ").Length.ShouldBe(count);
        _space.Ran.ShouldBe(["a"]);
        await _space.SucceedAsync();
    }

    [Fact]
    public async Task Four_processes_fill_one_cache_and_the_death_of_one_leaves_it_whole()
    {
        using var cache = new PipelineSpace();
        var spaces = Enumerable.Range(0, 5).Select(_ => new PipelineSpace()).ToArray();
        foreach (var space in spaces) space.Write("in.txt", "some text");
        var environment = new Dictionary<string, string> { ["KILN_CACHE"] = cache.Root };
        var hosts = spaces.Take(4).Select(space => HostProcess.StartWith(space, environment, "chain", "--jobs", "2", "--verbosity", "verbose")).ToArray();
        await hosts[0].PrintsAsync("left1: ");
        hosts[0].Signal(HostProcess.Kill);
        (await hosts[0].EndsAsync()).ShouldBe(137);
        foreach (var host in hosts[1..]) (await host.EndsAsync()).ShouldBe(0, host.Printed);

        foreach (var path in cache.Files("objects"))
            ContentHash.Of(File.ReadAllBytes(cache.PathOf(path))).ToString().ShouldBe(path["objects/".Length..].Replace("/", ""), "an object is not what its name says");
        var kept = Cache.Of(_space.PathOf(".kiln"), cache.Root).Results;
        foreach (var path in cache.Files("results")) kept.Find(ContentHash.Parse(path["results/".Length..].Replace("/", ""))).ShouldNotBeNull();

        using var last = HostProcess.StartWith(spaces[4], environment, "chain");
        (await last.EndsAsync()).ShouldBe(0, last.Printed);
        last.Printed.ShouldContain("10 restored");
        foreach (var path in spaces[1].Files("out")) spaces[4].Read(path).ShouldBe(spaces[1].Read(path));
        foreach (var host in hosts) host.Dispose();
        foreach (var space in spaces) space.Dispose();
    }

    [MountFact]
    public async Task A_cache_whose_disk_is_full_fails_the_stage_and_nothing_else()
    {
        using var small = new PipelineSpace();
        using var space = new PipelineSpace { Cache = small.PathOf("cache") };
        space.Write("in.txt", "x");
        space.Declare = pipeline =>
        {
            pipeline.Add(new TextStage("big", ["in.txt"], space) { Body = (run, stage) => File.WriteAllBytesAsync(run.Open(stage.Text).Path, new byte[4 << 20]) });
            pipeline.Add(space.Stage("small", "in.txt"));
        };
        using (SmallDisk.OfMegabytes(small.PathOf("cache"), 2))
        {
            (await space.RunAsync("--keep-going", "--jobs", "1")).ShouldBe(1);
            space.Printed.ShouldContain("The disk is full:");
            space.Has("out/big.txt").ShouldBeFalse();
            space.Read("out/small.txt").ShouldBe("small(x)");
            small.Files("cache/tmp").ShouldBeEmpty();
            (await space.RunAsync("--target", "small")).ShouldBe(0, space.Printed);
            space.Ran.ShouldBeEmpty();
        }

        await space.SucceedAsync();
        new FileInfo(space.PathOf("out/big.txt")).Length.ShouldBe(4 << 20);
    }
}
