using System.Text.Json;
using Kiln.Hosting;
using Kiln.Registry;

namespace Kiln.Tests;

/// <summary>The registry on the command line. Where it is comes from the environment.</summary>
[Collection(Alone.Name)]
public sealed class CommandTests : IDisposable
{
    readonly string _root = Directory.CreateTempSubdirectory("kiln-models-").FullName;
    string _printed = "";

    public void Dispose()
    {
        Environment.SetEnvironmentVariable("KILN_REGISTRY", null);
        Environment.SetEnvironmentVariable("KILN_REGISTRY_FILES", null);
        Environment.SetEnvironmentVariable("KILN_USER", null);
        Directory.Delete(_root, recursive: true);
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task Everything_can_be_asked_and_done(Kept kept)
    {
        if (kept == Kept.InPostgres) Environment.SetEnvironmentVariable("KILN_REGISTRY", PostgresServer.Shared.CreateDatabase());
        Environment.SetEnvironmentVariable("KILN_USER", "ada");
        foreach (var question in (string[][])[["list"], ["history"], ["show", "fraud"], ["promote", "fraud/1"], ["rollback", "fraud"], ["verify"]])
            (await SaidAsync(2, ["models", .. question])).ShouldContain("There is no registry there yet.");
        Directory.Exists(Path.Combine(_root, "models")).ShouldBeFalse("who asks makes nothing");
        Fill(0);
        (await SaidAsync(0, "models", "list")).ShouldContain("No version is registered");
        (await SaidAsync(0, "models", "history")).ShouldContain("Nothing has been done yet");
        (await SaidAsync(0, "models", "verify")).ShouldContain("The history is empty.");
        Fill(2, refused: true);
        (await SaidAsync(3, "models", "promote", "fraud/3")).ShouldContain("models approve fraud/3");
        (await SaidAsync(2, "models", "approve", "fraud/3")).ShouldContain("It is not said why.");
        (await SaidAsync(0, "models", "approve", "fraud/3", "--reason", "tried on\npaper")).ShouldContain("ada vouches for fraud/3: tried on paper");
        (await SaidAsync(0, "models", "promote", "fraud/1")).ShouldContain("fraud/1 stands in staging.");
        (await SaidAsync(0, "models", "promote", "fraud/1", "--to", "staging")).ShouldContain("fraud/1 stands in staging already.");
        (await SaidAsync(0, "models", "promote", "fraud/1", "--by", "grace", "--reason", "the first")).ShouldContain("fraud/1 stands in production");
        (await SaidAsync(2, "models", "promote", "fraud/1")).ShouldContain("This version is in production already.");
        (await SaidAsync(2, "models", "promote", "fraud/1", "--to", "staging")).ShouldContain("A version does not go back from production to staging.");
        (await SaidAsync(0, "models", "promote", "fraud/2", "--to", "production")).ShouldContain("in place of fraud/1, which is archived");
        (await SaidAsync(2, "models", "promote", "fraud/1")).ShouldContain("An archived version has no next stage");
        (await SaidAsync(2, "models", "promote", "fraud/1", "--to", "heaven")).ShouldContain("no such stage");
        (await SaidAsync(0, "models", "alias", "fraud/2", "champion")).ShouldContain("fraud/2 stands in production, and is called champion.");
        (await SaidAsync(0, "models", "alias", "fraud/2", "5")).ShouldContain("and is called 5, champion.");
        (await SaidAsync(0, "models", "alias", "fraud/3", "champion")).ShouldContain("and is called champion; fraud/2 no longer is.");
        (await SaidAsync(2, "models", "alias", "fraud/3", "best", "--remove")).ShouldContain("No version has this name.");
        (await SaidAsync(0, "models", "show", "fraud@champion")).ShouldMatch("approved +.* by ada: tried on");
        (await SaidAsync(0, "models", "show", "fraud/1")).ShouldMatch("promoted: development → production, in place of 1 +ada");
        (await SaidAsync(2, "models", "show", "fraud/9")).ShouldContain("There is no such version");
        (await SaidAsync(2, "models", "show", "../fraud")).ShouldContain("This names no version");
        foreach (var question in (string[][])[["list", "none"], ["history", "none"], ["history", "none", "--at", "2000-01-01"], ["rollback", "none"]])
            (await SaidAsync(2, ["models", .. question])).ShouldContain("There is no such model in the registry.");
        (await SaidAsync(0, "models", "compare", "fraud/1", "fraud/3")).ShouldMatch("gate +its gate let it pass +its gate refused it");
        _printed.ShouldContain("The same: setting, data, code, environment.");
        (await SaidAsync(0, "models", "card", "fraud/1")).ShouldBe("# A card\n[31mred\n");
        (await SaidAsync(0, "models", "history")).ShouldContain("the first");
        (await SaidAsync(0, "models", "history", "fraud/3")).ShouldNotContain("the first");
        (await SaidAsync(0, "models", "history", "--at", "2000-01-01")).ShouldContain("Nothing was in production at 2000-01-01 00:00:00Z");
        (await SaidAsync(0, "models", "history", "fraud", "--at", "2999-01-01T00:00Z")).ShouldContain("fraud/2");
        _printed.ShouldStartWith("At 2999-01-01 00:00:00Z, which is still to come: as it stands now:");
        (await SaidAsync(2, "models", "history", "--at", "noon")).ShouldContain("This is no time");
        (await SaidAsync(0, "models", "rollback", "fraud")).ShouldContain("fraud/1 stands in production in place of fraud/2");
        (await SaidAsync(0, "models", "rollback", "fraud/1")).ShouldContain("fraud/1 stands in production already.");
        (await SaidAsync(1, "models", "rollback", "fraud")).ShouldContain("but for those that were rolled back from");
        (await SaidAsync(0, "models", "verify")).ShouldContain("The history is as it was written");
        (await SaidAsync(0, "models", "promote", "fraud/1", "--to", "archived")).ShouldContain("fraud/1 is archived; nothing of fraud is in production now.");

        Directory.Delete(FilesOf("fraud/2"), recursive: true);
        foreach (var order in (string[][])[["rollback", "fraud/2"], ["promote", "fraud/2", "--to", "production"], ["promote", "fraud/2", "--to", "staging"], ["card", "fraud/2"]])
            (await SaidAsync(1, ["models", .. order])).ShouldContain("the folder is gone");
        (await SaidAsync(1, "models", "verify")).ShouldContain("the files of fraud/2: the folder is gone");
        (await SaidAsync(0, "models", "verify", "--no-files")).ShouldContain("The history is as it was written");
        (await SaidAsync(0, "models", "alias", "fraud/3", "champion", "--remove")).ShouldContain("fraud/3 stands in development.");
    }

    [Fact]
    public async Task An_export_is_whole_or_not_there()
    {
        Fill(1);
        (await SaidAsync(0, "models", "export", "fraud/1", Path.Combine(_root, "out"))).ShouldContain("fraud/1 is in");
        File.Exists(Path.Combine(_root, "out/model-card.md")).ShouldBeTrue();
        (await SaidAsync(2, "models", "export", "fraud/1", Path.Combine(_root, "out"))).ShouldContain("The folder is there already.");
        File.WriteAllText(Path.Combine(_root, "file"), "");
        (await SaidAsync(1, "models", "export", "fraud/1", Path.Combine(_root, "file/out"))).ShouldContain("The version cannot be copied; nothing was left there.");
        Directory.GetFileSystemEntries(_root).Select(Path.GetFileName).ShouldBe(["file", "models", "out"], ignoreOrder: true);
    }

    [Fact]
    public async Task Criteria_that_were_given_on_the_command_line_let_nothing_pass()
    {
        using (var registry = ModelRegistry.Open(RegistryPlace.Of(_root)))
        {
            registry.Register(Some.Document() with { Overrides = ["gates.criteria=[{name: anything, metric: AUC ROC, atLeast: 0.1}]"] }, Some.Identity("given"), "ada").Version.Gate.ShouldBe(GateStanding.Given);
            registry.Register(Some.Document() with { Overrides = ["train.model=network"] }, Some.Identity("other"), "ada").Version.Gate.ShouldBe(GateStanding.Passed);
            Should.Throw<KilnException>(() => registry.Promote(new("fraud", 1, null), ModelStage.Staging, "ada")).Message.ShouldContain("gates.criteria=[{name: anything");
        }
        (await SaidAsync(0, "models", "show", "fraud/1")).ShouldMatch("gate +let pass by criteria that --set gave");
        _printed.ShouldMatch("--set +gates.criteria=");
    }

    [Fact]
    public async Task Long_answers_are_cut_short_for_people_and_never_for_programs()
    {
        Fill(60);
        (await SaidAsync(0, "models", "list")).ShouldContain("… and 10 older: --all tells them too.");
        _printed.ShouldContain("fraud/60 ");
        _printed.ShouldNotContain("fraud/10 ");
        (await SaidAsync(0, "models", "list", "--all")).ShouldContain("fraud/10 ");
        (await SaidAsync(0, "models", "history", "fraud")).ShouldStartWith("… and 10 older: --all tells them too.");
        (await SaidAsync(0, "models", "history", "--all")).ShouldNotContain("older");
        JsonDocument.Parse(await SaidAsync(0, "models", "list", "--json")).RootElement.GetArrayLength().ShouldBe(60);
        JsonDocument.Parse(await SaidAsync(0, "models", "history", "--json")).RootElement.GetArrayLength().ShouldBe(60);
        JsonDocument.Parse(await SaidAsync(0, "models", "show", "fraud/1", "--json")).RootElement.GetProperty("version").GetProperty("number").GetInt64().ShouldBe(1);
    }

    [Theory]
    [InlineData("postgresql://u:s3cret@localhost/models")]
    [InlineData("postgresql://u:s3cret@localhost/models?sslmode=require")]
    [InlineData("Host=localhost;Pasword=s3cret")]
    public async Task A_wrong_setting_is_told_without_the_password(string setting)
    {
        Environment.SetEnvironmentVariable("KILN_REGISTRY", setting);
        (await SaidAsync(2, "models", "list")).ShouldContain("KILN_REGISTRY is no connection string of PostgreSQL");
        _printed.ShouldNotContain("s3cret");
    }

    [Fact]
    public async Task A_file_may_be_named_and_a_folder_for_the_versions_files()
    {
        Environment.SetEnvironmentVariable("KILN_REGISTRY", "elsewhere/models.db");
        (await SaidAsync(2, "models", "list")).ShouldContain("elsewhere/models.db");
        Fill(0);
        await SaidAsync(0, "models", "list");
        File.Exists(Path.Combine(_root, "elsewhere/models.db")).ShouldBeTrue();
        RegistryPlace.Of(_root).Files.ShouldBe(Path.Combine(_root, "elsewhere/files"));
        Environment.SetEnvironmentVariable("KILN_REGISTRY_FILES", "kept");
        RegistryPlace.Of(_root).Files.ShouldBe(Path.Combine(_root, "kept"));
    }

    void Fill(int count, bool refused = false)
    {
        using var registry = ModelRegistry.Open(RegistryPlace.Of(_root));
        for (var i = 1; i <= count; i++)
            if (count < 10) Fitted.Add(registry, $"{i}");
            else RegistrySpace.Add(registry, $"{i}");
        if (refused) Fitted.Add(registry, "refused", passed: false);
    }

    string FilesOf(string name)
    {
        using var registry = ModelRegistry.Open(RegistryPlace.Of(_root));
        return registry.Files.FolderOf(registry.Get(VersionName.Parse(name)).Identity);
    }

    async Task<string> SaidAsync(int exitCode, params string[] arguments)
    {
        using var printed = new StringWriter();
        RoutedConsole.SendTo(printed);
        var host = KilnHost.Create().AddCommands<RegistryCommands>().In(_root);
        var ended = await Task.Run(() => host.Run(arguments));
        _printed = printed.ToString();
        ended.ShouldBe(exitCode, _printed);
        _printed.ShouldNotContain("   at ");
        _printed.ShouldNotContain("A fault in Kiln itself");
        return _printed;
    }
}
