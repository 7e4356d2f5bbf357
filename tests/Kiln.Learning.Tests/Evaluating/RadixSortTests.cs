using Kiln.Learning.Evaluating;

namespace Kiln.Learning.Tests.Evaluating;

public class RadixSortTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3_000)]
    [InlineData(5_000)]
    [InlineData(250_000)] // over two cores, where there are two
    public void Keys_come_in_order_and_equal_ones_in_the_order_of_their_rows(int count)
    {
        var random = new Random(count);
        ulong[] keys = [.. Enumerable.Range(0, count).Select(row => row % 3 == 0 ? (ulong)random.Next(50) : (ulong)random.NextInt64() << 1)];
        uint[] rows = [.. Enumerable.Range(0, count).Select(row => (uint)row)];
        var expected = keys.Zip(rows).OrderBy(pair => pair.First).ToList(); // stable

        var (sorted, carried) = RadixSort.Sort([.. keys], [.. rows]);
        sorted.ShouldBe(expected.Select(pair => pair.First));
        carried.ShouldBe(expected.Select(pair => pair.Second));
    }
}
