using System.Diagnostics;
using Kiln.Pipelines.Income;

namespace Kiln.Tests.Income;

/// <summary>A real model on its way into the registry, into production, and back.</summary>
public sealed class IncomeRegistryTests : IDisposable
{
    readonly TrialSpace _space = new(IncomePipeline.Definition, "train.model=logistic", "source.path=source");

    public IncomeRegistryTests()
    {
        CensusRows.Give(_space, CensusRows.Rows(200), CensusRows.Rows(60));
        _space.Write(".gitignore", ".kiln/\ndata/\nmodels/\nreports/\npipeline.lock\n");
        Git("init", "--quiet");
        Git("add", ".");
        Git("-c", "user.name=test", "-c", "user.email=test@localhost", "commit", "--quiet", "--message", "All there is");
    }

    public void Dispose() => _space.Dispose();

    [Fact]
    public async Task A_model_is_registered_once_promoted_and_brought_back_only_where_it_answers_as_it_did()
    {
        await _space.SucceedAsync("--target", "Register");
        _space.Printed.ShouldContain("income/1 is registered: no gate\n");
        await _space.SucceedAsync("--target", "Register");
        _space.Printed.ShouldContain("income/1 is this model already");
        (await _space.RunAsync("models", "promote", "income/1", "--to", "production")).ShouldBe(3);
        _space.Printed.ShouldContain("./build.sh models approve income/1");
        await _space.SucceedAsync("models", "approve", "income/1", "--by", "a tester", "--reason", "So few rows tell nothing.");
        await _space.SucceedAsync("models", "promote", "income/1", "--to", "production");

        const string Other = "models.candidates.logistic.model.linear.l2=7";
        await _space.SucceedAsync("--target", "Register", "--set", Other);
        _space.Printed.ShouldContain("income/2 is registered");
        await _space.SucceedAsync("models", "approve", "income/2", "--by", "a tester", "--reason", "The same.");
        await _space.SucceedAsync("--target", "Promote", "--set", Other, "--set", "promote.to=production");
        _space.Printed.ShouldContain("income/2 stands in production in place of income/1");
        await _space.SucceedAsync("--target", "Promote", "--set", Other);
        _space.Printed.ShouldContain("income/2 stands in production already");
        await _space.SucceedAsync("models", "compare", "income/1", "income/2");
        _space.Printed.ShouldMatch(@"setting +[a-zA-Z.]*linear\.l2 +1 +7");

        await _space.SucceedAsync("models", "rollback", "income", "--reason", "It was better.");
        _space.Printed.ShouldContain("income/1 stands in production in place of income/2, which is archived.");
        await _space.SucceedAsync("models", "verify");

        var kept = Directory.GetFiles(_space.PathOf("models/registry/files"), "sample-answers.json", SearchOption.AllDirectories);
        kept.Length.ShouldBe(2);
        foreach (var file in kept) await File.WriteAllTextAsync(file, "[0.5]");
        (await _space.RunAsync("models", "rollback", "income")).ShouldBe(1);
        _space.Printed.ShouldContain("but for those that were rolled back from");
        (await _space.RunAsync("models", "rollback", "income/2")).ShouldBe(1);
        _space.Printed.ShouldContain("sample-answers.json was changed");
        (await _space.RunAsync("--target", "Promote", "--set", Other, "--set", "promote.to=production")).ShouldBe(1);
        _space.Printed.ShouldContain("is a version that was archived, and a run brings none of these back");
        _space.Printed.ShouldContain("income/2 is this model already, with this card; it is archived. Its files, which were not as they were registered, were brought back");
        await _space.SucceedAsync("models", "history", "income", "--at", "2100-01-01");
        _space.Printed.ShouldContain("income/1");
        (await _space.RunAsync("models", "verify")).ShouldBe(1);
        _space.Printed.ShouldContain("the files of income/1: sample-answers.json was changed");

        await _space.SucceedAsync("--target", "Register", "--set", Other, "--set", "card.limits=[Rows of one year only.]");
        _space.Printed.ShouldContain("income/3 is registered: no gate\n");
        await _space.SucceedAsync("models", "card", "income/3");
        _space.Printed.ShouldContain("Rows of one year only.");
    }

    [Fact]
    public async Task What_no_commit_holds_is_registered_and_kept_out_of_production_until_it_is_committed()
    {
        _space.Write("stray.txt", "x");
        await _space.SucceedAsync("--target", "Register");
        _space.Printed.ShouldContain("income/1 is registered: no gate, from a tree that no commit holds: stray.txt");
        await _space.SucceedAsync("models", "approve", "income/1", "--by", "a tester", "--reason", "So few rows tell nothing.");
        (await _space.RunAsync("models", "promote", "income/1", "--to", "production")).ShouldBe(1);
        _space.Printed.ShouldContain("This version cannot go into production: no commit holds what it was built from.");
        File.Delete(_space.PathOf("stray.txt"));
        await _space.SucceedAsync("--target", "Register");
        _space.Printed.ShouldContain("income/2 is registered: no gate\n");
    }

    [Fact]
    public async Task A_card_that_a_template_leaves_half_empty_is_no_card()
    {
        var template = File.ReadAllText(Path.Combine(Repository.Root, "src/Kiln.Learning/Reporting/Templates/model-card.md.hbs"));
        _space.Write("pipelines/income/templates/model-card.md.hbs", template.Replace("### Known limits", "### Whatever", StringComparison.Ordinal));
        (await _space.RunAsync("--target", "Register")).ShouldBe(1);
        _space.Printed.ShouldContain("missing or empty  Known limits");
        (await _space.RunAsync("models", "list")).ShouldBe(2);
        _space.Printed.ShouldContain("There is no registry there yet");
    }

    void Git(params string[] arguments)
    {
        using var git = Process.Start(new ProcessStartInfo("git", arguments) { WorkingDirectory = _space.Root })!;
        git.WaitForExit();
        git.ExitCode.ShouldBe(0);
    }
}
