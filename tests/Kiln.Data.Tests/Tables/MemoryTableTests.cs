namespace Kiln.Data.Tests.Tables;

public class MemoryTableTests : TemporaryFolder
{
    static readonly TableColumns Rows = TableColumns.Of(
        Column.Of<double>("amount", new[] { 1.0, double.NaN, 30, 4 }, new[] { false, false, false, true }),
        Column.Texts("it's \"größe\"", new string?[] { "a", "b", null, "d" }),
        Column.Timestamps("time", new[] { 0L, 3_600_000_000, 7_200_000_000, 0 }),
        Column.Of<int>("row", new[] { 4, 3, 2, 1 }));

    [Theory]
    [InlineData("amount > 2", false, true, true, false)] // NaN is above all numbers in DuckDB, and nothing is not
    [InlineData("amount IS NULL", false, false, false, true)]
    [InlineData("hour(time) BETWEEN 1 AND 2", false, true, true, false)]
    [InlineData("\"it's \"\"größe\"\"\" = 'b' -- the second", false, true, false, false)]
    [InlineData("row > (SELECT avg(row) FROM this)", true, true, false, false)]
    [InlineData("row = max(row) OVER ()", true, false, false, false)]
    [InlineData("NULL::BOOLEAN", false, false, false, false)]
    public void An_expression_is_judged_for_each_row(string expression, params bool[] expected)
    {
        using var table = new MemoryTable(Rows);
        table.Where("night", expression).ShouldBe(expected);
    }

    [Theory]
    [InlineData("amuont > 2", "amount")]
    [InlineData("amount + 1", "DOUBLE, not BOOLEAN")]
    [InlineData("true, false", "a type that Kiln does not read")]
    [InlineData("true), (false", "2 expressions")]
    [InlineData("unnest([true, false])", "8 values for 4 rows")]
    [InlineData("max(amount) > 2", "GROUP BY")]
    [InlineData("true) FROM this; DROP TABLE this; --", "syntax error")]
    [InlineData("", "syntax error")]
    [InlineData("amount > ", "syntax error")]
    public void What_is_no_truth_of_each_row_is_refused(string expression, string why)
    {
        using var table = new MemoryTable(Rows);
        var error = Should.Throw<DataException>(() => table.Where("night", expression));
        error.What.ShouldBe("An SQL expression does not tell of each row whether it is true.");
        error.Message.ShouldContain(why);
        error.Message.ShouldContain("night");
        table.Where("night", "row = 4").ShouldBe([true, false, false, false]);
    }

    [Theory]
    [InlineData("(SELECT count(*) FROM read_text('FILE')) > 0", "file system operations are disabled")]
    [InlineData("(SELECT count(*) FROM read_csv('FILE')) > 0", "file system operations are disabled")]
    [InlineData("(SELECT count(*) FROM read_parquet('FILE')) > 0", "file system operations are disabled")]
    [InlineData("(SELECT count(*) FROM read_blob('FILE')) > 0", "file system operations are disabled")]
    [InlineData("(SELECT count(*) FROM 'FILE') > 0", "file system operations are disabled")]
    [InlineData("(SELECT count(*) FROM glob('FILE')) > 0", "file system operations are disabled")]
    [InlineData("(SELECT count(*) FROM sniff_csv('FILE')) > 0", "file system operations are disabled")]
    [InlineData("(SELECT count(*) FROM parquet_metadata('FILE')) > 0", "file system operations are disabled")]
    [InlineData("getenv('HOME') = ''", "does not exist")]
    [InlineData("true) FROM this; ATTACH 'FILE' AS other; SELECT 1, (true", "multiple statements")]
    [InlineData("true) FROM this; SET enable_external_access = true; SELECT 1, (true", "multiple statements")]
    [InlineData("(SELECT count(*) FROM query('SELECT * FROM read_text(''FILE'')')) > 0", "file system operations are disabled")]
    public void An_expression_reads_no_file(string expression, string why)
    {
        var file = PathOf("secret.csv");
        File.WriteAllText(file, "a\n1\n");
        using var table = new MemoryTable(Rows);
        var error = Should.Throw<DataException>(() => table.Where("night", expression.Replace("FILE", file, StringComparison.Ordinal)));
        error.Message.ShouldContain(why);
    }

    [Fact]
    public void Other_tables_of_the_process_are_out_of_sight()
    {
        using var other = new MemoryTable(TableColumns.Of(Column.Of<int>("only here", new[] { 1 })));
        using var table = new MemoryTable(Rows);
        Should.Throw<DataException>(() => table.Where("night", "(SELECT count(\"only here\") FROM this) > 0"));
        table.Where("night", "(SELECT count(*) FROM duckdb_tables()) = 1").ShouldAllBe(holds => holds);
    }

    [Fact]
    public void No_rows_have_no_truths()
    {
        using var table = new MemoryTable(TableColumns.Of(Column.Of<int>("n", ReadOnlyMemory<int>.Empty)));
        table.Where("night", "n > 3").ShouldBeEmpty();
    }
}
