namespace Kiln.Registry.Tests;

/// <summary>A <c>reproduce</c> that is interrupted, killed, or finds no room: whole processes, as people have them.</summary>
public sealed class InterruptedTests : IDisposable
{
    readonly ReproducedSpace _space = new("if [[ -n ${WAITING:-} ]]; then touch $WAITING; sleep 60; fi");
    readonly ReproduceProcess _process = new();

    public InterruptedTests()
    {
        _space.Register();
        _space.Write(".kiln/tools/stamp", "set up\n");
    }

    public void Dispose()
    {
        _process.Dispose();
        _space.Dispose();
    }

    [Theory]
    [InlineData("git", "INT", true)]
    [InlineData("git", "TERM", false)]
    [InlineData("cp", "INT", true)]
    [InlineData("cp", "TERM", false)]
    [InlineData("build", "INT", true)]
    [InlineData("build", "TERM", true)]
    [InlineData("build", "TERM", false)]
    public async Task An_interruption_is_told_as_one_at_every_step_and_leaves_nothing(string during, string signal, bool toGroup)
    {
        WaitDuring(during);
        _process.Start(_space.Root, ["reproduce", "shop"]);
        await _process.WaitsAsync();

        _process.Signal(signal, toGroup);

        (await _process.EndsAsync()).ShouldBe(8, _process.Printed);
        _process.Printed.ShouldContain("Interrupted: shop/1 was not made again; the clean tree is removed.");
        _process.Printed.ShouldNotContain("Free some space");
        _process.Printed.ShouldNotContain("The lines above");
        Trees().ShouldBe(1);
        Directory.GetDirectories(_process.Temporary, "kiln-reproduce-*").ShouldBeEmpty();
    }

    [Theory]
    [InlineData("cp", "INT")]
    [InlineData("build", "TERM")]
    public async Task A_tree_that_is_to_be_kept_stays_and_is_named(string during, string signal)
    {
        WaitDuring(during);
        _process.Start(_space.Root, ["reproduce", "shop", "--keep"]);
        await _process.WaitsAsync();

        _process.Signal(signal, toGroup: true);

        (await _process.EndsAsync()).ShouldBe(8, _process.Printed);
        var tree = Path.Combine(Directory.GetDirectories(_process.Temporary, "kiln-reproduce-*").ShouldHaveSingleItem(), "tree");
        _process.Printed.ShouldContain($"the clean tree is {tree}.");
        File.Exists(Path.Combine(tree, "build.sh")).ShouldBeTrue();
        _space.Git("worktree", "remove", "--force", tree);
    }

    [Fact]
    public async Task The_locked_tree_of_a_killed_one_is_cleared_by_the_next_and_no_other_is()
    {
        _process.Replace("git", """if [[ $1 == worktree && $2 == add ]]; then "$REAL" "$@"; "$REAL" worktree lock "${@: -2:1}"; wait_here; fi; exec "$REAL" "$@" """);
        _process.Start(_space.Root, ["reproduce", "shop"]);
        await _process.WaitsAsync();
        _process.Signal("KILL", toGroup: true);
        await _process.EndsAsync();
        Trees().ShouldBe(2);
        using var atWork = CleanTree.Of(_space.Root, "HEAD", CancellationToken.None);
        var kept = CleanTree.Of(_space.Root, "HEAD", CancellationToken.None);
        kept.Keep();
        kept.Dispose();

        _space.Run("reproduce", "shop").ShouldBe(0, _space.Printed);

        Directory.GetDirectories(_process.Temporary, "kiln-reproduce-*").ShouldBeEmpty();
        Directory.Exists(atWork.Root).ShouldBeTrue();
        Directory.Exists(kept.Root).ShouldBeTrue();
        Trees().ShouldBe(3);
        Directory.Delete(Path.GetDirectoryName(kept.Root)!, recursive: true);
    }

    [Fact]
    public async Task A_folder_for_temporary_files_that_is_not_there_is_named()
    {
        _process.Start(_space.Root, ["reproduce", "shop"], temporary: "/nowhere/at-all");

        (await _process.EndsAsync()).ShouldBe(1, _process.Printed);

        _process.Printed.ShouldContain("There is no room for a clean tree.");
        _process.Printed.ShouldContain("/nowhere/at-all");
        _process.Printed.ShouldContain("TMPDIR");
    }

    [Fact]
    public async Task Of_thousands_of_lines_about_a_full_disk_the_last_are_told()
    {
        _process.Replace("cp", """for i in $(seq 3000); do echo "cp: error writing file-$i: No space left on device" >&2; done; exit 1""");
        _process.Start(_space.Root, ["reproduce", "shop"]);

        (await _process.EndsAsync()).ShouldBe(1, _process.Printed);

        _process.Printed.ShouldContain("file-3000: No space left on device");
        _process.Printed.ShouldNotContain("file-2900:");
        _process.Printed.ShouldContain("What is set up for building cannot be copied.");
        _process.Printed.Split('\n').Length.ShouldBeLessThan(20);
    }

    void WaitDuring(string program)
    {
        if (program == "git") _process.Replace("git", """if [[ $1 == worktree && $2 == add ]]; then wait_here; fi; exec "$REAL" "$@" """);
        if (program == "cp") _process.Replace("cp", "wait_here");
    }

    int Trees() => _space.Git("worktree", "list").Split('\n', StringSplitOptions.RemoveEmptyEntries).Length;
}
