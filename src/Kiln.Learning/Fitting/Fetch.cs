using System.IO.Compression;
using System.Security.Cryptography;

namespace Kiln.Learning.Fitting;

/// <summary>Fetches a published file. What has another checksum is not kept.</summary>
[TaskDescription("Fetches a published file, and holds it to its checksum."), UsesNetwork]
public sealed class Fetch(string pipeline, PublishedFile file, string? mirror = null) : Stage
{
    static readonly TimeSpan limit = TimeSpan.FromMinutes(30);

    /// <summary>Where it is fetched from; the checksum decides what is kept.</summary>
    [NotFingerprinted]
    public string Address { get; } = mirror is null ? file.Address : $"{mirror.TrimEnd('/')}/{file.Address[(file.Address.LastIndexOf('/') + 1)..]}";

    /// <summary>The file.</summary>
    public Output<PlainFile> File { get; } = new($"data/{pipeline}/raw/{file.Name}");

    /// <inheritdoc/>
    protected override async Task RunAsync(StageRun run)
    {
        var bytes = await DownloadAsync(run.Cancellation);
        if (file.Entry is { } entry) bytes = Unpack(bytes, entry);
        var found = ChecksumOf(bytes);
        if (found != file.Checksum) throw FittingErrors.WrongChecksum(Address, file.Checksum, found, bytes.Length);
        await System.IO.File.WriteAllBytesAsync(run.Open(File).Path, bytes, run.Cancellation);
    }

    async Task<byte[]> DownloadAsync(CancellationToken cancellation)
    {
        using var client = new HttpClient { Timeout = limit };
        try
        {
            using var response = await client.GetAsync(new Uri(Address), cancellation);
            return response.IsSuccessStatusCode ? await response.Content.ReadAsByteArrayAsync(cancellation) : throw FittingErrors.NotServed(Address, response.StatusCode);
        }
        catch (Exception error) when (error is HttpRequestException or IOException or UriFormatException or NotSupportedException or TaskCanceledException { InnerException: TimeoutException })
        {
            throw FittingErrors.NotReached(Address, error.InnerException?.Message ?? error.Message, pipeline);
        }
    }

    byte[] Unpack(byte[] archive, string name)
    {
        try
        {
            using var zip = new ZipArchive(new MemoryStream(archive));
            using var entry = (zip.GetEntry(name) ?? throw new InvalidDataException($"it has no entry {name}")).Open();
            using var unpacked = new MemoryStream();
            entry.CopyTo(unpacked);
            return unpacked.ToArray();
        }
        catch (InvalidDataException error)
        {
            throw FittingErrors.NotTheArchive(Address, error.Message);
        }
    }

#pragma warning disable CA5351 // The publishers of some files name no better checksum than MD5: it tells another file, though not a forged one.
    string ChecksumOf(byte[] bytes) => file.Checksum.StartsWith("md5:", StringComparison.Ordinal)
        ? "md5:" + Convert.ToHexStringLower(MD5.HashData(bytes))
        : "sha256:" + Convert.ToHexStringLower(SHA256.HashData(bytes));
#pragma warning restore CA5351
}
