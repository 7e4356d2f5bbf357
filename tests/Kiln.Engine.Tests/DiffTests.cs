using System.Diagnostics;
using System.Text.Json;

namespace Kiln.Tests;

/// <summary>What <c>diff</c> tells of two commits from their lock files.</summary>
public sealed class DiffTests : IDisposable
{
    const string Lock = "pipelines/test/pipeline.lock";
    readonly PipelineSpace _space = new();

    public DiffTests()
    {
        Git("init", "-q");
        _space.Write(".gitignore", "out\n.kiln\n");
        _space.Write(Lock, Text(depth: 3, auc: "0.875", hash: 'a', further: "  [2018-04-01]  " + H('1') + " " + H('2') + "\n"));
        Commit("first");
        _space.Write(Lock, Text(depth: 5, auc: "0.9", hash: 'b', further: "  [2018-04-01]  " + H('1') + " " + H('3') + "\n  [2018-04-02]  " + H('1') + " " + H('2') + "\n"));
    }

    public void Dispose() => _space.Dispose();

    [Fact]
    public async Task Settings_metrics_and_data_of_head_and_the_working_copy()
    {
        await _space.SucceedAsync("diff");
        _space.Printed.ShouldBe("""
            pipelines/test/pipeline.lock

            Stage  Setting      HEAD  working copy
            Train  train.depth  3     5

            Stage  Metric  HEAD   working copy  Change
            Train  AUC     0.875  0.9           +0.025

            Stage  Data                         HEAD          working copy
            Train  output models/m.safetensors  aaaaaaaaaaaa  bbbbbbbbbbbb
            Days   2 partitions                 2018-04-01    2018-04-01, 2018-04-02

            """);
    }

    [Fact]
    public async Task Two_revisions_are_compared_whatever_the_working_copy_holds()
    {
        Commit("second");
        _space.Write(Lock, "<<<<<<< HEAD\n");
        await _space.SucceedAsync("diff", "HEAD~1", "HEAD", "--json");
        using var answer = JsonDocument.Parse(_space.Printed);
        var changes = answer.RootElement.GetProperty("pipelines")[0].GetProperty("changes").EnumerateArray()
            .Select(change => $"{change.GetProperty("stage")} {change.GetProperty("kind")} {change.GetProperty("label")} {change.GetProperty("from")}→{change.GetProperty("to")}").ToList();
        changes.ShouldContain("Train setting train.depth 3→5");
        changes.ShouldContain("Train metric AUC 0.875→0.9");
        changes.ShouldContain($"Days partition 2018-04-02 →{H('1')} {H('2')}");
    }

    [Fact]
    public async Task One_revision_is_compared_with_the_working_copy()
    {
        Commit("second");
        await _space.SucceedAsync("diff", "HEAD~1");
        _space.Printed.ShouldContain("train.depth  3       5");
        await _space.SucceedAsync("diff", "HEAD");
        _space.Printed.ShouldBe("Nothing differs between HEAD and working copy.\n");
    }

    [Fact]
    public async Task A_pipeline_that_only_one_revision_has_is_named_and_a_renamed_one_is_recognized()
    {
        Commit("second");
        Git("mv", "pipelines/test", "pipelines/renamed");
        Commit("third");
        await _space.SucceedAsync("diff", "HEAD~1", "HEAD");
        _space.Printed.ShouldBe("pipelines/renamed/pipeline.lock, which was pipelines/test/pipeline.lock\n");

        _space.Write("pipelines/other/pipeline.lock", "# x\n\nOther\n  setting  a = 1\n");
        Git("rm", "-q", "-r", "pipelines/renamed");
        Commit("fourth");
        await _space.SucceedAsync("diff", "HEAD~1", "HEAD");
        _space.Printed.ShouldContain("pipelines/other/pipeline.lock: only in HEAD\n  stage Other is only in HEAD\n");
        _space.Printed.ShouldContain("pipelines/renamed/pipeline.lock: only in HEAD~1\n");
    }

    [Fact]
    public async Task Stages_only_one_revision_has_are_named()
    {
        _space.Write(Lock, "# x\n\nNew\n  setting  a = 1\n\nTrain\n");
        await _space.SucceedAsync("diff");
        _space.Printed.ShouldContain("  stage New is only in working copy\n");
        _space.Printed.ShouldContain("  stage Days is only in HEAD\n");
        _space.Printed.ShouldContain("Train  train.depth  3     (none)");
    }

    [Fact]
    public async Task An_unknown_revision_merge_markers_and_no_repository_are_errors_for_people()
    {
        (await _space.RunAsync("diff", "nonesuch")).ShouldBe(2);
        _space.Printed.ShouldContain("Git does not know this revision");
        (await _space.RunAsync("diff", "--", "--output=x")).ShouldBe(2);
        _space.Write(Lock, "\n<<<<<<< HEAD\nx\n");
        (await _space.RunAsync("diff")).ShouldBe(2);
        _space.Printed.ShouldContain("merge markers");
        Directory.Delete(_space.PathOf(".git"), recursive: true);
        (await _space.RunAsync("diff")).ShouldBe(2);
        _space.Printed.ShouldContain("no git repository");
    }

    static string H(char digit) => new(digit, 64);

    static string Text(int depth, string auc, char hash, string further) => $"""
        # What each stage was last made from, and what it made. Written by Kiln; commit it, and after a merge run the pipeline.

        Days
          setting  delay = 7
        {further}
        Train
          setting  train.depth = {depth}
          setting  train.seed = 1
          input    data/x.parquet  {H('c')}
          output   models/m.safetensors  {H(hash)}
          metric   AUC = {auc}

        """;

    void Commit(string message)
    {
        Git("add", "-A");
        Git("-c", "user.name=Test", "-c", "user.email=test@example.com", "commit", "-q", "-m", message);
    }

    void Git(params string[] arguments)
    {
        using var git = Process.Start(new ProcessStartInfo("git", arguments) { WorkingDirectory = _space.Root })!;
        git.WaitForExit();
        git.ExitCode.ShouldBe(0);
    }
}
