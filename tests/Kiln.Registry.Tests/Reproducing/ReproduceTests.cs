using System.Text;
using System.Text.Json;

namespace Kiln.Registry.Tests;

public sealed class ReproduceTests
{
    [Fact]
    public void A_version_comes_out_the_same_and_leaves_nothing_behind()
    {
        using var space = new ReproducedSpace();
        space.Register();
        var before = space.HashOf(ReproducedSpace.Log);

        space.Run("reproduce", "shop").ShouldBe(0, space.Printed);

        space.Printed.ShouldContain("shop/1 came out the same: 3 files");
        space.Git("worktree", "list").Split('\n', StringSplitOptions.RemoveEmptyEntries).Length.ShouldBe(1);
        space.HashOf(ReproducedSpace.Log).ShouldBe(before);
    }

    [Fact]
    public void The_build_is_asked_for_what_comes_out_the_same_with_the_settings_of_then()
    {
        using var space = new ReproducedSpace();
        space.Register();

        space.Run("reproduce", "shop", "--keep", "--json").ShouldBe(0, space.Printed);

        var tree = JsonDocument.Parse(space.Printed[space.Printed.IndexOf("{\n", StringComparison.Ordinal)..]).RootElement.GetProperty("tree").GetString()!;
        File.ReadAllText(Path.Combine(tree, "arguments.ignored")).Trim().ShouldBe("--pipeline shop --set fit.rows=2 --target Judge");
        space.Git("worktree", "remove", "--force", tree);
        Directory.Delete(Path.GetDirectoryName(tree)!, recursive: true);
    }

    [Fact]
    public void The_first_stage_and_file_that_differ_are_named_and_what_follows_is_not_held_against_it()
    {
        using var space = new ReproducedSpace($"echo other >>{ReproducedSpace.Clean}; echo more >>models/shop/manifest.json");
        space.Register();

        space.Run("reproduce", "shop").ShouldBe(1, space.Printed);

        space.Printed.ShouldEndWith($"shop/1 did not come out the same: the first that differs is {ReproducedSpace.Clean} of Tidy, byte 10; --keep leaves the tree, to look at what was made.\n");
        space.Printed.ShouldContain($"it reads {ReproducedSpace.Clean}, which differs");
    }

