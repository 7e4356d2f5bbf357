using System.IO.Compression;

namespace Kiln.Data.Tests.Ingestion;

public class IdxFileTests : TemporaryFolder
{
    static readonly byte[] Images = [0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 2, 0, 0, 0, 3, .. Enumerable.Range(10, 12).Select(value => (byte)value)];

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Items_come_in_order(bool isGzip)
    {
        var file = IdxFile.Read(Write(isGzip ? Gzip(Images) : Images), 3);
        file.Sizes.ShouldBe([2, 2, 3]);
        file.Items.ShouldBe([[10, 11, 12, 13, 14, 15], [16, 17, 18, 19, 20, 21]]);
    }

    [Theory]
    [InlineData("00000803", "fewer than a header of 3 sizes")]
    [InlineData("000008010000000200000002000000030a", "it starts with 00000801, unsigned bytes of 3 sizes with 00000803")]
    [InlineData("00000d030000000200000002000000030a", "it starts with 00000d03")]
    [InlineData("000008030000000200000002000000030a", "its header promises 2 × 2 × 3 bytes, and 1 follow")]
    [InlineData("00000803000000020000000000000003", "its header promises 2 × 0 × 3 bytes, and 0 follow")]
    [InlineData("000008037fffffff7fffffff7fffffff0a", "and 1 follow")]
    public void What_is_not_as_its_header_says_is_refused(string hex, string why)
    {
        var error = Should.Throw<ContractException>(() => IdxFile.Read(Write(Convert.FromHexString(hex)), 3));
        error.Message.ShouldContain(why);
        error.Message.ShouldContain("some.idx");
    }

    [Fact]
    public void A_gzip_that_is_cut_off_is_refused_wherever_an_item_is_not_whole()
    {
        var (whole, refused) = (Gzip(Images), 0);
        for (var length = 2; length < whole.Length; length++)
        {
            try
            {
                IdxFile.Read(Write(whole[..length]), 3).Values.ToArray().ShouldBe(Images[16..]);
            }
            catch (ContractException)
            {
                refused++;
            }
        }
        refused.ShouldBeGreaterThan(Images.Length);
    }

    [Fact]
    public void A_file_that_is_not_there() => Should.Throw<DataException>(() => IdxFile.Read("/nowhere/some.idx", 3)).Message.ShouldContain("/nowhere/some.idx");

    string Write(byte[] bytes)
    {
        var path = PathOf("some.idx");
        File.WriteAllBytes(path, bytes);
        return path;
    }

    static byte[] Gzip(byte[] bytes)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Optimal)) gzip.Write(bytes);
        return packed.ToArray();
    }
}
