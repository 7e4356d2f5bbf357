using System.Text.Json;

namespace Kiln.Registry.Tests;

public sealed class TraceTests : IDisposable
{
    readonly TracedSpace _space = new();

    public void Dispose() => _space.Dispose();

    [Fact]
    public void A_version_is_traced_back_to_the_hashes_of_its_sources()
    {
        _space.Register();

        _space.Succeed("trace", "shop", "--json");

        var answer = JsonDocument.Parse(_space.Printed).RootElement;
        answer.GetProperty("stages").EnumerateArray().Select(stage => stage.GetProperty("name").GetString()).ShouldBe(["Fit", "Tidy"]);
        var read = answer.GetProperty("stages")[0].GetProperty("inputs").EnumerateArray().Single(input => input.GetProperty("path").GetString() == TracedSpace.Rows);
        (read.GetProperty("from").GetString(), read.GetProperty("hash").GetString()).ShouldBe(("Tidy", _space.HashOf(TracedSpace.Rows)));
        var source = answer.GetProperty("sources").EnumerateArray().Single(source => source.GetProperty("path").GetString() == TracedSpace.Source);
        source.GetProperty("hash").GetString().ShouldBe(_space.HashOf(TracedSpace.Source));
        answer.GetProperty("stages")[0].GetProperty("code").EnumerateObject().ShouldNotBeEmpty();

        _space.Succeed("trace", "shop/1");
        _space.Printed.ShouldContain($"read      {_space.HashOf(TracedSpace.Rows)[..12]}  {TracedSpace.Rows}  from Tidy");
        _space.Printed.ShouldContain(_space.HashOf(TracedSpace.Source));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_file_is_traced_by_its_path_and_by_its_hash(bool byPath)
    {
        _space.Register();

        _space.Succeed("trace", "--file", byPath ? TracedSpace.Source : _space.HashOf(TracedSpace.Source), "--json");

        var answer = JsonDocument.Parse(_space.Printed).RootElement;
        Seen(answer, "versions").ShouldBe([("Tidy", false, TracedSpace.Source)]);
        Seen(answer, "runs").ShouldBe([("Tidy", false, TracedSpace.Source)]);
        answer.GetProperty("made").EnumerateArray().Select(made => made.GetProperty("path").GetString()).ShouldBe([TracedSpace.Rows, TracedSpace.Model]);
    }

    [Fact]
    public void What_a_stage_wrote_is_traced_to_who_wrote_it_and_who_read_it()
    {
        _space.Register();

        _space.Succeed("trace", "--file", TracedSpace.Rows, "--json");

        var answer = JsonDocument.Parse(_space.Printed).RootElement;
        Seen(answer, "versions").ShouldBe([("Tidy", true, TracedSpace.Rows), ("Fit", false, TracedSpace.Rows)]);
        Seen(answer, "runs").ShouldBe([("Tidy", true, TracedSpace.Rows), ("Fit", false, TracedSpace.Rows)]);
    }

    [Fact]
    public void A_file_that_was_changed_since_is_told_to_have_had_other_bytes()
    {
        _space.Register();
        _space.Write(TracedSpace.Source, "id,name\n9,eve\n");

        _space.Succeed("trace", "--file", TracedSpace.Source);

        _space.Printed.ShouldContain("other bytes then");
        _space.Printed.ShouldNotContain("these bytes");
        _space.Printed.ShouldNotContain("Made from it");
    }

    [Fact]
    public void A_file_that_is_gone_is_traced_by_its_path()
    {
        _space.Register();
        File.Delete(_space.PathOf(TracedSpace.Source));

        _space.Succeed("trace", "--file", TracedSpace.Source);

        _space.Printed.ShouldContain("is not there now");
        _space.Printed.ShouldContain(TracedSpace.Model);
        _space.Succeed("trace", "--file", "data/never.csv");
        _space.Printed.ShouldContain("No version and no run saw it.");
    }

    [Theory]
    [InlineData("ann", "na\"me", 2)]
    [InlineData("2", "id", 1)]
    public void A_row_is_found_by_its_key_in_texts_and_whole_numbers(string key, string column, int rows)
    {
        _space.Register();

        _space.Succeed("trace", "--row", key, "--json");

        var found = JsonDocument.Parse(_space.Printed).RootElement.GetProperty("found").EnumerateArray().ShouldHaveSingleItem();
        (found.GetProperty("path").GetString(), found.GetProperty("column").GetString(), found.GetProperty("rows").GetInt32()).ShouldBe((TracedSpace.Rows, column, rows));
        found.GetProperty("versions").EnumerateArray().Single().GetString().ShouldBe("shop/1");
    }

    [Theory]
    [InlineData("ann", "id")]
    [InlineData("' OR '1' = '1", null)]
    [InlineData("4711", null)]
    public void A_row_that_is_not_there_is_not_found(string key, string? column)
    {
        _space.Register();

        _space.Succeed(["trace", "shop", "--row", key, .. column is null ? Array.Empty<string>() : ["--column", column]]);

        _space.Printed.ShouldContain("is in none of the");
    }

    [Fact]
    public void A_table_that_was_changed_since_is_looked_at_as_it_is_kept_and_told_where_it_is_not()
    {
        _space.Register();
        File.Delete(_space.PathOf(TracedSpace.Rows));

        _space.Succeed("trace", "--row", "ann");
        _space.Printed.ShouldContain("1 tables were looked at");

        Directory.Delete(_space.PathOf(".kiln/objects"), recursive: true);
        _space.Succeed("trace", "--row", "ann");
        _space.Printed.ShouldContain("gone, or another now");
        _space.Printed.ShouldContain("0 tables");
    }

    [Theory]
    [InlineData("trace")]
    [InlineData("trace", "shop", "--file", "data/source.csv")]
    [InlineData("trace", "--row", "1", "--file", "data/source.csv")]
    [InlineData("trace", "shop", "--column", "id")]
    [InlineData("trace", "--row", "1", "--openlineage")]
    [InlineData("trace", "nobody")]
    public void What_asks_for_nothing_or_for_too_much_is_refused(params string[] arguments)
    {
        _space.Register();

        _space.Run(arguments).ShouldBe(2, _space.Printed);

        _space.Printed.ShouldNotContain("   at ");
    }

    static (string?, bool, string?)[] Seen(JsonElement answer, string where) =>
        [.. answer.GetProperty(where).EnumerateArray().Select(seen => (seen.GetProperty("stage").GetString(), seen.GetProperty("isWritten").GetBoolean(), seen.GetProperty("path").GetString()))];
}
