namespace Kiln.Tests;

/// <summary>Kiln's own files with random bytes in them: no crash, nothing wrong believed.</summary>
public sealed class RandomDamageTests : IDisposable
{
    readonly PipelineSpace _space = new();

    public void Dispose() => _space.Dispose();

    [Theory]
    [InlineData(".kiln/state")]
    [InlineData(".kiln/ledger.db")]
    [InlineData(".kiln/results")]
    [InlineData(".kiln/objects")]
    [InlineData("pipelines/test/pipeline.lock")]
    public async Task Random_bytes_in_a_file_of_Kilns_make_nothing_wrong(string place)
    {
        _space.Declare = pipeline => pipeline.Add(_space.Stage("last", pipeline.Add(_space.Stage("first", "in.txt")), "in.txt"));
        var random = new Random(20180401);
        for (var round = 0; round < 12; round++)
        {
            _space.Write("in.txt", $"{round % 3}");
            if (round % 4 == 3) Directory.Delete(_space.PathOf("out"), recursive: true);
            foreach (var path in _space.Has(place) && File.Exists(_space.PathOf(place)) ? [place] : _space.Files(place)) Damage(_space.PathOf(path), random);
            var exitCode = await _space.RunAsync();
            _space.Printed.ShouldNotContain("A fault in Kiln itself");
            _space.Printed.ShouldNotContain("   at ");
            _space.Read("out/last.txt").ShouldBe($"last(first({round % 3}),{round % 3})");
            if (exitCode == 0) continue;
            place.ShouldBe(".kiln/ledger.db", _space.Printed);
            _space.Printed.ShouldContain("Move it aside");
            foreach (var path in _space.Files(".kiln").Where(path => path.StartsWith(place, StringComparison.Ordinal))) File.Delete(_space.PathOf(path));
            await _space.SucceedAsync();
            _space.Ran.ShouldBeEmpty();
        }
    }

    static void Damage(string path, Random random)
    {
        var bytes = File.ReadAllBytes(path);
        if (bytes.Length == 0) return;
        switch (random.Next(4))
        {
            case 0:
                for (var i = random.Next(1, 9); i > 0; i--) bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
                break;
            case 1:
                bytes = bytes[..random.Next(bytes.Length)];
                break;
            case 2:
                bytes.AsSpan(random.Next(bytes.Length)).Clear(); // as after a power cut
                break;
            default:
                random.NextBytes(bytes);
                break;
        }

        File.Delete(path);
        File.WriteAllBytes(path, bytes);
    }
}
