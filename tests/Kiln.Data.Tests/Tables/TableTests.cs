namespace Kiln.Data.Tests.Tables;

public class TableTests : TemporaryFolder
{
    static readonly bool[] SecondIsNull = [false, true, false];

    [Fact]
    public void Every_column_type_is_read_back_as_written()
    {
        Column[] columns =
        [
            Column.Of<bool>("BOOL", new[] { true, false, true }),
            Column.Of<int>("INT", new[] { 1, -2, int.MaxValue }),
            Column.Of<long>("LONG", new[] { 1, -2, long.MinValue }),
            Column.Of<float>("FLOAT", new[] { 1.5f, float.NaN, float.NegativeInfinity }),
            Column.Of<double>("DOUBLE", new[] { Math.PI, -0.0, double.Epsilon }),
            Column.Dates("DATE", new[] { 0, 17_622, -1 }),
            Column.Timestamps("TIME", new[] { 0L, 1_522_540_831_000_001, -1 }),
            Column.Decimals("MONEY", 9, 2, new ReadOnlyMemory<int>([5716, -1, 999_999_999])),
            Column.Decimals("BIG", 38, 4, new ReadOnlyMemory<Int128>([Int128.One, -Int128.One, Int128.Parse("12345678901234567890123456789012345678")])),
            Column.Texts("TEXT", new[] { "", null, "long enough to be outside the string: žluťoučký 🐎\0" }),
        ];
        var table = TableAt("all.parquet");

        table.Write(columns);
        var read = table.ReadColumns();

        table.RowCount.ShouldBe(3);
        Table.Summarize(table).ShouldBe("3 rows");
        table.Schema.ShouldBe(columns.Select(column => column.Schema));
        read.Values<bool>("BOOL").ToArray().ShouldBe([true, false, true]);
        read.Values<int>("INT").ToArray().ShouldBe([1, -2, int.MaxValue]);
        read.Values<long>("LONG").ToArray().ShouldBe([1, -2, long.MinValue]);
        read.Values<float>("FLOAT").ToArray().ShouldBe([1.5f, float.NaN, float.NegativeInfinity]);
        read.Values<double>("DOUBLE").ToArray().ShouldBe([Math.PI, -0.0, double.Epsilon]);
        read.Values<int>("DATE").ToArray().ShouldBe([0, 17_622, -1]);
        read.Values<long>("TIME").ToArray().ShouldBe([0L, 1_522_540_831_000_001, -1]);
        read.Values<int>("MONEY").ToArray().ShouldBe([5716, -1, 999_999_999]);
        read.Values<Int128>("BIG").ToArray().ShouldBe(((Column<Int128>)columns[8]).Values.ToArray());
        read.Texts("TEXT").ToArray().ShouldBe(["", null, "long enough to be outside the string: žluťoučký 🐎\0"]);
    }

    [Fact]
    public void Row_groups_are_read_on_their_own()
    {
        var files = new[] { "one.parquet", "it's [two].parquet" }.Select(name => TableAt(name)).ToArray();
        files[0].Write([Column.Of<int>("ID", Enumerable.Range(0, 5_000).ToArray()), Column.Texts("TEXT", Enumerable.Range(0, 5_000).Select(row => row % 3 == 0 ? null : $"{row}").ToArray())], new() { RowGroupRows = 2048 });
        files[1].Write([Column.Of<int>("ID", Enumerable.Range(5_000, 100).ToArray()), Column.Texts("TEXT", new string?[100])]);
        var table = Table.Of(files.SelectMany(file => file.Files));

        table.RowRanges(most: 10_000).Select(range => range.Count).ShouldBe([2048, 2048, 904, 100]);
        var ranges = table.RowRanges(most: 1_000);
        ranges.Select(range => range.Count).ShouldBe([1000, 1000, 48, 1000, 1000, 48, 904, 100]);
        foreach (var (range, first) in ranges.Zip([0, 1000, 2000, 2048, 3048, 4048, 4096, 5000]))
        {
            var parts = table.ReadParts(range, "TEXT", "ID").ToList();
            parts.SelectMany(part => part.Values<int>("ID").ToArray()).ShouldBe(Enumerable.Range(first, range.Count));
            if (first < 5_000) parts.SelectMany(part => part.Texts("TEXT").ToArray()).ShouldBe(Enumerable.Range(first, range.Count).Select(row => row % 3 == 0 ? null : $"{row}"));
        }
        ((Column<int>)table.ReadColumn("ID")).Values.ToArray().ShouldBe(Enumerable.Range(0, 5_100));
        Should.Throw<DataException>(() => table.ReadColumn("NONE")).Message.ShouldContain("NONE");
        Should.Throw<DataException>(() => TableAt("none.parquet").RowRanges(10)).Message.ShouldContain("none.parquet");
    }