    [Fact]
    public void Of_each_stage_it_is_told_how_many_files_are_equal_differ_and_were_not_compared()
    {
        using var space = new ReproducedSpace($"echo other >>{ReproducedSpace.Clean}; echo more >>models/shop/manifest.json");
        space.Register(document => document with { Stages = document.Stages.SetItem(1, document.Stages[1] with { Outputs = document.Stages[1].Outputs.Add(ReproducedSpace.Weights, space.HashOf(ReproducedSpace.Weights)) }) });

        space.Run("reproduce", "shop").ShouldBe(1, space.Printed);

        var rows = space.Printed.Split('\n').Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)).Where(words => words.Length > 4).ToLookup(words => words[0]);
        rows["Tidy"].Single()[1..5].ShouldBe(["differs", "0", "1", "0"]);
        rows["Fit"].Single()[1..6].ShouldBe(["partly", "equal", "1", "0", "2"]);
    }

    [Fact]
    public void Of_a_text_the_lines_that_differ_are_shown_in_short()
    {
        using var space = new ReproducedSpace($"sed -i 's/first/worst/' {ReproducedSpace.Clean}");
        space.Write("words.txt", $"a\n{new string('x', 200)} the first of all\n");
        space.Commit();
        space.Register();

        space.Run("reproduce", "shop").ShouldBe(1, space.Printed);

        space.Printed.ShouldContain($"{ReproducedSpace.Clean}: byte 211, in line 4\n");
        space.Printed.ShouldContain($"  was         …{new string('x', 35)} the first of all\n");
        space.Printed.ShouldContain($"  made again  …{new string('x', 35)} the worst of all\n");
    }

    [Fact]
    public void A_commit_that_a_shallow_clone_left_out_is_fetched_by_unshallowing()
    {
        using var space = new ReproducedSpace();
        space.Write("words.txt", "second\n");
        space.Commit();
        space.Register(document => document with { Commit = space.Git("rev-parse", "HEAD~1").Trim() });
        File.WriteAllText(space.PathOf(".git/shallow"), space.Git("rev-parse", "HEAD"));
        space.Git("reflog", "expire", "--expire=now", "--all");
        space.Git("gc", "--quiet", "--prune=now");

        space.Run("reproduce", "shop").ShouldBe(1, space.Printed);

        space.Printed.ShouldContain("git fetch --unshallow");
    }

    [Fact]
    public void Where_there_is_no_repository_or_no_folder_that_is_said()
    {
        using var space = new ReproducedSpace();
        space.Register();
        Directory.Move(space.PathOf(".git"), space.PathOf("not-git"));
        space.Run("reproduce", "shop").ShouldBe(1, space.Printed);
        space.Printed.ShouldContain("there is no git repository here");

        space.Run("reproduce", "shop", "--working", "/nowhere/at-all").ShouldBe(2, space.Printed);
        space.Printed.ShouldContain("The workspace is not there:");
    }

    [Fact]
    public void A_fetch_that_may_have_failed_is_told_with_what_it_needs()
    {
        using var space = new ReproducedSpace("echo no host >&2; exit 3");
        space.Register(document => document with { Stages = document.Stages.SetItem(0, document.Stages[0] with { UsesNetwork = true }) });

        space.Run("reproduce", "shop").ShouldBe(1, space.Printed);

        space.Printed.ShouldContain("Tidy must reach the network, or what was fetched be kept in .kiln/objects or KILN_CACHE");
    }

    [Fact]
    public void Of_weights_the_tensor_the_index_and_both_values_are_told()
    {
        using var space = new ReproducedSpace($"cp other.bin {ReproducedSpace.Weights}");
        File.WriteAllBytes(space.PathOf("other.bin"), ReproducedSpace.Tensor(0.5f, 1.25f));
        space.Commit();
        space.Register();

        space.Run("reproduce", "shop").ShouldBe(1, space.Printed);

        space.Printed.ShouldContain("weights.safetensors: tensor layer.weight at [0, 1]: 1.5, and 1.25 made again");
    }

    [Theory]
    [InlineData("1e-3", 0)]
    [InlineData("1e-5", 1)]
    public void A_model_of_a_GPU_may_differ_within_a_tolerance(string tolerance, int exitCode)
    {
        using var space = new ReproducedSpace($"cp other.bin {ReproducedSpace.Weights}");
        File.WriteAllBytes(space.PathOf("other.bin"), ReproducedSpace.Tensor(0.5f, 1.5003f));
        space.Commit();
        space.Register(accelerator: "cuda");

        space.Run("reproduce", "shop", "--tolerance", tolerance).ShouldBe(exitCode, space.Printed);

        if (exitCode == 0) space.Printed.ShouldContain("within the tolerance");
        else space.Printed.ShouldContain("tensor layer.weight at [0, 1]");
    }

    [Theory]
    [InlineData("1e-3", "made on the CPU")]
    [InlineData("many", "This is no tolerance.")]
    [InlineData("-1", "This is no tolerance.")]
    public void A_tolerance_that_makes_no_sense_is_refused(string tolerance, string said)
    {
        using var space = new ReproducedSpace();
        space.Register();

        space.Run("reproduce", "shop", $"--tolerance={tolerance}").ShouldBe(2, space.Printed);

        space.Printed.ShouldContain(said);
    }

    [Fact]
    public void Data_that_was_changed_or_is_gone_is_named_before_anything_runs()
    {
        using var space = new ReproducedSpace();
        space.Register();
        space.Write(ReproducedSpace.Data, "c\n");

        space.Run("reproduce", "shop").ShouldBe(1, space.Printed);
        space.Printed.ShouldContain("another now");
        space.Printed.ShouldContain(space.PathOf(ReproducedSpace.Data));
        space.Printed.ShouldNotContain("Building");

        File.Delete(space.PathOf(ReproducedSpace.Data));
        space.Run("reproduce", "shop").ShouldBe(1, space.Printed);
        space.Printed.ShouldContain("gone; it was");
        space.Git("worktree", "list").Split('\n', StringSplitOptions.RemoveEmptyEntries).Length.ShouldBe(1);
    }

    [Fact]
    public void Data_that_is_gone_is_taken_from_what_is_kept()
    {
        using var space = new ReproducedSpace();
        space.Register();
        space.Keep(File.ReadAllBytes(space.PathOf(ReproducedSpace.Data)));
        File.Delete(space.PathOf(ReproducedSpace.Data));

        space.Run("reproduce", "shop").ShouldBe(0, space.Printed);
    }

    [Theory]
    [InlineData("1\n", 0)]
    [InlineData("2\n", 1)]
    public void Data_outside_the_workspace_is_looked_for_where_the_settings_point(string now, int exitCode)
    {
        using var space = new ReproducedSpace();
        var outside = Directory.CreateTempSubdirectory("kiln-outside-").FullName;
        File.WriteAllText(Path.Combine(outside, "day.csv"), "1\n");
        var hash = Kiln.Fingerprinting.ContentHash.OfPath(Path.Combine(outside, "day.csv"))!.Value.ToString();
        space.Register(document => document with { Overrides = [$"source.path={outside}"], Stages = document.Stages.SetItem(0, document.Stages[0] with { Inputs = document.Stages[0].Inputs.Add("Days day.csv", hash) }) });
        File.WriteAllText(Path.Combine(outside, "day.csv"), now);

        space.Run("reproduce", "shop").ShouldBe(exitCode, space.Printed);

        if (exitCode == 1) space.Printed.ShouldContain($"another now: it was {hash[..12]}, {outside}/day.csv is ");
        Directory.Delete(outside, recursive: true);
    }

    /// <summary>One of two files of the folder was changed since, or the whole folder is gone.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Data_outside_the_workspace_that_changed_since_is_taken_from_what_is_kept(bool isThere)
    {
        using var space = new ReproducedSpace("cp \"${4#*=}\"/day.csv seen.day.csv; cp \"${4#*=}\"/hour.csv seen.hour.csv");
        var outside = Directory.CreateTempSubdirectory("kiln-outside-").FullName;
        string Given(string name, string text)
        {
            File.WriteAllText(Path.Combine(outside, name), text);
            return space.Keep(Encoding.UTF8.GetBytes(text));
        }
        var inputs = new Dictionary<string, string> { ["Days day.csv"] = Given("day.csv", "1\n"), ["Hours hour.csv"] = Given("hour.csv", "2\n") };
        space.Register(document => document with { Overrides = [$"source.path={outside}"], Stages = document.Stages.SetItem(0, document.Stages[0] with { Inputs = document.Stages[0].Inputs.AddRange(inputs) }) });
        if (isThere) File.WriteAllText(Path.Combine(outside, "day.csv"), "3\n");
        else Directory.Delete(outside, recursive: true);

        space.Run("reproduce", "shop", "--keep", "--json").ShouldBe(0, space.Printed);

        var tree = JsonDocument.Parse(space.Printed[space.Printed.IndexOf("{\n", StringComparison.Ordinal)..]).RootElement.GetProperty("tree").GetString()!;
        (File.ReadAllText(Path.Combine(tree, "seen.day.csv")), File.ReadAllText(Path.Combine(tree, "seen.hour.csv"))).ShouldBe(("1\n", "2\n"));
        space.Git("worktree", "remove", "--force", tree);
        Directory.Delete(Path.GetDirectoryName(tree)!, recursive: true);
        if (isThere) Directory.Delete(outside, recursive: true);
    }

    [Fact]
    public void A_commit_that_is_not_there_and_no_commit_at_all_are_told()
    {
        using var space = new ReproducedSpace();
        space.Register(document => document with { Commit = new string('0', 40) });
        space.Run("reproduce", "shop").ShouldBe(1, space.Printed);
        space.Printed.ShouldContain("its commit is not in this repository");

        using var other = new ReproducedSpace();
        other.Register(document => document with { Commit = "" });
        other.Run("reproduce", "shop").ShouldBe(1, other.Printed);
        other.Printed.ShouldContain("outside a git repository");
    }

    [Fact]
    public void A_version_of_a_dirty_tree_is_made_from_what_differed_as_long_as_that_is_kept()
    {
        using var space = new ReproducedSpace();
        space.Write("words.txt", "second\n");
        space.Write("notes.txt", "of nobody\n");
        var patch = space.Git("diff", "--binary", "HEAD") + $"untracked {space.HashOf("notes.txt")} notes.txt\n";
        var hash = space.Keep(Encoding.UTF8.GetBytes(patch));
        space.Register(document => document with { IsDirty = true, Patch = hash, Differing = ["notes.txt", "words.txt"] });
        space.Git("checkout", "-q", "words.txt");

        space.Run("reproduce", "shop").ShouldBe(0, space.Printed);
        space.Run("trace", "shop").ShouldBe(0, space.Printed);
        space.Printed.ShouldContain("  differs   words.txt\n");
        space.Printed.ShouldContain($"  untracked {space.HashOf("notes.txt")}  notes.txt\n");
        space.Run("trace", "shop", "--json").ShouldBe(0, space.Printed);
        var traced = JsonDocument.Parse(space.Printed).RootElement;
        traced.GetProperty("untracked").EnumerateArray().Single().GetProperty("hash").GetString().ShouldBe(space.HashOf("notes.txt"));
        traced.GetProperty("differing").GetArrayLength().ShouldBe(2);

        File.Delete(space.PathOf("notes.txt"));
        space.Run("reproduce", "shop").ShouldBe(1, space.Printed);
        space.Printed.ShouldContain("notes.txt");
        File.Delete(space.PathOf($".kiln/objects/{hash[..2]}/{hash[2..]}"));
        space.Run("reproduce", "shop").ShouldBe(1, space.Printed);
        space.Printed.ShouldContain("what differed from its commit is no longer kept");
        space.Run("trace", "shop").ShouldBe(0, space.Printed);
        space.Printed.ShouldContain($"  differs   notes.txt\n  differs   words.txt\n  what differed is not kept any more: patch {hash}\n");
    }

    [Fact]
    public void A_build_that_fails_is_told_with_its_command()
    {
        using var space = new ReproducedSpace("echo no memory left >&2; exit 3");
        space.Register();

        space.Run("reproduce", "shop").ShouldBe(1, space.Printed);

        space.Printed.ShouldContain("no memory left");
        space.Printed.ShouldContain("--pipeline shop --set fit.rows=2");
        space.Printed.ShouldContain("--keep leaves the tree to look at");
        space.Git("worktree", "list").Split('\n', StringSplitOptions.RemoveEmptyEntries).Length.ShouldBe(1);
    }

    [Fact]
    public void Another_library_is_no_reason_to_refuse_but_may_explain_a_difference()
    {
        using var space = new ReproducedSpace($"echo other >>{ReproducedSpace.Clean}");
        space.Register(document => document with { Environment = document.Environment.SetItem("libtorch", "0.1") });

        space.Run("reproduce", "shop").ShouldBe(1, space.Printed);

        space.Printed.ShouldContain("Otherwise than then: libtorch was 0.1");
        space.Printed.ShouldContain("This may explain it: libtorch was 0.1");
    }

    [Fact]
    public void Where_all_outputs_vary_there_is_nothing_to_compare()
    {
        using var space = new ReproducedSpace();
        space.Register(document => document with { Stages = [document.Stages[1] with { Varying = [ReproducedSpace.Model, ReproducedSpace.Log] }] });

        space.Run("reproduce", "shop").ShouldBe(1, space.Printed);

        space.Printed.ShouldContain("Nothing of this version comes out the same each time");
    }
}
