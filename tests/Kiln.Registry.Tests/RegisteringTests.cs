using Kiln.Registry;

namespace Kiln.Tests;

/// <summary>How versions come into the registry.</summary>
public sealed class RegisteringTests
{
    [Theory, OnSqlite, OnPostgres]
    public void A_version_is_kept_with_all_that_is_told_of_it(Kept kept)
    {
        using var space = new RegistrySpace(kept);
        var document = Some.Document() with { Overrides = ["train.epochs=3", "it's; DROP TABLE versions; --"] };
        using (var registry = space.Open())
        {
            var (version, isNew) = registry.Register(document, Some.Identity("1"), "ada");
            (isNew, version.Name, version.Stage, version.Gate, version.IsDirty).ShouldBe((true, "fraud/1", ModelStage.Development, GateStanding.Passed, false));
        }
        using (var registry = space.Open())
        {
            var version = registry.Get(VersionName.Parse("fraud"));
            (version.RegisteredBy, version.Registered, version.Run, version.Commit, version.Identity).ShouldBe(("ada", space.Clock.Now, document.Run, Some.Commit, Some.Identity("1")));
            version.Metrics.ShouldBe(document.Metrics);
            var again = registry.Document(version);
            again.Overrides.ShouldBe(document.Overrides);
            (again with { Overrides = document.Overrides, Gate = document.Gate, Metrics = document.Metrics, Environment = document.Environment, Files = document.Files, Inputs = document.Inputs, Stages = document.Stages, Target = document.Target }).ShouldBe(document);
            again.Gate!.Criteria.ShouldBe(document.Gate!.Criteria);
        }
        space.Verify().ShouldBeEmpty();
    }

    [Theory, OnSqlite, OnPostgres]
    public void Registering_again_adds_neither_a_version_nor_a_line(Kept kept)
    {
        using var space = new RegistrySpace(kept);
        using var registry = space.Open();
        RegistrySpace.Add(registry, "1");
        registry.Promote(new("fraud", 1, null), ModelStage.Staging, "ada");
        var (version, isNew) = registry.Register(Some.Document() with { Run = "another run" }, Some.Identity("1"), "grace");
        (isNew, version.Name, version.Stage, version.RegisteredBy).ShouldBe((false, "fraud/1", ModelStage.Staging, "ada"));
        registry.History().Length.ShouldBe(2);
        registry.Count().ShouldBe(1);
    }

    [Theory, OnSqlite, OnPostgres]
    public void Each_model_counts_its_own_versions(Kept kept)
    {
        using var space = new RegistrySpace(kept);
        using var registry = space.Open();
        string[] names = [.. from name in (string[])["fraud", "income", "fraud", "income", "fraud"] select RegistrySpace.Add(registry, $"{name}{registry.Head.Lines}", name).Name];
        names.ShouldBe(["fraud/1", "income/1", "fraud/2", "income/2", "fraud/3"]);
        registry.Models.ShouldBe(["fraud", "income"]);
        registry.List("income").Select(version => version.Name).ShouldBe(["income/2", "income/1"]);
        registry.Count("fraud").ShouldBe(3);
    }

