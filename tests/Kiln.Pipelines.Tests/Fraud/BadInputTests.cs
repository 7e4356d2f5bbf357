using System.IO.Compression;

namespace Kiln.Tests.Fraud;

/// <summary>Bad input gives a message a person can act on and an exit code; nothing is half-made and nothing is lost.</summary>
public sealed class BadInputTests : IDisposable
{
    const string Header = "TRANSACTION_ID,TX_DATETIME,CUSTOMER_ID,TERMINAL_ID,TX_AMOUNT,TX_TIME_SECONDS,TX_TIME_DAYS,TX_FRAUD,TX_FRAUD_SCENARIO\n";
    const string Row = "0,2018-07-01 00:00:31,12,34,56.78,31,0,0,0\n";

    readonly FraudSpace _space = new();

    public void Dispose() => _space.Dispose();

    [Fact]
    public async Task A_missing_source_folder()
    {
        (await _space.RunAsync("--set", "source.path=/nowhere/at/all")).ShouldBe(2);
        _space.Printed.ShouldContain("The source folder is not there:");
        _space.Printed.ShouldContain("/nowhere/at/all");
        ShouldBeCalm();
    }

    [Fact]
    public async Task A_folder_without_days()
    {
        Directory.CreateDirectory(_space.PathOf("source"));
        (await _space.RunAsync("--set", "source.path=source")).ShouldBe(2);
        _space.Printed.ShouldContain("no daily files");
        ShouldBeCalm();
    }

    [Fact]
    public async Task A_missing_day_is_refused_unless_gaps_are_allowed()
    {
        _space.Write("source/2018-07-01.csv", Header + Row);
        _space.Write("source/2018-07-03.csv", Header + Row.Replace("07-01", "07-03").Replace("0,2018", "1,2018"));
        (await _space.RunAsync("--target", "Ingest", "--set", "source.path=source")).ShouldBe(2);
        _space.Printed.ShouldContain("2018-07-02");
        await _space.SucceedAsync("--target", "Ingest", "--set", "source.path=source", "--set", "source.allowMissingDays=true");
    }

    [Fact]
    public Task A_missing_column() => IsRefusedAsync(Header.Replace("TX_AMOUNT,", "") + Row.Replace("56.78,", ""), "TX_AMOUNT");

    [Fact]
    public Task Text_in_a_number() => IsRefusedAsync(Header + Row + "1,2018-07-01 00:00:32,12,34,plenty,32,0,0,0\n", "plenty", "TX_AMOUNT", "3");

    [Fact]
    public Task A_day_without_rows() => IsRefusedAsync(Header, "row");

    [Fact]
    public Task An_empty_file() => IsRefusedAsync("", "empty");

    [Fact]
    public Task A_repeated_id() => IsRefusedAsync(Header + Row + Row, "TRANSACTION_ID");

    [Fact]
    public Task A_row_of_another_day() => IsRefusedAsync(Header + Row.Replace("07-01", "07-02"), "other days");

    [Fact]
    public async Task A_truncated_gzip()
    {
        using var whole = new MemoryStream();
        using (var gzip = new GZipStream(whole, CompressionLevel.Optimal, leaveOpen: true))
        using (var writer = new StreamWriter(gzip))
        {
            writer.Write(Header);
            for (var i = 0; i < 2000; i++) writer.Write($"{i},2018-07-01 00:00:31,{i * 7919 % 5000},{i * 104729 % 10000},{i % 97}.25,31,0,0,0\n");
        }

        Directory.CreateDirectory(_space.PathOf("source"));
        await File.WriteAllBytesAsync(_space.PathOf("source/2018-07-01.csv.gz"), whole.ToArray()[..(int)(whole.Length / 2)]);
        (await _space.RunAsync("--target", "Ingest", "--set", "source.path=source")).ShouldBe(6, _space.Printed);
        _space.Printed.ShouldContain("2018-07-01.csv.gz");
        ShouldBeCalm();
    }

    [Fact]
    public async Task A_good_day_is_kept_when_another_is_bad()
    {
        _space.Write("source/2018-07-01.csv", Header + Row);
        _space.Write("source/2018-07-02.csv", Header);
        (await _space.RunAsync("--target", "Ingest", "-k", "--set", "source.path=source")).ShouldBe(6);
        File.Exists(_space.PathOf("data/fraud/transactions/2018-07-01.parquet")).ShouldBeTrue();
        File.Exists(_space.PathOf("data/fraud/transactions/2018-07-02.parquet")).ShouldBeFalse();
    }

