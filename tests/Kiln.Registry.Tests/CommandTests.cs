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
        (await SaidAsync(0, "models", "list")).ShouldContain("No version is registered");
        (await SaidAsync(0, "models", "history")).ShouldContain("Nothing has been done yet");
        Fill(2, refused: true);
        (await SaidAsync(1, "models", "promote", "fraud/3")).ShouldContain("models approve fraud/3");
        (await SaidAsync(2, "models", "approve", "fraud/3")).ShouldContain("There is no reason");
        (await SaidAsync(0, "models", "approve", "fraud/3", "--reason", "tried on paper")).ShouldContain("ada vouches for fraud/3: tried on paper");
        (await SaidAsync(0, "models", "promote", "fraud/1")).ShouldContain("fraud/1 stands in staging");
        (await SaidAsync(0, "models", "promote", "fraud/1", "--by", "grace", "--reason", "the first")).ShouldContain("fraud/1 stands in production");
        (await SaidAsync(0, "models", "promote", "fraud/2", "--to", "production")).ShouldContain("in place of fraud/1, which is archived");
        (await SaidAsync(2, "models", "promote", "fraud/1")).ShouldContain("An archived version has no next stage");
        (await SaidAsync(2, "models", "promote", "fraud/1", "--to", "heaven")).ShouldContain("no such stage");
        (await SaidAsync(0, "models", "alias", "fraud/2", "champion")).ShouldContain("is called champion");
        (await SaidAsync(0, "models", "show", "fraud@champion")).ShouldContain("averagePrecision");
        (await SaidAsync(2, "models", "show", "fraud/9")).ShouldContain("There is no such version");
        (await SaidAsync(2, "models", "show", "../fraud")).ShouldContain("This names no version");
        (await SaidAsync(0, "models", "compare", "fraud/1", "fraud/2")).ShouldContain("fraud/2");
        (await SaidAsync(0, "models", "history")).ShouldContain("the first");
        (await SaidAsync(0, "models", "history", "--at", "2000-01-01")).ShouldContain("Nothing was in production at 2000-01-01 00:00:00Z");
        (await SaidAsync(0, "models", "history", "fraud", "--at", "2999-01-01T00:00Z")).ShouldContain("fraud/2");
        (await SaidAsync(2, "models", "history", "--at", "noon")).ShouldContain("This is no time");
        (await SaidAsync(1, "models", "rollback", "fraud")).ShouldContain("The files of this version are not as they were registered");
        (await SaidAsync(1, "models", "card", "fraud/1")).ShouldContain("the folder is gone");
        (await SaidAsync(1, "models", "verify")).ShouldContain("fraud/3");
        (await SaidAsync(0, "models", "verify", "--no-files")).ShouldContain("lines of the history are as they were written");
        (await SaidAsync(0, "models", "alias", "fraud/2", "champion", "--remove")).ShouldContain("fraud/2 stands in production.");
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
        await SaidAsync(0, "models", "list");
        File.Exists(Path.Combine(_root, "elsewhere/models.db")).ShouldBeTrue();
        RegistryPlace.Of(_root).Files.ShouldBe(Path.Combine(_root, "elsewhere/files"));
        Environment.SetEnvironmentVariable("KILN_REGISTRY_FILES", "kept");
        RegistryPlace.Of(_root).Files.ShouldBe(Path.Combine(_root, "kept"));
    }

    void Fill(int count, bool refused = false)
    {
        using var registry = ModelRegistry.Open(RegistryPlace.Of(_root));
        for (var i = 1; i <= count; i++) RegistrySpace.Add(registry, $"{i}");
        if (refused) registry.Register(Some.Document(passed: false), Some.Identity("refused"), "ada");
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