    [Fact]
    public void Bytes_are_read_back_as_written()
    {
        var table = TableAt("bytes.parquet");
        byte[]?[] images = [[0, 255, 0xC3, 0x28], null, [], [.. Enumerable.Range(0, 784).Select(i => (byte)i)]];

        table.Write([Column.Bytes("IMAGE", images)]);

        var read = (BytesColumn)table.ReadColumns()["IMAGE"];
        for (var row = 0; row < images.Length; row++) read.Values.Span[row].ShouldBe(images[row]);
        read.TextAt(0).ShouldBe("00ffc328");
        read.IsNull(1).ShouldBeTrue();
    }

    [Fact]
    public void Columns_of_any_number_become_doubles_and_texts()
    {
        Column[] columns =
        [
            Column.Of<bool>("BOOL", new[] { true, false, false }, SecondIsNull),
            Column.Of<byte>("BYTE", new byte[] { 255, 0, 7 }, SecondIsNull),
            Column.Of<ulong>("ULONG", new ulong[] { 1UL << 40, 0, 7 }, SecondIsNull),
            Column.Of<float>("FLOAT", new[] { 0.5f, 0, 7 }, SecondIsNull),
            Column.Decimals("MONEY", 9, 2, new ReadOnlyMemory<int>([5716, 1, 700]), SecondIsNull),
        ];

        columns.Select(column => column.ToDoubles()[0]).ShouldBe([1, 255, 1UL << 40, 0.5, 57.16]);
        columns.Select(column => column.TextAt(0)).ShouldBe(["true", "255", "1099511627776", "0.5", "57.16"]);
        columns.ShouldAllBe(column => double.IsNaN(column.ToDoubles()[1]) && column.TextAt(1) == null);
        TableColumns.Of([.. columns]).Take([2, 0]).Columns.Select(column => column.ToDoubles()[0]).ShouldBe([0, 7, 7, 7, 7]);
        Should.Throw<DataException>(() => Column.Texts("TEXT", new[] { "1" }).ToDoubles()).Message.ShouldContain("does not hold numbers");
    }

    [Fact]
    public void Nulls_are_kept_and_never_read_as_values_by_mistake()
    {
        var table = TableAt("nulls.parquet");
        table.Write([Column.Of<long>("N", new long[] { 7, 8, 9 }, SecondIsNull)]);

        var read = table.ReadColumns("N");

        ((Column<long>)read["N"]).Values.ToArray().ShouldBe([7, 0, 9]);
        read["N"].Nulls.ToArray().ShouldBe(SecondIsNull);
        Should.Throw<DataException>(() => read.Values<long>("N")).Message.ShouldContain("row     1");
    }

