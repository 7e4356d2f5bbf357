using Kiln.Data;

namespace Kiln.Registry.Tests;

/// <summary>A key is looked for in a column as what the column holds.</summary>
public sealed class RowKeyTests : IDisposable
{
    static readonly long Midnight = (new DateTime(2011, 1, 1) - DateTime.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;

    readonly string _folder = Directory.CreateTempSubdirectory("kiln-keys-").FullName;
    readonly Table _table;

    public RowKeyTests()
    {
        _table = Table.At(Path.Combine(_folder, "keys.parquet"));
        _table.Write([
            Column.Timestamps("time", new[] { Midnight, Midnight + 3_600_000_000 }), Column.Dates("day", new[] { 14_975, 14_976 }), Column.Of<double>("temp", new[] { 0.24, 1e9 }), Column.Of<float>("humid", new[] { 0.24f, 2f }),
            Column.Of<bool>("holiday", new[] { true, false }), Column.Decimals<int>("price", 8, 2, new[] { 124, 1000 }), Column.Texts("name", new string?[] { "ann", "12" }), Column.Of<int>("fnlwgt", new[] { 12, -5 }), Column.Of<sbyte>("tiny", new sbyte[] { 12, 7 }),
            Column.Of<ulong>("large", new[] { ulong.MaxValue, 12UL })]);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("2011-01-01", "day time")]
    [InlineData("2011-01-01 01:00:00", "time")]
    [InlineData("2011-01-01T01:00:00Z", "time")]
    [InlineData("0.24", "humid temp")]
    [InlineData("1000000000", "temp")]
    [InlineData("true", "holiday")]
    [InlineData("1.24", "price")]
    [InlineData("10", "price")]
    [InlineData("10.000", "price")]
    [InlineData("1.241", "")]
    [InlineData("99999999999999999999.5", "")]
    [InlineData("12", "fnlwgt large name tiny")]
    [InlineData("-5", "fnlwgt")]
    [InlineData("-5.0", "fnlwgt")]
    [InlineData("-0.5e1", "fnlwgt")]
    [InlineData("18446744073709551615", "large")]
    [InlineData("99999999999", "")]
    [InlineData("11.9", "")]
    [InlineData("abc", "")]
    [InlineData("ann", "name")]
    [InlineData("' OR '1' = '1", "")]
    public void Each_column_is_compared_by_its_own_type(string key, string columns) =>
        string.Join(' ', new RowKey(key).CountIn(_table, _table.Schema).Select(found => found.Column).Order(StringComparer.Ordinal)).ShouldBe(columns);
}
