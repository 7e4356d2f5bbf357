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

    [Fact]
    public void What_a_file_is_and_how_else_it_is_traced_is_said()
    {
        _space.Register();
        _space.Write("pipelines/shop/settings.yaml", "fit:\n  rows: 2\n");
        var unknown = new string('a', 64);

        _space.Succeed("trace", "--file", unknown);
        _space.Printed.ShouldStartWith($"Looked for by the SHA-256 {unknown}.\n");
        _space.Succeed("trace", "--file", "data");
        _space.Printed.ShouldContain("data is a folder; the SHA-256 of all in it is ");
        _space.Printed.ShouldContain("name a file in it");
        _space.Succeed("trace", "--file", "pipelines/shop/settings.yaml");
        _space.Printed.ShouldContain("traced by their values: ./build.sh trace VERSION");
    }

    [Fact]
    public void A_package_is_shown_with_its_version_and_a_part_of_code_with_its_hash()
    {
        TracePages.Code("package Some.Package", "2.4.3 sha512-abcdefghijklmnopqrstuvwxyz").ShouldBe("2.4.3         package Some.Package  sha512-abcdefghijklm");
        TracePages.Code("package Some.Package", "2.4.3").ShouldBe("2.4.3         package Some.Package");
        TracePages.Code("Shop.Fit", new string('b', 64)).ShouldBe("bbbbbbbbbbbb  Shop.Fit");
    }

    [Theory]
    [InlineData(null, "read  data/deep/folder/rows.parquet  from Tidy")]
    [InlineData(80, "read  data/deep/folder/rows.parquet  from Tidy")]
    [InlineData(40, "read  data/de…er/rows.parquet  from Tidy")]
    [InlineData(20, "read  data/deep/fol…")]
    public void Lines_are_cut_for_a_terminal_alone_and_within_their_path(int? width, string line) => Clipped.Line("read  ", "data/deep/folder/rows.parquet", "  from Tidy", width).ShouldBe(line);

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

    [Fact]
    public void A_row_is_told_with_the_stages_that_used_its_table_and_their_runs()
    {
        _space.Register();

        _space.Succeed("trace", "--row", "ann");

        _space.Printed.ShouldContain("written by Tidy; read by Fit (Rows)");
        _space.Succeed("trace", "--row", "ann", "--json");
        JsonDocument.Parse(_space.Printed).RootElement.GetProperty("found")[0].GetProperty("runs").EnumerateArray().ShouldHaveSingleItem().GetString()!.ShouldNotBeEmpty();
    }

    [Fact]
    public void A_long_key_is_repeated_in_short()
    {
        _space.Register();

        _space.Succeed("trace", "--row", new string('k', 10_000));

        _space.Printed.Length.ShouldBeLessThan(200);
    }

    [Fact]
    public void A_column_is_named_in_any_case_and_only_tables_that_have_it_were_looked_at()
    {
        _space.Register();

        _space.Succeed("trace", "--row", "2", "--column", "ID");
        _space.Printed.ShouldContain("1 table was looked at");
        _space.Succeed("trace", "--row", "4711", "--column", "Id");
        _space.Printed.ShouldBe("4711 is not in the one table that could be looked at and has a column Id.\n");
    }

    [Fact]
    public void A_column_that_no_table_has_is_refused_with_those_there_are()
    {
        _space.Register();

        _space.Run("trace", "--row", "1", "--column", "nosuch").ShouldBe(2, _space.Printed);

        _space.Printed.ShouldContain("id, na\"me");
        _space.Printed.ShouldNotContain("is in none");
    }

    [Theory]
    [InlineData("ann", "id")]
    [InlineData("' OR '1' = '1", null)]
    [InlineData("4711", null)]
    public void A_row_that_is_not_there_is_not_found(string key, string? column)
    {
        _space.Register();

        _space.Succeed(["trace", "shop", "--row", key, .. column is null ? Array.Empty<string>() : ["--column", column]]);

        _space.Printed.ShouldStartWith($"{key} is not in the one table that could be looked at");
    }

    [Fact]
    public void A_table_that_was_changed_since_is_looked_at_as_it_is_kept_and_told_where_it_is_not()
    {
        _space.Register();
        File.Delete(_space.PathOf(TracedSpace.Rows));

        _space.Succeed("trace", "--row", "ann");
        _space.Printed.ShouldContain("1 table was looked at");

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
    [InlineData("trace", "--row", "")]
    [InlineData("trace", "--file", "")]
    [InlineData("trace", "--row", "1", "--column", "")]
    [InlineData("trace", "shop", "--openlineage", "--json")]
    [InlineData("trace", "shop", "--working", "/nowhere/at-all")]
    public void What_asks_for_nothing_or_for_too_much_is_refused(params string[] arguments)
    {
        _space.Register();

        _space.Run(arguments).ShouldBe(2, _space.Printed);

        _space.Printed.ShouldNotContain("   at ");
    }

    static (string?, bool, string?)[] Seen(JsonElement answer, string where) =>
        [.. answer.GetProperty(where).EnumerateArray().Select(seen => (seen.GetProperty("stage").GetString(), seen.GetProperty("isWritten").GetBoolean(), seen.GetProperty("path").GetString()))];
}
