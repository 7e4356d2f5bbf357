using Kiln.Caching;
using Kiln.Fingerprinting;

namespace Kiln.Tests;

public sealed class KeptResultsTests
{
    [Fact]
    public async Task A_result_that_is_lent_to_another_workspace_is_restored_there()
    {
        using var space = new PipelineSpace(pipeline => pipeline.Add(new Made()));
        await space.SucceedAsync("--target", nameof(Made));
        using var other = new PipelineSpace(pipeline => pipeline.Add(new Made()));
        var kept = new KeptResults(Cache.Of(space.PathOf(".kiln")));

        kept.TryLend(FingerprintIn(space), other.Root).ShouldBeTrue();

        await other.SucceedAsync("--target", nameof(Made));
        other.Printed.ShouldContain("restored");
        ContentHash.OfPath(other.PathOf(Made.Place)).ShouldBe(ContentHash.OfPath(space.PathOf(Made.Place)));
    }

    [Fact]
    public async Task What_is_kept_is_copied_whole_or_not_at_all()
    {
        using var space = new PipelineSpace(pipeline => pipeline.Add(new Made()));
        await space.SucceedAsync("--target", nameof(Made));
        var kept = new KeptResults(Cache.Of(space.PathOf(".kiln")));
        var hash = ContentHash.OfPath(space.PathOf(Made.Place))!.Value;

        kept.TryCopy(hash, space.PathOf("copy")).ShouldBeTrue();
        ContentHash.OfPath(space.PathOf("copy")).ShouldBe(hash);

        var part = kept.Find(ContentHash.Of("one"u8))!;
        File.Delete(part);
        kept.TryCopy(hash, space.PathOf("second")).ShouldBeFalse();
        Directory.Exists(space.PathOf("second")).ShouldBeFalse();
        using var other = new PipelineSpace();
        kept.TryLend(FingerprintIn(space), other.Root).ShouldBeFalse();
        kept.TryLend(ContentHash.Of("nothing"u8), other.Root).ShouldBeFalse();
    }

    static ContentHash FingerprintIn(PipelineSpace space)
    {
        var file = Directory.GetFiles(space.PathOf(".kiln/results"), "*", SearchOption.AllDirectories).ShouldHaveSingleItem();
        return ContentHash.Parse(Path.GetFileName(Path.GetDirectoryName(file)!) + Path.GetFileName(file));
    }

    sealed class Made : Stage
    {
        public const string Place = "made";

        public Output<Folder> Files { get; } = new(Place);

        protected internal override Task RunAsync(StageRun run)
        {
            var folder = run.Open(Files).Path;
            Directory.CreateDirectory(Path.Combine(folder, "deep"));
            File.WriteAllText(Path.Combine(folder, "one.txt"), "one");
            File.WriteAllText(Path.Combine(folder, "deep", "two.txt"), "two");
            return Task.CompletedTask;
        }
    }
}
