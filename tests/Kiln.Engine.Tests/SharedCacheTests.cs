using Kiln.Caching;
using Kiln.Fingerprinting;

namespace Kiln.Tests;

/// <summary>One cache used by several workspaces and processes at a time, on another file system than theirs, and one that cannot be written.</summary>
public sealed class SharedCacheTests : IDisposable
{
    readonly string _cache = Directory.CreateTempSubdirectory("kiln-cache-").FullName;
    readonly PipelineSpace _space;
    readonly PipelineSpace _other;

    public SharedCacheTests() => (_space, _other) = (SpaceWith(_cache), SpaceWith(_cache));

    public void Dispose()
    {
        _space.Dispose();
        _other.Dispose();
        Directory.Delete(_cache, recursive: true);
    }

    [Fact]
    public async Task A_second_workspace_runs_nothing_and_keeps_no_objects_of_its_own()
    {
        await _space.SucceedAsync();
        _space.Ran.ShouldBe(["text", "parts"]);
        await _other.SucceedAsync();
        _other.Ran.ShouldBeEmpty();
        _other.Printed.ShouldContain("2 restored");
        _other.Read("out/parts/deep/second.txt").ShouldBe("second of text(x)");
        _other.Has(".kiln/objects").ShouldBeFalse();
        _other.Has(".kiln/results").ShouldBeFalse();
    }

    [Fact]
    public async Task A_cache_on_another_file_system_gets_and_gives_whole_files()
    {
        var elsewhere = Directory.CreateDirectory($"/dev/shm/kiln-cache-{Guid.NewGuid():N}").FullName;
        try
        {
            using var first = SpaceWith(elsewhere);
            using var second = SpaceWith(elsewhere);
            await first.SucceedAsync();
            await second.SucceedAsync();
            second.Ran.ShouldBeEmpty();
            second.Read("out/parts/first.txt").ShouldBe("first of text(x)");
            Directory.GetFiles(Path.Combine(elsewhere, "tmp")).ShouldBeEmpty();
            first.Files(".kiln/staging").ShouldBeEmpty();
        }
        finally
        {
            Directory.Delete(elsewhere, recursive: true);
        }
    }

    [Fact]
    public async Task A_damaged_object_is_never_given_out_and_is_mended_for_all()
    {
        await _space.SucceedAsync();
        foreach (var path in Directory.GetFiles(Path.Combine(_cache, "objects"), "*", SearchOption.AllDirectories))
        {
            var bytes = File.ReadAllBytes(path);
            bytes[^1] ^= 1;
            File.Delete(path);
            File.WriteAllBytes(path, bytes);
        }

        await _other.SucceedAsync();
        _other.Ran.ShouldBe(["text", "parts"]);
        _other.Read("out/parts/first.txt").ShouldBe("first of text(x)");

        using var third = SpaceWith(_cache);
        await third.SucceedAsync();
        third.Ran.ShouldBeEmpty();
    }

    [Fact]
    public async Task What_a_dead_writer_left_is_swept_and_what_a_living_one_writes_is_not()
    {
        const long hour = 3_600_000_000_000;
        var folder = Directory.CreateDirectory(Path.Combine(_cache, "tmp")).FullName;
        var (left, held) = (Path.Combine(folder, "left"), Path.Combine(folder, "left-held"));
        foreach (var file in new[] { left, held }) File.WriteAllText(file, "half");
        File.SetLastWriteTimeUtc(left, DateTime.UtcNow.AddHours(-2)); // as a copy of an old file has it
        using var holding = new FileStream(held, FileMode.Open, FileAccess.Write, FileShare.None);
        await _space.SucceedAsync();
        CacheFolder.Sweep(folder, FileStamp.Of(left)!.Value.Changed + hour);
        Directory.GetFiles(folder).Order().ShouldBe([left, held]); // they may be a living writer's

        CacheFolder.Sweep(folder, FileStamp.Of(left)!.Value.Changed + hour + 1);
        Directory.GetFiles(folder).ShouldBe([held]);
    }

    [MountFact]
    public async Task A_cache_that_can_only_be_read_gives_what_it_has_and_says_where_new_results_go()
    {
        await _space.SucceedAsync();
        using var disk = SmallDisk.Sealed(_cache);
        await _other.SucceedAsync();
        _other.Ran.ShouldBeEmpty();
        _other.Printed.ShouldContain($"the cache {_cache} can only be read; new results are kept in the workspace");

        _other.Write("in.txt", "y");
        await _other.SucceedAsync();
        _other.Ran.ShouldBe(["text", "parts"]);
        Directory.Delete(_other.PathOf("out"), recursive: true);
        await _other.SucceedAsync();
        _other.Ran.ShouldBeEmpty();
        _other.Read("out/text.txt").ShouldBe("text(y)");
    }

    [Fact]
    public async Task A_place_that_cannot_be_a_cache_is_an_error_before_anything_runs()
    {
        using var file = SpaceWith(_space.PathOf("in.txt"));
        (await file.RunAsync()).ShouldBe(2);
        file.Printed.ShouldContain("The cache is a file, not a folder:");

        using var nowhere = SpaceWith(Path.Combine(_cache, "not", "mounted"));
        (await nowhere.RunAsync()).ShouldBe(2);
        nowhere.Printed.ShouldContain("The folder that the cache is to stand in is not there:");
        nowhere.Ran.ShouldBeEmpty();

        using var forbidden = SpaceWith("/proc/cache");
        (await forbidden.RunAsync()).ShouldBe(2);
        forbidden.Printed.ShouldContain("The folder of the cache cannot be made:\n  KILN_CACHE  /proc/cache\n  reason      ");
    }

    [Fact]
    public async Task Results_whose_objects_are_gone_are_made_again()
    {
        await _space.SucceedAsync();
        Directory.Delete(Path.Combine(_cache, "objects"), recursive: true);
        await _other.SucceedAsync();
        _other.Ran.ShouldBe(["text", "parts"]);
        _other.Printed.ShouldContain("text: the stored result is damaged; making it again");
    }

    static PipelineSpace SpaceWith(string cache)
    {
        var space = new PipelineSpace { Cache = cache };
        space.Write("in.txt", "x");
        space.Declare = pipeline => pipeline.Add(new FolderStage("parts", pipeline.Add(space.Stage("text", "in.txt")).Text, space));
        return space;
    }
}
