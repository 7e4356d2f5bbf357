using System.Diagnostics;
using Kiln.Registry;

namespace Kiln.Tests;

/// <summary>Commands that are interrupted: whole processes, as people have them.</summary>
public sealed class InterruptingTests
{
    const string AskHistory = "Interrupted: ./build.sh models history says whether it was done.\n";

    [Theory]
    [InlineData("INT", "promote", "fraud/1")]
    [InlineData("TERM", "promote", "fraud/1")]
    [InlineData("INT", "alias", "fraud/1", "champion")]
    [InlineData("TERM", "approve", "fraud/1", "--reason", "tried on paper")]
    public async Task A_change_that_waits_for_the_registry_ends_at_once_and_is_not_made(string signal, params string[] change)
    {
        using var space = new RegistrySpace();
        using (var registry = space.Open()) Fitted.Add(registry, "1");
        using (var holder = space.Connect())
        {
            RegistrySpace.Execute(holder, "BEGIN IMMEDIATE");
            using var command = Start(space, ["models", .. change]);
            await command.OpensAsync(space.File);
            await Task.Delay(500); // it waits by then; and if not, it still must not change anything
            var clock = Stopwatch.StartNew();
            (await EndByAsync(command, signal)).ShouldBe(8, command.Printed);
            clock.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(15), "it is not the registry's patience that ends it");
            command.Printed.ShouldBe(AskHistory);
            RegistrySpace.Execute(holder, "COMMIT");
        }

        await Task.Delay(500); // who had only seemed to be gone would have made it by then
        using var history = Start(space, "models", "history");
        (await history.EndsAsync()).ShouldBe(0, history.Printed);
        history.Printed.Split('\n').Count(line => line.Contains("fraud/1", StringComparison.Ordinal)).ShouldBe(1, history.Printed);
        using var after = space.Open();
        after.Promote(new("fraud", 1, null), ModelStage.Production, "ada").Version.Stage.ShouldBe(ModelStage.Production, "nothing holds the registry any more");
        after.Verify().ShouldBeEmpty();
    }

    [Theory]
    [InlineData("INT")]
    [InlineData("TERM")]
    public async Task A_run_that_a_command_began_ends_in_order(string signal)
    {
        using var space = new RegistrySpace();
        using var command = Start(space, "models", "register", "waiting");
        await command.PrintsAsync("waiting now");
        (await EndByAsync(command, signal)).ShouldBe(8, command.Printed);
        command.Printed.ShouldContain("Stopping: waiting for the stages at work. Once more ends at once.");
        command.Printed.ShouldContain("1 cancelled");
        command.Printed.ShouldNotContain("Interrupted.", Case.Sensitive);
        using var runs = Start(space, "runs");
        (await runs.EndsAsync()).ShouldBe(0);
        runs.Printed.ShouldContain("interrupted (8)");
    }

    static StartedHost Start(RegistrySpace space, params string[] arguments) => new(space.Root, arguments, [("KILN_REGISTRY", space.File), ("KILN_USER", "ada")]);

    static async Task<int> EndByAsync(StartedHost command, string signal)
    {
        command.Signal(signal);
        return await command.EndsAsync();
    }
}
