using System.Diagnostics;
using Kiln.Fingerprinting;

namespace Kiln.Tests;

/// <summary>Folders of many files, and of files with names that few programs expect.</summary>
public sealed class FolderReaderTests : IDisposable
{
    readonly PipelineSpace _space = new();

    public void Dispose() => _space.Dispose();

    [Fact]
    public void A_name_that_is_no_text_is_shown_with_its_bytes_and_refused()
    {
        _space.Write("data/fine.txt", "fine");
        Shell("printf x > $'caf\\xe9 \\\\.txt'");
        var error = Should.Throw<KilnException>(() => new FileHashes([]).Tree(_space.PathOf("data")));
        Shell("rm -f caf*"); // nobody else could delete it
        error.Message.ShouldContain("The name of a file is no text:");
        error.Message.ShouldContain(@"caf\xE9 \x5C.txt");
    }

    [Fact]
    public void A_folders_size_is_known_from_its_last_hashing_and_follows_links()
    {
        _space.Write("far.txt", "12345");
        _space.Write("data/deep/file.txt", "1234567");
        File.CreateSymbolicLink(_space.PathOf("data/link.txt"), _space.PathOf("far.txt"));
        File.CreateSymbolicLink(_space.PathOf("linked"), _space.PathOf("data"));
        var hashes = new FileHashes([]);
        hashes.Of(_space.PathOf("data"));
        File.Delete(_space.PathOf("data/deep/file.txt"));
        hashes.SizeOf(_space.PathOf("data")).ShouldBe(12, "what was hashed is not looked at again");
        hashes.SizeOf(_space.PathOf("linked")).ShouldBe(12);
        hashes.SizeOf(_space.PathOf("far.txt")).ShouldBe(5);
        hashes.SizeOf(_space.PathOf("data/deep")).ShouldBe(0);
        hashes.SizeOf(_space.PathOf("nowhere")).ShouldBe(0);
    }

    [Fact]
    public async Task Strange_names_that_are_text_are_kept_as_they_are()
    {
        string[] names = ["two\nlines", "a b", new('n', 255), "ünïcödé", "-rf", "'quoted\"", ".hidden", "back\\slash"];
        foreach (var name in names) _space.Write("data/" + name, "of " + name);
        _space.Declare = pipeline => pipeline.Add(new CopyStage());
        await _space.SucceedAsync();
        foreach (var name in names) _space.Read("out/copy/" + name).ShouldBe("of " + name);
        await _space.SucceedAsync();
        _space.Printed.ShouldContain("1 up to date");
        _space.Write("data/" + names[0], "another");
        Directory.Delete(_space.PathOf("out"), recursive: true);
        await _space.SucceedAsync();
        _space.Read("out/copy/" + names[0]).ShouldBe("another");
    }

    [Fact]
    public void A_folder_has_one_hash_however_its_files_are_read()
    {
        for (var i = 0; i < 300; i++) _space.Write($"data/{i % 7}/{i % 3}-x/{i}", new string('x', i * 997));
        var first = new FileHashes([]).Tree(_space.PathOf("data"));
        var hashes = new FileHashes([]);
        hashes.ReadAhead(first.Entries.Where(entry => entry.Kind == FileKind.File).Select(entry => _space.PathOf("data/" + entry.Path)), _ => null);
        hashes.Tree(_space.PathOf("data")).Hash.ShouldBe(first.Hash);
        foreach (var entry in first.Entries.Where(entry => entry.Kind == FileKind.File))
            entry.Hash.ShouldBe(ContentHash.Of(File.ReadAllBytes(_space.PathOf("data/" + entry.Path))));
        first.Entries.Select(entry => entry.Path).ShouldBe(first.Entries.Select(entry => entry.Path).Order(StringComparer.Ordinal));
        FolderTree.Parse(first.ToBytes()).Hash.ShouldBe(first.Hash);
    }

    [Fact]
    public void An_error_on_any_core_is_the_error_of_the_whole()
    {
        var done = 0;
        Should.Throw<InvalidDataException>(() => Cores.Each(1000, i =>
        {
            var count = Interlocked.Increment(ref done);
            if (count == 500) throw new InvalidDataException();
            if (count > 500) Thread.Sleep(1); // an error takes its time
        }));
        done.ShouldBeLessThan(1000);
    }

    void Shell(string command)
    {
        using var shell = Process.Start(new ProcessStartInfo("bash", ["-c", command]) { WorkingDirectory = _space.PathOf("data") })!;
        shell.WaitForExit();
        shell.ExitCode.ShouldBe(0);
    }

    sealed class CopyStage : Stage
    {
        public Input<Folder> Data { get; } = Input<Folder>.Source("data");

        public Output<Folder> Copy { get; } = new("out/copy");

        protected internal override Task RunAsync(StageRun run)
        {
            var copy = run.Open(Copy);
            foreach (var file in Directory.EnumerateFiles(run.Open(Data).Path)) File.Copy(file, copy.File(Path.GetFileName(file)));
            return Task.CompletedTask;
        }
    }
}