    [Fact]
    public void Nulls_beyond_one_chunk_and_one_validity_word_are_kept()
    {
        var nulls = Enumerable.Range(0, 10_001).Select(i => i % 67 == 0 || i == 10_000).ToArray();
        var table = TableAt("many-nulls.parquet");
        table.Write([Column.Of<int>("N", Enumerable.Range(0, 10_001).ToArray(), nulls)]);

        table.ReadColumns()["N"].Nulls.ToArray().ShouldBe(nulls);
        using var count = table.Query("SELECT count(*) FROM this WHERE N IS NULL");
        count.ReadAll().Values<long>("count_star()").Span[0].ShouldBe(nulls.Count(isNull => isNull));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    public void Bytes_do_not_depend_on_the_number_of_threads(int threads)
    {
        var columns = Numbers(300_000);
        using var few = new Database(new() { Threads = 1 });
        using var many = new Database(new() { Threads = threads });
        var format = new TableFormat { RowGroupRows = 20_480 };

        TableAt("one.parquet").On(few).Write(columns, format);
        TableAt("many.parquet").On(many).Write(columns, format);
        Sorted(few, "one-sorted.parquet");
        Sorted(many, "many-sorted.parquet");

        File.ReadAllBytes(PathOf("many.parquet")).ShouldBe(File.ReadAllBytes(PathOf("one.parquet")));
        File.ReadAllBytes(PathOf("many-sorted.parquet")).ShouldBe(File.ReadAllBytes(PathOf("one-sorted.parquet")));

        void Sorted(Database database, string name) => TableAt(name).On(database).Write(
            new TableQuery
            {
                Sql = "SELECT K, count(*) AS N, max(ID) AS LAST, sum(X ORDER BY ID) AS TOTAL FROM t GROUP BY K",
                Tables = new Dictionary<string, Table> { ["t"] = TableAt("one.parquet") },
                OrderBy = ["K"],
            },
            format);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void Rows_are_read_in_the_order_they_were_written(int threads)
    {
        using var database = new Database(new() { Threads = threads });
        var table = TableAt("order.parquet").On(database);
        table.Write(Numbers(100_000), new() { RowGroupRows = 4_096 });

        table.ReadColumns("ID").Values<long>("ID").ToArray().ShouldBe(Enumerable.Range(0, 100_000).Select(i => (long)i));
        table.Chunks("ID").SelectMany(chunk => chunk.Values<long>(0).ToArray()).ShouldBe(Enumerable.Range(0, 100_000).Select(i => (long)i));
    }

    [Fact]
    public void Batches_give_the_bytes_of_one_write()
    {
        TableAt("one.parquet").Write(Numbers(50_000));
        using (var writer = TableAt("batches.parquet").Create(Numbers(0).Select(column => column.Schema)))
        {
            foreach (var (from, count) in new[] { (0, 1), (1, 20_000), (20_001, 0), (20_001, 29_999) })
                writer.Append(Numbers(50_000).Select(column => Slice(column, from, count)).ToArray());
            writer.Complete();
        }

        File.ReadAllBytes(PathOf("batches.parquet")).ShouldBe(File.ReadAllBytes(PathOf("one.parquet")));
    }

    [Fact]
    public void Several_files_are_read_as_one_in_their_order()
    {
        TableAt("b.parquet").Write([Column.Of<int>("N", new[] { 1, 2 })]);
        TableAt("a.parquet").Write([Column.Of<int>("N", new[] { 3 })]);

        var table = Table.Of([PathOf("b.parquet"), PathOf("a.parquet")]);

        table.RowCount.ShouldBe(3);
        table.ReadColumns("N").Values<int>("N").ToArray().ShouldBe([1, 2, 3]);
    }

    [Fact]
    public void A_table_without_rows_keeps_its_columns()
    {
        TableAt("empty.parquet").Write(Numbers(0));

        TableAt("empty.parquet").RowCount.ShouldBe(0);
        TableAt("empty.parquet").Schema.Length.ShouldBe(3);
        TableAt("empty.parquet").ReadColumns("ID").Values<long>("ID").Length.ShouldBe(0);
    }

    [Fact]
    public void Parameters_are_bound_and_never_become_sql()
    {
        var table = TableAt("text.parquet");
        table.Write([Column.Texts("T", new[] { "x'; DROP TABLE this; --", "y", null }), Column.Timestamps("MADE", new[] { 0L, 86_400_000_000, 5 })]);

        Count("SELECT count(*) AS N FROM this WHERE T = $1", "x'; DROP TABLE this; --").ShouldBe(1);
        Count("SELECT count(*) AS N FROM this WHERE MADE = $1 AND T = $2", new DateTime(1970, 1, 2), "y").ShouldBe(1);
        Count("SELECT count(*) AS N FROM this WHERE MADE::DATE = $1", new DateOnly(1970, 1, 2)).ShouldBe(1);
        Count("SELECT count(*) AS N FROM this WHERE T IS NOT DISTINCT FROM $1", [null]).ShouldBe(1);

        long Count(string sql, params object?[] parameters)
        {
            using var result = table.Query(sql, parameters);
            return result.ReadAll().Values<long>("N").Span[0];
        }
    }

    [Fact]
    public void Hostile_names_of_files_and_columns_are_only_names()
    {
        foreach (var name in new[] { "it's.parquet", "a*b?.parquet", "[ab].parquet", "do \"this\"; --.parquet" })
        {
            TableAt(name).Write([Column.Of<int>("N\"; DROP TABLE x; --", new[] { 1 })]);
            TableAt(name).ReadColumns("N\"; DROP TABLE x; --").RowCount.ShouldBe(1, name);
        }
        TableAt("xb.parquet").Write([Column.Of<int>("M", new[] { 1 })]);
        Should.Throw<DataException>(() => TableAt("*.parquet").RowCount).Message.ShouldContain("not there");
    }

    [Fact]
    public void A_file_that_is_missing_broken_or_not_parquet_is_named()
    {
        TableAt("good.parquet").Write(Numbers(10_000));
        var bytes = File.ReadAllBytes(PathOf("good.parquet"));
        File.WriteAllBytes(PathOf("truncated.parquet"), bytes[..(bytes.Length / 2)]);
        File.WriteAllText(PathOf("text.parquet"), "ID,K,X\n1,2,3\n");
        File.WriteAllBytes(PathOf("empty.parquet"), []);
        bytes.AsSpan(100, bytes.Length / 2).Fill(0xA5);
        File.WriteAllBytes(PathOf("scrambled.parquet"), bytes);

        foreach (var name in new[] { "missing.parquet", "truncated.parquet", "text.parquet", "empty.parquet", "scrambled.parquet" })
            Should.Throw<DataException>(() => TableAt(name).ReadColumns()).Message.ShouldContain(PathOf(name));
    }

    [Fact]
    public void A_wrong_column_name_or_type_is_refused()
    {
        TableAt("t.parquet").Write(Numbers(3));

        Should.Throw<DataException>(() => TableAt("t.parquet").ReadColumns("NOPE")).Message.ShouldContain("NOPE");
        Should.Throw<DataException>(() => TableAt("t.parquet").ReadColumns().Values<int>("ID")).Message.ShouldContain("BIGINT");
        Should.Throw<DataException>(() => TableAt("t.parquet").ReadColumns().Texts("ID")).Message.ShouldContain("BIGINT");
        Should.Throw<DataException>(() => TableAt("t.parquet").Query("SELECT $1")).Message.ShouldContain("wrong number of parameters");
        Should.Throw<DataException>(() => TableAt("u.parquet").Write([Column.Of<int>("A", new int[2]), Column.Of<int>("B", new int[3])]));
        Should.Throw<DataException>(() => Column.Decimals("D", 20, 2, new ReadOnlyMemory<long>([1]))).Message.ShouldContain("Int128");
    }

    [Fact]
    public void A_query_of_a_type_that_is_not_read_says_so() =>
        Should.Throw<DataException>(() => Database.Shared.Query("SELECT [1, 2] AS LIST", new Dictionary<string, Table>()))
            .Message.ShouldContain("LIST");

    [Fact]
    public void A_failing_query_names_its_sources_and_its_target()
    {
        TableAt("source.parquet").Write(Numbers(3));
        var query = new TableQuery
        {
            Sql = "SELECT NOPE FROM t",
            Tables = new Dictionary<string, Table> { ["t"] = TableAt("source.parquet") },
            OrderBy = ["NOPE"],
        };

        var error = Should.Throw<DataException>(() => TableAt("target.parquet").Write(query));

        error.Message.ShouldContain(PathOf("source.parquet"));
        error.Message.ShouldContain(PathOf("target.parquet"));
        error.Message.ShouldContain("NOPE");
    }

    [Fact]
    public void A_write_that_fails_leaves_no_file()
    {
        Should.Throw<DataException>(() => TableAt(Path.Combine("nowhere", "t.parquet")).Write(Numbers(3))).Message.ShouldContain("nowhere");
        Should.Throw<DataException>(() => TableAt("t.parquet").Write(new TableQuery
        {
            Sql = "SELECT CASE WHEN range = 99999 THEN error('bad') ELSE range END AS N FROM range(100000)",
            Tables = new Dictionary<string, Table>(),
            OrderBy = ["N"],
        }));

        File.Exists(PathOf("t.parquet")).ShouldBeFalse();
    }

    [Fact]
    public void Tables_are_written_and_read_by_several_threads_at_once()
    {
        Parallel.For(0, 16, new() { MaxDegreeOfParallelism = 4 }, i =>
        {
            var table = TableAt($"{i}.parquet");
            table.Write(Numbers(5_000 + i));
            table.RowCount.ShouldBe(5_000 + i);
        });
    }

    static Column[] Numbers(int rows) =>
    [
        Column.Of<long>("ID", Enumerable.Range(0, rows).Select(i => (long)i).ToArray()),
        Column.Of<int>("K", Enumerable.Range(0, rows).Select(i => i * 7 % 1_000).ToArray()),
        Column.Of<double>("X", Enumerable.Range(0, rows).Select(i => Math.Sin(i)).ToArray()),
    ];

    static Column Slice(Column column, int from, int count) => column switch
    {
        Column<long> c => Column.Of(c.Schema.Name, c.Values.Slice(from, count)),
        Column<int> c => Column.Of(c.Schema.Name, c.Values.Slice(from, count)),
        Column<double> c => Column.Of(c.Schema.Name, c.Values.Slice(from, count)),
        _ => throw new NotSupportedException(),
    };
}