    [Fact]
    public async Task Rows_are_kept_aside_where_the_contract_says_so()
    {
        var contract = _space.PathOf("pipelines/fraud/contracts/transactions.yaml");
        await File.WriteAllTextAsync(contract, (await File.ReadAllTextAsync(contract)).Replace("onReject: fail", "onReject: keep").Replace("maxRejectedShare: 0.01", "maxRejectedShare: 0.5"));
        _space.Write("source/2018-07-01.csv", Header + Row + "1,2018-07-01 00:00:32,12,34,plenty,32,0,0,0\n");
        await _space.SucceedAsync("--target", "Ingest", "--set", "source.path=source");
        _space.Printed.ShouldContain("1 of 2 rows rejected, kept in data/fraud/rejects/2018-07-01.parquet");
        Kiln.Data.Table.At(_space.PathOf("data/fraud/rejects/2018-07-01.parquet")).RowCount.ShouldBe(1);
    }

    [Theory]
    [InlineData("train.epocs=3", "Did you mean epochs?")]
    [InlineData("train.epochs=many", "a whole number")]
    [InlineData("train.epochs=-3", "out of range")]
    [InlineData("trian.epochs=3", "Did you mean train?")]
    [InlineData("simulate.startDate=yesterday", "a date such as")]
    public async Task A_wrong_setting(string setting, string expected)
    {
        (await _space.RunAsync("--set", setting)).ShouldBe(2);
        _space.Printed.ShouldContain(expected);
        _space.Printed.ShouldContain("--set " + setting);
        ShouldBeCalm();
    }

    [Fact]
    public async Task A_typo_in_the_file_is_named_with_its_line()
    {
        _space.Write("pipelines/fraud/settings.yaml", "train:\n  model: network\n  epoch: 3\n");
        (await _space.RunAsync()).ShouldBe(2);
        _space.Printed.ShouldContain("pipelines/fraud/settings.yaml:3");
        _space.Printed.ShouldContain("Did you mean epochs?");
    }

    [Fact]
    public async Task A_split_outside_the_data()
    {
        (await _space.RunAsync("--set", "split.trainStart=2030-01-01")).ShouldBe(2);
        _space.Printed.ShouldContain("too few rows");
        ShouldBeCalm();
    }

    [MountFact]
    public async Task A_full_disk_loses_nothing()
    {
        using (var disk = SmallDisk.OfMegabytes(_space.PathOf(".kiln"), 2))
        {
            (await _space.RunAsync("--target", "Ingest")).ShouldBe(1, _space.Printed);
            _space.Printed.ShouldContain("No space left on device");
            _space.Printed.ShouldContain("Free some space");
            ShouldBeCalm();
        }

        await _space.SucceedAsync("--target", "Ingest");
        using var calm = new FraudSpace();
        await calm.SucceedAsync("--target", "Ingest");
        _space.Made().ShouldBe(calm.Made());
    }

    [MountFact]
    public async Task A_folder_that_cannot_be_written_loses_nothing()
    {
        using (var disk = SmallDisk.ReadOnly(_space.PathOf("data")))
        {
            (await _space.RunAsync("--target", "Ingest")).ShouldBe(1, _space.Printed);
            _space.Printed.ShouldContain("Read-only file system");
            ShouldBeCalm();
        }

        await _space.SucceedAsync("--target", "Ingest");
    }

    async Task IsRefusedAsync(string csv, params string[] expected)
    {
        _space.Write("source/2018-07-01.csv", csv);
        (await _space.RunAsync("--target", "Ingest", "--set", "source.path=source")).ShouldBe(6, _space.Printed);
        foreach (var part in expected) _space.Printed.ShouldContain(part);
        _space.Printed.ShouldContain("2018-07-01.csv");
        File.Exists(_space.PathOf("data/fraud/transactions/2018-07-01.parquet")).ShouldBeFalse();
        ShouldBeCalm();
    }

    void ShouldBeCalm() => _space.Printed.ShouldNotContain("   at ");
}
