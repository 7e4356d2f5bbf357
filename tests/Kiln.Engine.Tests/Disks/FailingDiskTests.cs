namespace Kiln.Tests;

/// <summary>The disk fails at any one moment of a run: the error is told, nothing half-written is trusted, and the next run ends as if nothing had been.</summary>
public sealed class FailingDiskTests
{
    static readonly int[] Moments = [1, 2, 3, 5, 8, 13, 21, 34];

    [FailingDiskTheory]
    [InlineData("read", FailingDisk.InputOutputError)]
    [InlineData("write", FailingDisk.InputOutputError)]
    [InlineData("write", FailingDisk.NoSpace)]
    [InlineData("create", FailingDisk.NoSpace)]
    [InlineData("mkdir", FailingDisk.NoSpace)]
    [InlineData("rename", FailingDisk.InputOutputError)]
    [InlineData("unlink", FailingDisk.InputOutputError)]
    public async Task A_disk_that_fails_at_any_moment_costs_runs_and_no_result(string operation, int error)
    {
        using var disk = new FailingDisk();
        var space = new PipelineSpace(root: Path.Combine(disk.Root, "work")); // goes with its disk
        space.Declare = pipeline =>
        {
            var text = pipeline.Add(space.Stage("text", "in.txt"));
            var parts = pipeline.Add(new FolderStage("parts", text.Text, space));
            pipeline.Add(space.Stage("last", new Input<PlainFile>("out/parts/first.txt")));
        };
        space.Write("in.txt", "0");
        await space.SucceedAsync();
        var failures = 0;
        foreach (var moment in Moments)
        {
            space.Write("in.txt", $"{moment}");
            disk.Fail(operation, error, moment);
            var exitCode = await space.RunAsync();
            disk.Heal();
            if (exitCode != 0) failures++;
            ShouldBeCalm(space.Printed, $"{operation} {moment}");

            await space.SucceedAsync();
            space.Read("out/last.txt").ShouldBe($"last(first of text({moment}))");
            space.Read("out/parts/deep/second.txt").ShouldBe($"second of text({moment})");
            space.OwnFiles.ShouldBe(["in.txt", "out/last.txt", "out/parts/deep/second.txt", "out/parts/first.txt", "out/text.txt", "pipelines/test/pipeline.lock"]);
            await space.SucceedAsync();
            space.Printed.ShouldContain("3 up to date");
        }

        failures.ShouldBeGreaterThan(0, "the disk never failed a run");
    }

    [FailingDiskTheory]
    [InlineData(".kiln/objects")]
    [InlineData(".kiln/results")]
    [InlineData(".kiln/state")]
    public async Task What_Kiln_keeps_on_a_bad_sector_is_made_again(string place)
    {
        using var disk = new FailingDisk();
        var space = new PipelineSpace(root: Path.Combine(disk.Root, "work")); // goes with its disk
        space.Declare = pipeline => pipeline.Add(space.Stage("text", "in.txt"));
        space.Write("in.txt", "0");
        await space.SucceedAsync();
        space.Write("in.txt", "1");
        await space.SucceedAsync();
        space.Write("in.txt", "0");
        disk.Spoil("work/" + place);
        await space.SucceedAsync();
        disk.Heal();
        space.Read("out/text.txt").ShouldBe("text(0)");
        ShouldBeCalm(space.Printed, place);
        await space.SucceedAsync();
        space.Ran.ShouldBeEmpty();
    }

    static void ShouldBeCalm(string printed, string when)
    {
        printed.ShouldNotContain("A fault in Kiln itself", Case.Sensitive, when);
        printed.ShouldNotContain("   at ", Case.Sensitive, when);
        printed.ShouldNotContain("threw an error of its own", Case.Sensitive, when);
    }
}
