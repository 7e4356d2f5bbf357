using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Kiln.Registry;

namespace Kiln.Tests;

/// <summary>What somebody changes past the registry is found and named.</summary>
public sealed class VerifyingTests
{
    [Theory, OnSqlite, OnPostgres]
    public void What_was_only_used_is_sound(Kept kept)
    {
        using var space = new RegistrySpace(kept).WithHistory();
        space.Verify().ShouldBeEmpty();
        using var registry = space.Open();
        registry.Head.Lines.ShouldBe(7);
        registry.Head.Hash.ShouldBe(registry.History()[^1].Hash);
    }

    /// <summary>By what docs/registry.md says of it, and nothing else.</summary>
    [Theory, OnSqlite, OnPostgres]
    public void Anyone_can_reckon_up_the_hashes(Kept kept)
    {
        using var space = new RegistrySpace(kept).WithHistory();
        using var registry = space.Open();
        var previous = "";
        foreach (var line in registry.History())
        {
            var time = line.At.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fff", CultureInfo.InvariantCulture) + "Z";
            string[] fields = [$"{line.Sequence}", time, line.By, $"{line.Action}", line.Model, $"{line.Version}", line.Detail, previous];
            var text = "kiln registry 1\n" + string.Concat(fields.Select(field => $"{Encoding.UTF8.GetByteCount(field)}:{field}\n"));
            line.Hash.ShouldBe(previous = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text))));
        }
    }

    [Theory, OnSqlite, OnPostgres]
    public void The_database_itself_refuses_to_change_the_history(Kept kept)
    {
        using var space = new RegistrySpace(kept).WithHistory();
        using var connection = space.Connect();
        foreach (var sql in (string[])["UPDATE history SET actor = 'x'", "DELETE FROM history", "DELETE FROM history WHERE seq = 7"])
            Should.Throw<System.Data.Common.DbException>(() => RegistrySpace.Execute(connection, sql)).Message.ShouldContain("append-only");
        if (kept == Kept.InPostgres) Should.Throw<System.Data.Common.DbException>(() => RegistrySpace.Execute(connection, "TRUNCATE history")).Message.ShouldContain("append-only");
    }

    /// <summary>The two databases' tests of a tampering: the statements, and what is told.</summary>
    public static TheoryData<string, string> Tamperings => new()
    {
        { "UPDATE history SET actor = 'mallory' WHERE seq = 5", "line 5 (Promote fraud/2 at 2026-05-01T12:00:00.000Z) was changed" },
        { "UPDATE history SET written = '2026-05-01T12:00:00.001Z' WHERE seq = 4", "line 4 (Promote fraud/1 at 2026-05-01T12:00:00.001Z) was changed" },
        { "UPDATE history SET written = 'yesterday' WHERE seq = 4", "line 4 cannot be read" },
        { "UPDATE history SET action = 'Rollback' WHERE seq = 4", "line 4 (Rollback fraud/1" },
        { "UPDATE history SET action = 'Forget' WHERE seq = 4", "line 4 cannot be read" },
        { "UPDATE history SET model = 'income' WHERE seq = 1", "line 1 (Register income/1" },
        { "UPDATE history SET version = 3 WHERE seq = 4", "line 4 (Promote fraud/3" },
        { "UPDATE history SET detail = '{}' WHERE seq = 7", "line 7 (Approve fraud/3" },
        { "UPDATE history SET detail = 'nothing' WHERE seq = 7", "line 7 (Approve fraud/3" },
        { "UPDATE history SET detail = replace(detail, 'a better one', 'a worse one') WHERE seq = 5", "line 5 (Promote fraud/2" },
        { "UPDATE history SET previous = 'none' WHERE seq = 6", "line 6 (Alias fraud/2" },
        { "UPDATE history SET hash = previous WHERE seq = 6", "line 6 (Alias fraud/2" },
        { "UPDATE history SET seq = 99 WHERE seq = 3", "line 3 is missing" },
        { "DELETE FROM history WHERE seq = 1", "line 1 is missing" },
        { "DELETE FROM history WHERE seq = 4", "line 4 is missing" },
        { "DELETE FROM history WHERE seq IN (3, 4, 5)", "lines 3 to 5 are missing" },
        { "DELETE FROM history WHERE seq = 7", "the last line should be number 7, and the history ends with number 6" },
        { "DELETE FROM history", "the last line should be number 7, and the history ends with number 0" },
        { "DELETE FROM head", "the note of where the history ends is gone" },
        { "UPDATE head SET hash = ''", "the last line should be number 7" },
        // Swapped in place, by way of a number that is free.
        { "UPDATE history SET seq = 100 WHERE seq = 4; UPDATE history SET seq = 4 WHERE seq = 5; UPDATE history SET seq = 5 WHERE seq = 100", "line 4 (Promote fraud/2" },
        // The last line is dropped, and the note of the end set to the one before: what was done by it is still in the tables.
        { "DELETE FROM history WHERE seq = 7; UPDATE head SET seq = 6, hash = (SELECT hash FROM history WHERE seq = 6)", "" },
        { "DELETE FROM history WHERE seq > 5; UPDATE head SET seq = 5, hash = (SELECT hash FROM history WHERE seq = 5)", "the alias fraud@champion means version 2, and by the history none" },
        { "UPDATE versions SET stage = 'Archived' WHERE number = 2", "version fraud/2 stands in Archived, and by the history in Production" },
        { "UPDATE versions SET stage = 'Heaven' WHERE number = 2", "version fraud/2 stands in Heaven" },
        { "UPDATE versions SET gate = 'Passed' WHERE number = 3", "version fraud/3 is told otherwise by the history: what its gate said" },
        { "UPDATE versions SET gate = 'Maybe' WHERE number = 3", "version fraud/3 cannot be read" },
        { "UPDATE versions SET dirty = 1 WHERE number = 1", "version fraud/1 is told otherwise by the history: its commit" },
        { "UPDATE versions SET git_commit = '' WHERE number = 1", "version fraud/1 is told otherwise by the history: its commit" },
        { "UPDATE versions SET run = '' WHERE number = 1", "version fraud/1 is told otherwise by the history: its run" },
        { "UPDATE versions SET metrics = '{\"averagePrecision\":0.99,\"nothing\":\"NaN\"}' WHERE number = 1", "version fraud/1 is told otherwise by the history: its figures" },
        { "UPDATE versions SET metrics = 'good' WHERE number = 1", "version fraud/1 cannot be read" },
        { "UPDATE versions SET registered_by = 'mallory' WHERE number = 1", "version fraud/1 is told otherwise by the history: who registered it, or when" },
        { "UPDATE versions SET registered = '2020-01-01T00:00:00.000Z' WHERE number = 1", "version fraud/1 is told otherwise by the history: who registered it, or when" },
        { "UPDATE versions SET moved = 1 WHERE number = 2", "version fraud/2 is told otherwise by the history: the line that moved it" },
        { "UPDATE versions SET identity = 'x' WHERE number = 2", "version fraud/2 is told otherwise by the history: its identity" },
        { "UPDATE versions SET document = 'x' WHERE number = 2", "version fraud/2 is told otherwise by the history: its document" },
        { "UPDATE versions SET number = 9 WHERE number = 3", "version fraud/3 is in the history, and not among the versions" },
        { "DELETE FROM versions WHERE number = 3", "version fraud/3 is in the history, and not among the versions" },
        { "UPDATE aliases SET number = 1", "the alias fraud@champion means version 1, and by the history 2" },
        { "INSERT INTO aliases VALUES ('fraud', 'best', 1)", "the alias fraud@best means version 1, and by the history none" },
        { "DELETE FROM aliases", "the alias fraud@champion is in the history, and not among the aliases" },
        { "DELETE FROM documents", "the document of fraud/1 is gone" },
        { "UPDATE documents SET hash = 'x' WHERE hash = (SELECT document FROM versions WHERE number = 3)", "the document of fraud/3 is gone" },
    };

    [Theory, MemberData(nameof(Tamperings))]
    public void Tampering_is_named_in_sqlite(string sql, string told) => TamperingIsNamed(Kept.InSqlite, sql, told);

    [PostgresTheory, MemberData(nameof(Tamperings))]
    public void Tampering_is_named_in_postgres(string sql, string told) => TamperingIsNamed(Kept.InPostgres, sql, told);

    static void TamperingIsNamed(Kept kept, string sql, string told)
    {
        using var space = new RegistrySpace(kept).WithHistory();
        space.Tamper(sql).ShouldBeGreaterThan(0);
        if (told.Length == 0) space.Found().ShouldBeEmpty("what is dropped whole from the end is told only by a head that was noted elsewhere");
        else space.Found().ShouldContain(told);
    }

    [Theory, OnSqlite, OnPostgres]
    public void Whoever_noted_the_head_sees_that_the_end_was_cut_off(Kept kept)
    {
        using var space = new RegistrySpace(kept).WithHistory();
        using var registry = space.Open();
        var noted = registry.Head;
        space.Tamper("DELETE FROM history WHERE seq = 7");
        space.Tamper("UPDATE head SET seq = 6, hash = (SELECT hash FROM history WHERE seq = 6)");
        registry.Head.ShouldNotBe(noted);
        registry.History().ShouldNotContain(entry => entry.Hash == noted.Hash);
    }

    [Theory, OnSqlite, OnPostgres]
    public void A_document_that_was_changed_is_named(Kept kept)
    {
        using var space = new RegistrySpace(kept).WithHistory();
        space.Tamper("UPDATE documents SET content = @content WHERE hash = (SELECT document FROM versions WHERE number = 3)", ("@content", new byte[] { 1, 2, 3 }));
        space.Found().ShouldBe("the document of fraud/3 was changed");
    }

    [Theory, OnSqlite, OnPostgres]
    public void Questions_of_a_registry_that_was_tampered_with_are_answered_in_words(Kept kept)
    {
        using var space = new RegistrySpace(kept).WithHistory();
        space.Tamper("UPDATE versions SET stage = 'Heaven' WHERE number = 2");
        using var registry = space.Open();
        Should.Throw<KilnException>(() => registry.List()).Message.ShouldContain("models verify");
        space.Tamper("UPDATE history SET detail = 'nothing' WHERE seq = 4");
        Should.Throw<KilnException>(() => registry.ProductionAt(space.Clock.Now)).Message.ShouldContain("line 4 of the history");
    }

    [Fact]
    public void Files_that_are_gone_changed_or_too_many_are_named()
    {
        using var space = new RegistrySpace();
        using var registry = space.Open();
        foreach (var name in (string[])["whole", "gone", "changed", "missing", "more"])
        {
            var identity = Some.Identity(name);
            var files = registry.Files.Keep(identity, folder =>
            {
                Directory.CreateDirectory(Path.Combine(folder, "model"));
                File.WriteAllText(Path.Combine(folder, "model", "weights"), name);
                File.WriteAllText(Path.Combine(folder, "model-card.md"), name);
            });
            files.Keys.ShouldBe(["model-card.md", "model/weights"]);
            registry.Register(Some.Document() with { Files = files }, identity, "ada");
        }
        registry.FileFaults().ShouldBeEmpty();
        string PathOf(string name, string file) => Path.Combine(registry.Files.FolderOf(Some.Identity(name)), file);
        Directory.Delete(PathOf("gone", ""), recursive: true);
        File.WriteAllText(PathOf("changed", "model/weights"), "other");
        File.Delete(PathOf("missing", "model-card.md"));
        File.WriteAllText(PathOf("more", "model/extra"), "");
        var faults = registry.FileFaults();
        faults.Length.ShouldBe(4);
        foreach (var (version, said) in (ReadOnlySpan<(string, string)>)[("fraud/2", "the folder is gone"), ("fraud/3", "model/weights was changed"), ("fraud/4", "model-card.md is gone"), ("fraud/5", "model/extra was not there")])
            faults.ShouldContain(fault => fault.Contains(version, StringComparison.Ordinal) && fault.Contains(said, StringComparison.Ordinal));
    }

    [Theory, OnSqlite, OnPostgres]
    public void Guards_that_are_gone_are_named(Kept kept)
    {
        using var space = new RegistrySpace(kept).WithHistory();
        space.Tamper("DROP INDEX one_production");
        space.Verify().ShouldBe(string.Join('\n', ((string[])["history_keeps", .. kept == Kept.InSqlite ? (string[])["history_stays"] : [], "one_production"]).Select(guard => $"{guard} is gone or another, by which the database itself keeps what was promised")));
    }

    [Theory]
    [InlineData(Kept.InSqlite, "DROP INDEX one_production; CREATE INDEX one_production ON versions (model) WHERE stage = 'Production'", "one_production is gone or another")]
    [InlineData(Kept.InSqlite, "DROP INDEX one_production; CREATE UNIQUE INDEX one_production ON versions (model, number)", "one_production is gone or another")]
    [InlineData(Kept.InSqlite, "DROP TRIGGER history_keeps; CREATE TRIGGER history_keeps BEFORE UPDATE ON history BEGIN SELECT 1; END", "history_keeps is gone or another")]
    [InlineData(Kept.InSqlite, "CREATE TRIGGER evil AFTER INSERT ON history BEGIN UPDATE versions SET stage = 'Archived'; END", "the trigger evil is not as Kiln made it")]
    public void Guards_that_are_others_are_named(Kept kept, string sql, string told) => GuardsAreNamed(kept, sql, told);

    [PostgresTheory]
    [InlineData("DROP INDEX one_production; CREATE INDEX one_production ON versions (model) WHERE stage = 'Production'", "one_production is gone or another")]
    [InlineData("DROP INDEX one_production; CREATE UNIQUE INDEX one_production ON versions (model) WHERE stage = 'Productionx'", "one_production is gone or another")]
    [InlineData("DROP INDEX one_production; CREATE UNIQUE INDEX one_production ON versions (model, number) WHERE stage = 'Production'", "one_production is gone or another")]
    [InlineData("CREATE OR REPLACE FUNCTION history_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$", "history_keeps is gone or another")]
    [InlineData("ALTER TABLE history DISABLE TRIGGER history_keeps", "history_keeps is gone or another")]
    [InlineData("CREATE TRIGGER evil AFTER INSERT ON versions EXECUTE FUNCTION history_is_append_only()", "the trigger evil is not as Kiln made it")]
    public void Guards_that_are_others_are_named_in_postgres(string sql, string told) => GuardsAreNamed(Kept.InPostgres, sql, told);

    static void GuardsAreNamed(Kept kept, string sql, string told)
    {
        using var space = new RegistrySpace(kept).WithHistory();
        space.Verify().ShouldBeEmpty();
        using (var connection = space.Connect()) RegistrySpace.Execute(connection, sql);
        space.Verify().ShouldStartWith(told);
    }

    [Theory, OnSqlite, OnPostgres]
    public void Without_the_note_of_its_end_nothing_is_added_to_the_history(Kept kept)
    {
        using var space = new RegistrySpace(kept).WithHistory();
        space.Tamper("DELETE FROM head");
        using var registry = space.Open();
        Should.Throw<KilnException>(() => registry.Approve(new("fraud", 1, null), "ada", "why not")).What.ShouldContain("where its history ends is gone");
        registry.History().Length.ShouldBe(7);
    }

    [Fact]
    public void Links_and_pipes_among_the_files_are_named()
    {
        using var space = new RegistrySpace();
        using var registry = space.Open();
        var versions = Enumerable.Range(1, 3).Select(i => Fitted.Add(registry, $"{i}")).ToList();
        string PathOf(int i, string file) => Path.Combine(registry.Files.FolderOf(versions[i].Identity), file);
        File.Move(PathOf(0, "model-card.md"), Path.Combine(space.Root, "card"));
        File.CreateSymbolicLink(PathOf(0, "model-card.md"), Path.Combine(space.Root, "card"));
        Directory.Move(PathOf(1, ""), Path.Combine(space.Root, "moved"));
        Directory.CreateSymbolicLink(registry.Files.FolderOf(versions[1].Identity), Path.Combine(space.Root, "moved"));
        using (var make = System.Diagnostics.Process.Start("mkfifo", [PathOf(2, "pipe")])!) make.WaitForExit();
        registry.FileFaults().Select(fault => fault[..fault.IndexOf(" (", StringComparison.Ordinal)]).ShouldBe(
            ["the files of fraud/1: model-card.md is no plain file", "the files of fraud/2: the folder is a link", "the files of fraud/3: pipe is no plain file"], ignoreOrder: true);
    }

    [Fact]
    public void Files_come_back_where_they_are_made_as_they_were()
    {
        using var space = new RegistrySpace();
        using var registry = space.Open();
        var version = Fitted.Add(registry, "1");
        var document = registry.Document(version);
        File.WriteAllText(Path.Combine(registry.Files.FolderOf(version.Identity), "model-card.md"), "other");
        Should.Throw<KilnException>(() => registry.Files.Restore(version, document, folder => File.WriteAllText(Path.Combine(folder, "a"), "b"))).Message.ShouldContain("model-card.md was changed");
        Should.Throw<KilnException>(() => registry.CheckFit(version));
        registry.Files.Restore(version, document, Fitted.Fill);
        registry.CheckFit(version);
        registry.FileFaults().ShouldBeEmpty();
        Directory.GetFileSystemEntries(space.Place.Files).Length.ShouldBe(1);
    }

    [Fact]
    public void Folders_of_no_version_are_told()
    {
        using var space = new RegistrySpace();
        using var registry = space.Open();
        Fitted.Add(registry, "1");
        registry.StrayFiles().ShouldBeEmpty();
        registry.Files.Keep(Some.Identity("lost"), Fitted.Fill);
        registry.StrayFiles().ShouldBe([registry.Files.FolderOf(Some.Identity("lost"))]);
    }

    [Fact]
    public void Files_that_are_there_stay()
    {
        using var space = new RegistrySpace();
        using var registry = space.Open();
        var first = registry.Files.Keep(Some.Identity("1"), folder => File.WriteAllText(Path.Combine(folder, "a"), "first"));
        registry.Files.Keep(Some.Identity("1"), folder => File.WriteAllText(Path.Combine(folder, "a"), "second")).ShouldBe(first);
        Directory.GetFileSystemEntries(space.Place.Files).Length.ShouldBe(1);
    }
}