    [Theory, OnSqlite, OnPostgres]
    public void A_list_begins_with_what_is_in_production_and_goes_on_with_the_last_moved(Kept kept)
    {
        using var space = new RegistrySpace(kept);
        using var registry = space.Open();
        for (var i = 1; i <= 5; i++) RegistrySpace.Add(registry, $"{i}");
        registry.Promote(new("fraud", 1, null), ModelStage.Production, "ada");
        registry.Promote(new("fraud", 3, null), ModelStage.Staging, "ada");
        registry.List().Select(version => version.Number).ShouldBe([1, 3, 5, 4, 2]);
        registry.List(most: 3).Select(version => version.Number).ShouldBe([1, 3, 5]);
        registry.List(most: 1).Select(version => version.Number).ShouldBe([1]);
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task Many_at_once_get_a_number_each(Kept kept)
    {
        using var space = new RegistrySpace(kept);
        await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Run(() =>
        {
            using var registry = ModelRegistry.Open(space.Place with { Patience = TimeSpan.FromSeconds(30) });
            for (var j = 0; j < 5; j++) RegistrySpace.Add(registry, $"{i} {j}");
        })));
        using var all = space.Open();
        all.List().Select(version => version.Number).Order().ShouldBe(Enumerable.Range(1, 40).Select(number => (long)number));
        all.Verify().ShouldBeEmpty();
    }

    [Theory]
    [InlineData("")]
    [InlineData("../fraud")]
    [InlineData("fraud/../income")]
    [InlineData("Fraud")]
    [InlineData("fraud'; DROP TABLE versions; --")]
    [InlineData("\"fraud\"")]
    [InlineData(".fraud")]
    [InlineData("fraud\n")]
    [InlineData("fräud")]
    [InlineData("fraud model")]
    public void A_model_has_a_plain_name(string name)
    {
        using var space = new RegistrySpace();
        using var registry = space.Open();
        Should.Throw<UsageException>(() => registry.Register(Some.Document(name), Some.Identity("1"), "ada")).What.ShouldContain("cannot be the name of a model");
        Should.Throw<UsageException>(() => VersionName.Parse(name));
        registry.History().ShouldBeEmpty();
    }

    [Fact]
    public void A_name_of_ten_thousand_characters_is_told_short()
    {
        using var space = new RegistrySpace();
        using var registry = space.Open();
        var error = Should.Throw<UsageException>(() => registry.Register(Some.Document(new string('a', 10_000)), Some.Identity("1"), "ada"));
        error.Message.ShouldContain("(10,000 characters)");
        error.Message.Length.ShouldBeLessThan(500);
        Should.Throw<UsageException>(() => VersionName.Parse(new string('/', 10_000))).Message.Length.ShouldBeLessThan(500);
        registry.Register(Some.Document(new string('a', 100)), Some.Identity("1"), "ada").Version.Number.ShouldBe(1);
    }

    [Theory]
    [InlineData("fraud/3", "fraud", 3L, null)]
    [InlineData("fraud@champion", "fraud", null, "champion")]
    [InlineData("fraud", "fraud", null, null)]
    [InlineData("0.a_b-c/000000012", "0.a_b-c", 12L, null)]
    public void Names_of_versions_are_read(string text, string model, long? number, string? alias) => VersionName.Parse(text).ShouldBe(new(model, number, alias));

    [Theory]
    [InlineData("fraud/")]
    [InlineData("fraud/x")]
    [InlineData("fraud/-1")]
    [InlineData("fraud/1/2")]
    [InlineData("fraud/99999999999999999999")]
    [InlineData("fraud@")]
    [InlineData("fraud@a@b")]
    [InlineData("fraud@../x")]
    [InlineData("/3")]
    public void What_names_no_version_is_refused(string text) => Should.Throw<UsageException>(() => VersionName.Parse(text)).What.ShouldBe("This names no version.");

    [Theory, OnSqlite, OnPostgres]
    public void Words_of_people_are_kept_as_they_are(Kept kept)
    {
        const string Reason = "it's \"better\"; DROP TABLE history; -- \\ %s ${x} ../../etc Ж 🙂\nsecond line";
        using var space = new RegistrySpace(kept);
        using var registry = space.Open();
        RegistrySpace.Add(registry, "1");
        registry.Promote(new("fraud", 1, null), ModelStage.Staging, "O'Neil", Reason);
        HistoryDetail.Read(registry.History()[^1].Detail).Reason.ShouldBe(Reason);
        registry.History()[^1].By.ShouldBe("O'Neil");
        registry.Verify().ShouldBeEmpty();
    }

    [Theory]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("a\0b")]
    [InlineData("a\u001b[31mb")]
    [InlineData("a\nb")]
    [InlineData("a\u202eb")]
    [InlineData("a\u2066b")]
    [InlineData("a\u200bb")]
    [InlineData("a\u2028b")]
    [InlineData("a\ud800b")]
    public void Who_does_it_says_so_in_plain_words(string by)
    {
        using var space = new RegistrySpace();
        using var registry = space.Open();
        Should.Throw<UsageException>(() => registry.Register(Some.Document(), Some.Identity("1"), by));
        Should.Throw<UsageException>(() => registry.Register(Some.Document(), Some.Identity("1"), new string('x', 10_000))).Message.ShouldContain("10,000 characters");
        registry.History().ShouldBeEmpty();
    }

    [Fact]
    public void A_card_with_missing_sections_is_refused_and_they_are_named()
    {
        const string Card = "# Fraud\n\n## What it is for\n\nCards.\n\n## What it is not for\n\n-\n\n## Known limits\n\n- Few rows.\n\n## Results on the test rows\n\n| a |\n";
        var error = Should.Throw<KilnException>(() => CardCheck.Demand("reports/fraud/model-card.md", Card, Card + "Who answers for it"));
        error.Message.ShouldContain("missing or empty  What it is not for, Who answers for it\n");
        error.ExitCode.ShouldBe(ExitCode.StageFailed);
        var whole = Card.Replace("\n-\n", "\nLoans.\n", StringComparison.Ordinal) + "\n## Who answers for it\n\nAda.\n";
        CardCheck.Demand("card.md", whole, whole);
        foreach (var nothing in (string[])["\u200b", "-", "<!-- Ada -->", "<!--\nAda\n-->", "…"])
            Should.Throw<KilnException>(() => CardCheck.Demand("card.md", whole.Replace("Ada.", nothing, StringComparison.Ordinal), whole)).Message.ShouldContain("Who answers for it");
        Should.Throw<KilnException>(() => CardCheck.Demand("card.md", whole, "<html>nothing</html>")).Message.ShouldContain("Known limits (of the page)");
    }

    [Fact]
    public void A_document_is_read_as_it_was_written_or_not_at_all()
    {
        using var space = new RegistrySpace();
        using var registry = space.Open();
        var version = RegistrySpace.Add(registry, "1");
        space.Tamper("UPDATE documents SET content = @content", ("@content", new byte[] { 1, 2, 3 }));
        Should.Throw<KilnException>(() => registry.Document(version)).Message.ShouldContain("not the one that was registered");
        space.Tamper("DELETE FROM documents");
        Should.Throw<KilnException>(() => registry.Document(version)).Message.ShouldContain("it is gone");
    }
}
