using System.Text;
using static Kiln.Data.Tests.Ingestion.Transactions;

namespace Kiln.Data.Tests.Ingestion;

public class CsvIngestionTests : TemporaryFolder
{
    DataContract Contract
    {
        get
        {
            File.WriteAllText(PathOf("contract.yaml"), Yaml);
            return DataContract.FromYaml(PathOf("contract.yaml"));
        }
    }

    IngestReport Ingest(byte[] content, DataContract? contract = null, string name = "day.csv")
    {
        File.WriteAllBytes(PathOf(name), content);
        return CsvIngestion.Run(contract ?? Contract, PathOf(name), TableAt("day.parquet"), TableAt("rejects.parquet"));
    }

    string Refusal(byte[] content, DataContract? contract = null, string name = "day.csv")
    {
        var error = Should.Throw<ContractException>(() => Ingest(content, contract, name));
        error.ExitCode.ShouldBe(ExitCode.ContractFailed);
        error.Message.ShouldContain(PathOf(name));
        File.Exists(PathOf("day.parquet")).ShouldBeFalse();
        return error.Message;
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Rows_become_typed_columns_sorted_as_the_contract_says(bool zipped)
    {
        var content = Lines(Header, Row(2, "146.0"), "1,2018-04-01 00:00:02,596,3156,57.16,31,0,1,2", Row(3, "0.07"));

        var report = Ingest(zipped ? Gzip(content) : content);

        var read = TableAt("day.parquet").ReadColumns();
        read.Values<long>("TRANSACTION_ID").ToArray().ShouldBe([1, 2, 3]);
        read.Values<int>("TX_AMOUNT").ToArray().ShouldBe([5716, 14600, 7]);
        read.Values<long>("TX_DATETIME").Span[0].ShouldBe(1_522_540_802_000_000);
        read.Values<int>("TX_FRAUD").ToArray().ShouldBe([1, 0, 0]);
        report.RowsRead.ShouldBe(3);
        report.RowsAccepted.ShouldBe(3);
        report.Columns[4].ShouldBe(new ColumnSummary("TX_AMOUNT", 0, "0.07", "146.00"));
        report.Columns[1].ShouldBe(new ColumnSummary("TX_DATETIME", 0, "2018-04-01 00:00:02", "2018-04-01 00:00:03"));
    }

    [Fact]
    public void Columns_may_stand_in_any_order_with_quotes_crlf_and_a_byte_order_mark()
    {
        var contract = new DataContract
        {
            Columns =
            [
                new() { Name = "A", Type = new(ColumnKind.Text), Nullable = true },
                new() { Name = "B", Type = new(ColumnKind.Double) },
            ],
        };

        Ingest(Encoding.UTF8.GetBytes("\uFEFFB,A\r\n1e3,\"say \"\"hi\"\", then\r\ngo\"\r\n\r\n-2.5,\r\n0,\"\""), contract);

        var read = TableAt("day.parquet").ReadColumns();
        read.Texts("A").ToArray().ShouldBe(["say \"hi\", then\r\ngo", null, ""]);
        read.Values<double>("B").ToArray().ShouldBe([1000, -2.5, 0]);
    }

    [Theory]
    [InlineData("x1", "TX_AMOUNT", "not a decimal(9,2)")]
    [InlineData("1.005", "TX_AMOUNT", "not a decimal(9,2)")]
    [InlineData("12345678.00", "TX_AMOUNT", "not a decimal(9,2)")]
    [InlineData("1e2", "TX_AMOUNT", "not a decimal(9,2)")]
    [InlineData(" 5", "TX_AMOUNT", "not a decimal(9,2)")]
    [InlineData(".", "TX_AMOUNT", "not a decimal(9,2)")]
    [InlineData("-0.01", "TX_AMOUNT", "less than 0")]
    [InlineData("", "TX_AMOUNT", "a value is missing")]
    public void A_bad_amount_is_refused_with_line_column_value_and_rule(string amount, string column, string rule)
    {
        var message = Refusal(Lines(Header, Row(1), Row(2, amount), Row(3, amount)));

        message.ShouldContain("line              3");
        message.ShouldContain("column            " + column);
        message.ShouldContain("value             " + amount);
        message.ShouldContain("rule broken       " + rule);
        message.ShouldContain("further bad rows  1");
    }

    [Theory]
    [InlineData("85.64999999999999", 8565)]
    [InlineData("-85.645", -8565)]
    [InlineData("85.6449999", 8564)]
    [InlineData("0.999", 100)]
    public void A_decimal_is_rounded_where_the_contract_says_so(string amount, int cents)
    {
        var contract = new DataContract { Columns = [new() { Name = "A", Type = ColumnType.Decimal(9, 2), Round = true }] };

        Ingest(Lines("A", amount), contract);

        TableAt("day.parquet").ReadColumns().Values<int>("A").ToArray().ShouldBe([cents]);
        File.Delete(PathOf("day.parquet"));
        Refusal(Lines("A", "9999999.995"), contract).ShouldContain("not a decimal");
        Refusal(Lines("A", "1.00x"), contract).ShouldContain("not a decimal");
    }

    [Theory]
    [InlineData("5.7", "not an integer")]
    [InlineData("99999999999", "not an integer")]
    [InlineData("5000", "more than 4999")]
    public void A_bad_integer_is_refused_and_never_rounded(string customer, string rule) =>
        Refusal(Lines(Header, Row(1, customer: customer))).ShouldContain(rule);

    [Theory]
    [InlineData("2018-13-01 00:00:00")]
    [InlineData("2018-02-29 00:00:00")]
    [InlineData("2018-04-01 24:00:00")]
    [InlineData("2018-04-01")]
    [InlineData("2018-04-01 00:00:00.1234567")]
    [InlineData("01.04.2018 00:00:00")]
    public void A_time_that_is_none_is_refused(string time) =>
        Refusal(Lines(Header, Row(1).Replace("2018-04-01 00:00:01", time))).ShouldContain("not a timestamp");

    [Fact]
    public void A_missing_column_is_named_with_the_nearest_one() =>
        Refusal(Lines(Header.Replace("TX_AMOUNT", "TX_AMMOUNT"), Row(1))).ShouldContain("TX_AMOUNT is missing; did you mean TX_AMMOUNT?");

    [Fact]
    public void An_extra_or_repeated_column_is_refused()
    {
        Refusal(Lines(Header + ",EXTRA", Row(1) + ",1")).ShouldContain("EXTRA");
        Refusal(Lines(Header + ",TX_FRAUD", Row(1) + ",1")).ShouldContain("named twice");
    }

    [Fact]
    public void Files_without_rows_are_refused()
    {
        Refusal([]).ShouldContain("empty");
        Refusal(Lines(Header)).ShouldContain("too few rows");
        Refusal([], name: "day.csv.gz").ShouldContain("empty");
        Refusal(Gzip([]), name: "day.csv.gz").ShouldContain("empty");
    }

    [Fact]
    public void Ragged_rows_and_broken_quotes_are_refused()
    {
        Refusal(Lines(Header, Row(1), Row(2) + ",9")).ShouldContain("10 fields instead of 9");
        Refusal(Lines(Header, Row(1), "2,2018")).ShouldContain("2 fields instead of 9");
        Refusal(Lines(Header, Row(1), "\"2" + Row(3))).ShouldContain("a quote is not closed");
        Refusal(Lines(Header, "\"1\"x" + Row(3)[1..])).ShouldContain("text behind a closing quote");
        Refusal(Lines(Header, "1\"" + Row(3)[1..])).ShouldContain("a quote inside a field");
    }

    [Fact]
    public void A_duplicate_key_names_both_lines()
    {
        var message = Refusal(Lines(Header, Row(1), Row(2), Row(1)));

        message.ShouldContain("line              4");
        message.ShouldContain("the key of line 2 again");
    }

    [Fact]
    public void A_gzip_cut_at_any_place_is_noticed()
    {
        var zipped = Gzip(Lines([Header, .. Enumerable.Range(0, 3_000).Select(i => Row(i))]));
        Ingest(zipped, name: "day.csv.gz").RowsRead.ShouldBe(3_000);
        File.Delete(PathOf("day.parquet"));

        foreach (var length in Enumerable.Range(0, 40).Select(i => 2 + (zipped.Length - 3) * i / 39))
            Refusal(zipped[..length], name: "day.csv.gz").ShouldContain("gzip is truncated or damaged", customMessage: $"{length} bytes");
        zipped[zipped.Length / 2] ^= 0x40;
        Refusal(zipped, name: "day.csv.gz").ShouldContain("gzip is truncated or damaged");
        Refusal(Lines(Header, Row(1)), name: "day.csv.gz").ShouldContain("not gzip");
    }

    [Fact]
    public void A_gzip_of_several_members_is_read_whole()
    {
        byte[] zipped = [.. Gzip(Lines(Header, Row(1))), .. Gzip(Lines(Row(2)))];

        Ingest(zipped, name: "day.csv.gz").RowsRead.ShouldBe(2);
        File.Delete(PathOf("day.parquet"));
        Refusal(zipped[..^20], name: "day.csv.gz").ShouldContain("truncated");
    }

    [Fact]
    public void Invalid_utf8_and_control_characters_are_refused_and_shown_harmlessly()
    {
        var contract = new DataContract { Columns = [new() { Name = "A", Type = new(ColumnKind.Text), Pattern = "[a-z]+" }] };

        Refusal([.. "A\nok\n"u8, 0xff, 0xfe, .. "\n"u8], contract).ShouldContain("not valid UTF-8");
        var message = Refusal(Lines("A", "\u001b[31m\u202e" + new string('x', 200)), contract);
        message.ShouldContain("\\u001b[31m\\u202e" + new string('x', 70));
        message.ShouldNotContain("\u001b");
        message.ShouldNotContain(new string('x', 80));
    }

    [Fact]
    public void Line_numbers_count_lines_inside_quotes()
    {
        var contract = new DataContract
        {
            Columns = [new() { Name = "A", Type = new(ColumnKind.Text) }, new() { Name = "N", Type = new(ColumnKind.Integer) }],
        };

        Refusal(Lines("A,N", "\"two\nlines\",1", "", "x,y"), contract).ShouldContain("line              5");
    }

    [Fact]
    public void Kept_rejects_are_counted_and_stand_aside_with_line_column_reason_and_text()
    {
        var contract = Contract with { OnReject = RejectPolicy.Keep };

        var report = Ingest(Lines(Header, Row(1), Row(2, "x"), Row(3, "y"), "4,5", Row(1), Row(6)), contract);

        report.RowsRead.ShouldBe(6);
        report.RowsAccepted.ShouldBe(2);
        report.RowsRejected.ShouldBe(4);
        report.Rejects.ShouldBe(
        [
            new("", "wrong number of fields", 1),
            new("TRANSACTION_ID", "a key that was there before", 1),
            new("TX_AMOUNT", "not a decimal(9,2)", 2),
        ]);
        TableAt("day.parquet").ReadColumns().Values<long>("TRANSACTION_ID").ToArray().ShouldBe([1, 6]);
        var rejects = TableAt("rejects.parquet").ReadColumns();
        rejects.Values<long>("line").ToArray().ShouldBe([3, 4, 5, 6]);
        rejects.Texts("column").ToArray().ShouldBe(["TX_AMOUNT", "TX_AMOUNT", "", "TRANSACTION_ID"]);
        rejects.Texts("reason").ToArray().ShouldBe(["not a decimal(9,2)", "not a decimal(9,2)", "2 fields instead of 9", "the key of line 2 again"]);
        rejects.Texts("text").Span[2].ShouldBe("4,5");
    }

    [Fact]
    public void Too_large_a_share_of_rejects_refuses_the_file()
    {
        var contract = Contract with { OnReject = RejectPolicy.Keep, MaxRejectedShare = 0.4 };

        Refusal(Lines(Header, Row(1), Row(2, "x")), contract).ShouldContain("1 of 2");
        Ingest(Lines(Header, Row(1), Row(3), Row(2, "x")), contract).RowsRejected.ShouldBe(1);
    }

    [Fact]
    public void A_record_without_end_is_refused_before_it_fills_the_memory() =>
        Refusal(Lines(Header, "\"" + new string('x', 3 << 20))).ShouldContain("longer than 1,048,576 bytes");

    [Fact]
    public void A_missing_file_is_named() =>
        Should.Throw<DataException>(() => CsvIngestion.Run(Contract, PathOf("none.csv"), TableAt("t.parquet"))).Message.ShouldContain("none.csv");

    [Fact]
    public void Random_damage_gives_a_table_or_a_clear_refusal_and_nothing_else()
    {
        var contract = Contract with { OnReject = RejectPolicy.Keep, MinRows = 0 };
        var good = Lines([Header, .. Enumerable.Range(0, 50).Select(i => Row(i))]);
        var random = new Random(1);
        for (var round = 0; round < 200; round++)
        {
            var bad = good.ToArray();
            for (var i = 0; i < 1 + round % 5; i++) bad[random.Next(bad.Length)] = (byte)(random.Next(3) == 0 ? "\",\n\r"[random.Next(4)] : random.Next(256));
            try
            {
                var report = Ingest(bad, contract);
                (report.RowsAccepted + report.RowsRejected).ShouldBe(report.RowsRead);
                TableAt("day.parquet").RowCount.ShouldBe(report.RowsAccepted);
            }
            catch (ContractException refusal)
            {
                refusal.Message.ShouldContain("day.csv");
            }
        }
    }
}
