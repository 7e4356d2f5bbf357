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
    public void Keys_come_in_order_and_carry_their_rows_along(int count)
    {
        var random = new Random(count);
        ulong[] keys = [.. Enumerable.Range(0, count).Select(row => row % 3 == 0 ? (ulong)random.Next(50) : (ulong)random.NextInt64() << 1)];
        uint[] rows = [.. Enumerable.Range(0, count).Select(row => (uint)row)];

        var (sorted, carried) = RadixSort.Sort([.. keys], [.. rows]);
        sorted.ShouldBe(keys.Order());
        carried.Select(row => keys[row]).ShouldBe(sorted);
        carried.Order().ShouldBe(rows);
    }
}
