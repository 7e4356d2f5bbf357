using System.IO.Compression;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Kiln.Learning.Fitting;

namespace Kiln.Tests;

/// <summary>Source files of a pipeline, fetched from a server of this machine or given in a folder.</summary>
public sealed class FetchTests : IDisposable
{
    static readonly byte[] Content = Encoding.UTF8.GetBytes("a,b\n1,2\n");
    static readonly byte[] Archive = Zip("inner.csv", Content);

    readonly HttpListener _server = new();
    readonly string _address;
    TrialSpace? _space;

    public FetchTests()
    {
        _address = $"http://127.0.0.1:{FreePort()}/files";
        _server.Prefixes.Add(_address + "/");
        _server.Start();
        _ = ServeAsync();
    }

    public void Dispose()
    {
        _server.Close();
        _space?.Dispose();
    }

    [Fact]
    public async Task A_file_is_kept_where_its_checksum_is_the_published_one_and_fetched_once()
    {
        var space = Space(new PublishedFile { Name = "rows.csv", Address = "https://nowhere.example/a/good.csv", Checksum = Sha256(Content) });
        await space.SucceedAsync();
        File.ReadAllBytes(space.PathOf("data/tried/raw/rows.csv")).ShouldBe(Content);
        _server.Stop();
        await space.SucceedAsync("--set", "source.mirror=http://127.0.0.1:1/");
        space.Printed.ShouldNotContain(" ran");
    }

    [Fact]
    public async Task An_entry_of_an_archive_is_kept_by_its_own_checksum()
    {
        var space = Space(new PublishedFile { Name = "rows.csv", Entry = "inner.csv", Address = "https://nowhere.example/good.zip", Checksum = "md5:" + Convert.ToHexStringLower(Md5(Content)) });
        await space.SucceedAsync();
        File.ReadAllBytes(space.PathOf("data/tried/raw/rows.csv")).ShouldBe(Content);
    }

    [Fact]
    public Task A_file_that_was_changed_is_not_kept() => RefuseAsync(
        new() { Name = "rows.csv", Address = "https://nowhere.example/other.csv", Checksum = Sha256(Content) }, "A fetched file is not the one that was published.", Sha256(Content), "other.csv");

    [Fact]
    public Task A_file_that_is_gone() => RefuseAsync(
        new() { Name = "rows.csv", Address = "https://nowhere.example/gone.csv", Checksum = Sha256(Content) }, "A file is not where it was published.", "404 NotFound", "source.path");

    [Fact]
    public Task An_archive_without_the_entry() => RefuseAsync(
        new() { Name = "rows.csv", Entry = "hour.csv", Address = "https://nowhere.example/good.zip", Checksum = Sha256(Content) }, "is not the archive", "it has no entry hour.csv");

    [Fact]
    public Task An_archive_that_is_none() => RefuseAsync(
        new() { Name = "rows.csv", Entry = "hour.csv", Address = "https://nowhere.example/good.csv", Checksum = Sha256(Content) }, "is not the archive");

    [Fact]
    public async Task No_network()
    {
        _server.Stop();
        await RefuseAsync(new() { Name = "rows.csv", Address = "https://nowhere.example/good.csv", Checksum = Sha256(Content) }, "A file could not be fetched.", "refused", "--pipeline tried --set source.path=FOLDER");
    }

    [Fact]
    public async Task An_answer_that_is_cut_off() => await RefuseAsync(
        new() { Name = "rows.csv", Address = "https://nowhere.example/cut.csv", Checksum = Sha256(Content) }, "A file could not be fetched.", "cut.csv");

    [Fact]
    public async Task A_folder_of_ones_own_is_asked_for_no_checksum()
    {
        var space = Space(new PublishedFile { Name = "rows.csv", Address = "https://nowhere.example/good.csv", Checksum = "sha256:0" }, "source.path=mine");
        space.Write("mine/rows.csv", "other");
        await space.SucceedAsync();
        File.ReadAllText(space.PathOf("data/tried/copy.csv")).ShouldBe("other");
    }

    async Task RefuseAsync(PublishedFile file, params string[] said)
    {
        var space = Space(file);
        await space.FailAsync(1, said);
        File.Exists(space.PathOf("data/tried/raw/rows.csv")).ShouldBeFalse();
    }

    TrialSpace Space(PublishedFile file, params string[] settings) => _space = new(
        new PipelineDefinition("tried", pipeline => pipeline.Add(new Copy(pipeline.AddSources(file)(file.Name)))), [$"source.mirror={_address}", .. settings]);

    async Task ServeAsync()
    {
        while (_server.IsListening)
        {
            HttpListenerContext context;
            try
            {
                context = await _server.GetContextAsync();
            }
            catch (Exception error) when (error is HttpListenerException or ObjectDisposedException)
            {
                return;
            }
            var name = context.Request.Url!.Segments[^1];
            context.Response.StatusCode = name == "gone.csv" ? 404 : 200;
            if (name == "cut.csv")
            {
                context.Response.ContentLength64 = 1000;
                await context.Response.OutputStream.WriteAsync(Content);
                await context.Response.OutputStream.FlushAsync();
                context.Response.Abort();
                continue;
            }
            context.Response.Close(name switch { "good.csv" => Content, "good.zip" => Archive, _ => [1, 2, 3] }, willBlock: false);
        }
    }

    static byte[] Zip(string name, byte[] content)
    {
        using var archive = new MemoryStream();
        using (var zip = new ZipArchive(archive, ZipArchiveMode.Create))
        using (var entry = zip.CreateEntry(name).Open()) entry.Write(content);
        return archive.ToArray();
    }

    static string Sha256(byte[] content) => "sha256:" + Convert.ToHexStringLower(SHA256.HashData(content));

#pragma warning disable CA5351 // as publishers give it
    static byte[] Md5(byte[] content) => MD5.HashData(content);
#pragma warning restore CA5351

    static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    sealed class Copy(Input<PlainFile> source) : Stage
    {
        public Input<PlainFile> Source { get; } = source;

        public Output<PlainFile> Kept { get; } = new("data/tried/copy.csv");

        protected override Task RunAsync(StageRun run)
        {
            File.Copy(run.Open(Source).Path, run.Open(Kept).Path);
            return Task.CompletedTask;
        }
    }
}
