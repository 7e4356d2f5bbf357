using Kiln.Registry;

namespace Kiln.Tests;

/// <summary>How versions move: through gates, by those who vouch for them, and back.</summary>
public sealed class PromotingTests
{
    static readonly VersionName First = new("fraud", 1, null), Second = new("fraud", 2, null), Third = new("fraud", 3, null);

    [Theory, OnSqlite, OnPostgres]
    public void A_version_moves_through_the_stages(Kept kept)
    {
        using var space = new RegistrySpace(kept);
        using var registry = space.Open();
        RegistrySpace.Add(registry, "1");
        foreach (var stage in (ModelStage[])[ModelStage.Staging, ModelStage.Production, ModelStage.Archived, ModelStage.Staging])
            registry.Promote(First, stage, "ada").Version.Stage.ShouldBe(stage);
        registry.History().Select(entry => entry.Action).ShouldBe([HistoryAction.Register, .. Enumerable.Repeat(HistoryAction.Promote, 4)]);
        Should.Throw<UsageException>(() => registry.Promote(First, ModelStage.Development, "ada")).What.ShouldContain("does not go back");
        registry.Verify().ShouldBeEmpty();
    }

    [Theory, OnSqlite, OnPostgres]
    public void What_stands_there_already_stays_without_a_line(Kept kept)
    {
        using var space = new RegistrySpace(kept);
        using var registry = space.Open();
        RegistrySpace.Add(registry, "1");
        registry.Promote(First, ModelStage.Production, "ada");
        registry.Promote(First, ModelStage.Production, "grace").Displaced.ShouldBeNull();
        registry.History().Length.ShouldBe(2);
    }

    [Theory, OnSqlite, OnPostgres]
    public void One_version_of_a_model_is_in_production(Kept kept)
    {
        using var space = new RegistrySpace(kept);
        using var registry = space.Open();
        RegistrySpace.Add(registry, "1");
        RegistrySpace.Add(registry, "2");
        RegistrySpace.Add(registry, "of another", "income");
        registry.Promote(First, ModelStage.Production, "ada");
        registry.Promote(new("income", 1, null), ModelStage.Production, "ada");
        var (version, displaced) = registry.Promote(Second, ModelStage.Production, "grace");
        (version.Name, displaced?.Name).ShouldBe(("fraud/2", "fraud/1"));
        registry.Get(First).Stage.ShouldBe(ModelStage.Archived);
        registry.Production("fraud")!.Number.ShouldBe(2);
        registry.Production("income")!.Number.ShouldBe(1);
        registry.Get(VersionName.Parse("fraud@production")).Number.ShouldBe(2);
        Should.Throw<System.Data.Common.DbException>(() => space.Tamper("UPDATE versions SET stage = 'Production' WHERE number = 1 AND model = 'fraud'"));
        space.Found().ShouldBeEmpty();
    }

    [Theory, OnSqlite, OnPostgres]
    public void A_version_that_its_gate_refused_needs_someone_who_vouches_for_it(Kept kept)
    {
        using var space = new RegistrySpace(kept);
        using var registry = space.Open();
        registry.Register(Some.Document(passed: false), Some.Identity("1"), "ada");
        foreach (var stage in (ModelStage[])[ModelStage.Staging, ModelStage.Production])
        {
            var error = Should.Throw<KilnException>(() => registry.Promote(First, stage, "ada"));
            error.Message.ShouldContain("ranks frauds");
            error.Message.ShouldContain("0.41 is below 0.6");
            error.Message.ShouldContain("models approve fraud/1");
        }
        registry.History().Length.ShouldBe(1);
        Should.Throw<UsageException>(() => registry.Approve(First, "grace", " "));
        registry.Approve(First, "grace", "tried on paper");
        registry.Promote(First, ModelStage.Production, "ada").Version.Stage.ShouldBe(ModelStage.Production);
        registry.Approvals(registry.Get(First)).ShouldHaveSingleItem().By.ShouldBe("grace");
        registry.Verify().ShouldBeEmpty();
    }

    [Theory, OnSqlite, OnPostgres]
    public void An_approval_is_of_one_version(Kept kept)
    {
        using var space = new RegistrySpace(kept);
        using var registry = space.Open();
        registry.Register(Some.Document(passed: false), Some.Identity("1"), "ada");
        registry.Register(Some.Document(passed: null), Some.Identity("2"), "ada");
        registry.Approve(First, "grace", "tried on paper");
        Should.Throw<KilnException>(() => registry.Promote(Second, ModelStage.Staging, "ada")).What.ShouldContain("no criteria");
    }

    [Theory, OnSqlite, OnPostgres]
    public void A_recorded_override_lets_a_version_pass(Kept kept)
    {
        using var space = new RegistrySpace(kept);
        using var registry = space.Open();
        registry.Register(Some.Document(passed: false, by: "grace"), Some.Identity("1"), "ada").Version.Gate.ShouldBe(GateStanding.Overridden);
        registry.Promote(First, ModelStage.Production, "ada").Version.Stage.ShouldBe(ModelStage.Production);
    }

    [Theory, OnSqlite, OnPostgres]
    public void What_no_commit_holds_does_not_reach_production_even_with_an_approval(Kept kept)
    {
        using var space = new RegistrySpace(kept);
        using var registry = space.Open();
        registry.Register(Some.Document(dirty: true), Some.Identity("1"), "ada");
        registry.Register(Some.Document(commit: ""), Some.Identity("2"), "ada");
        foreach (var name in (VersionName[])[First, Second])
        {
            registry.Approve(name, "grace", "it will do");
            registry.Promote(name, ModelStage.Staging, "ada").Version.Stage.ShouldBe(ModelStage.Staging);
            Should.Throw<KilnException>(() => registry.Promote(name, ModelStage.Production, "ada")).What.ShouldContain("no commit holds");
            registry.Get(name).Stage.ShouldBe(ModelStage.Staging);
        }
    }

    [Theory, OnSqlite, OnPostgres]
    public void Of_two_who_saw_the_same_the_second_is_told_who_was_first(Kept kept)
    {
        using var space = new RegistrySpace(kept);
        using var one = space.Open();
        using var other = space.Open();
        for (var i = 1; i <= 3; i++) RegistrySpace.Add(one, $"{i}");
        one.Promote(First, ModelStage.Production, "ada");
        var (seen, seenByOther) = (one.ProductionLine("fraud"), other.ProductionLine("fraud"));
        one.Promote(Second, ModelStage.Production, "grace", seen: seen);
        var error = Should.Throw<KilnException>(() => other.Promote(Third, ModelStage.Production, "edsger", seen: seenByOther));
        error.What.ShouldContain("Another was promoted meanwhile");
        error.Message.ShouldContain("fraud/2");
        error.Message.ShouldContain("grace");
        other.Get(Third).Stage.ShouldBe(ModelStage.Development);
        Should.Throw<KilnException>(() => other.Promote(Second, ModelStage.Archived, "edsger", seen: seenByOther)).Message.ShouldContain("grace");
        Should.Throw<KilnException>(() => other.RollBack(other.Get(First), "edsger", "", seenByOther)).Message.ShouldContain("grace");
        Should.Throw<KilnException>(() => other.Promote(Second, ModelStage.Production, "edsger", seen: seenByOther)).Message.ShouldContain("grace", Case.Sensitive, "the same, but not by whom asked for it");
        one.Verify().ShouldBeEmpty();
    }

    [Theory, OnSqlite, OnPostgres]
    public void Whoever_saw_nothing_in_production_is_second_too(Kept kept)
    {
        using var space = new RegistrySpace(kept);
        using var registry = space.Open();
        RegistrySpace.Add(registry, "1");
        RegistrySpace.Add(registry, "2");
        registry.ProductionLine("fraud").ShouldBe(0);
        registry.Promote(First, ModelStage.Production, "ada", seen: 0);
        registry.Promote(First, ModelStage.Archived, "ada");
        // Nothing is in production again, but not as it was seen.
        Should.Throw<KilnException>(() => registry.Promote(Second, ModelStage.Production, "grace", seen: 0)).Message.ShouldContain("ada");
        registry.ProductionLine("fraud").ShouldBe(4);
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task Of_many_at_once_exactly_one_wins(Kept kept)
    {
        using var space = new RegistrySpace(kept);
        using (var registry = space.Open())
            for (var i = 1; i <= 6; i++) RegistrySpace.Add(registry, $"{i}");
        using var start = new Barrier(6);
        var told = await Task.WhenAll(Enumerable.Range(1, 6).Select(number => Task.Factory.StartNew(() =>
        {
            using var registry = ModelRegistry.Open(space.Place with { Patience = TimeSpan.FromSeconds(30) });
            var seen = registry.ProductionLine("fraud");
            start.SignalAndWait();
            try
            {
                registry.Promote(new("fraud", number, null), ModelStage.Production, $"person {number}", seen: seen);
                return null;
            }
            catch (KilnException error)
            {
                return error.Message;
            }
        }, TaskCreationOptions.LongRunning)));
        using var after = space.Open();
        told.Count(message => message is null).ShouldBe(1);
        foreach (var message in told.OfType<string>()) message.ShouldContain($"person {after.Production("fraud")!.Number}");
        after.History().Length.ShouldBe(7);
        after.Verify().ShouldBeEmpty();
    }

    [Theory, OnSqlite, OnPostgres]
    public void Rolling_back_brings_back_what_was_there_before(Kept kept)
    {
        using var space = new RegistrySpace(kept);
        using var registry = space.Open();
        for (var i = 1; i <= 3; i++) RegistrySpace.Add(registry, $"{i}");
        registry.BeforeProduction("fraud").ShouldBeNull();
        registry.Promote(First, ModelStage.Production, "ada");
        registry.BeforeProduction("fraud").ShouldBeNull();
        registry.Promote(Second, ModelStage.Production, "ada");
        var before = registry.BeforeProduction("fraud");
        before!.Number.ShouldBe(1);
        var (version, displaced) = registry.RollBack(before, "grace", "it is slow", registry.ProductionLine("fraud"));
        (version.Name, version.Stage, displaced?.Name).ShouldBe(("fraud/1", ModelStage.Production, "fraud/2"));
        registry.History()[^1].Action.ShouldBe(HistoryAction.Rollback);
        Should.Throw<KilnException>(() => registry.RollBack(registry.Get(Third), "grace", "", null)).What.ShouldContain("never been in production");
        registry.RollBack(version, "grace", "again", null).Displaced.ShouldBeNull();
        registry.History().Length.ShouldBe(6);
        registry.Verify().ShouldBeEmpty();
    }

    [Theory, OnSqlite, OnPostgres]
    public void What_was_taken_out_of_production_is_not_what_a_rollback_brings_back(Kept kept)
    {
        using var space = new RegistrySpace(kept).WithHistory();
        using var registry = space.Open();
        registry.Promote(Second, ModelStage.Archived, "ada");
        registry.BeforeProduction("fraud")!.Number.ShouldBe(1);
        registry.RollBack(registry.Get(First), "ada", "", null);
        registry.BeforeProduction("fraud").ShouldBeNull();
        registry.RollBack(registry.Get(Second), "ada", "", null).Version.Stage.ShouldBe(ModelStage.Production, "by its name it comes back");
    }

    [Theory, OnSqlite, OnPostgres]
    public void Each_of_several_rollbacks_goes_further_back(Kept kept)
    {
        using var space = new RegistrySpace(kept);
        using var registry = space.Open();
        for (var i = 1; i <= 4; i++) RegistrySpace.Add(registry, $"{i}");
        foreach (var version in new[] { First, Second, First, Third }) registry.Promote(version, ModelStage.Production, "ada");
        BackFrom(3).ShouldBe(1);
        BackFrom(1).ShouldBe(2);
        BackFrom(2).ShouldBe(1);
        registry.BeforeProduction("fraud").ShouldBeNull();

        // What was rolled back from comes back by its name, and by promotion; and then is what another is put in the place of.
        registry.RollBack(registry.Get(Third), "grace", "", null);
        registry.Promote(new("fraud", 4, null), ModelStage.Production, "ada");
        BackFrom(4).ShouldBe(3);
        BackFrom(3).ShouldBe(1);
        registry.Verify().ShouldBeEmpty();

        long BackFrom(long present)
        {
            registry.Production("fraud")!.Number.ShouldBe(present);
            return registry.RollBack(registry.BeforeProduction("fraud")!, "grace", "", null).Version.Number;
        }
    }

    [Theory, OnSqlite, OnPostgres]
    public void A_name_goes_over_to_the_version_that_is_given_it(Kept kept)
    {
        using var space = new RegistrySpace(kept);
        using var registry = space.Open();
        RegistrySpace.Add(registry, "1");
        RegistrySpace.Add(registry, "2");
        registry.Alias(First, "champion", "ada");
        registry.Alias(First, "a-b.c_1", "ada");
        registry.Alias(First, "champion", "ada");
        registry.Get(First).Aliases.ShouldBe(["a-b.c_1", "champion"]);
        registry.Alias(Second, "champion", "ada");
        registry.Get(VersionName.Parse("fraud@champion")).Number.ShouldBe(2);
        registry.List().Single(version => version.Number == 1).Aliases.ShouldBe(["a-b.c_1"]);
        registry.Unalias("fraud", "champion", "ada");
        Should.Throw<UsageException>(() => registry.Get(VersionName.Parse("fraud@champion"))).Message.ShouldContain("fraud@champion");
        Should.Throw<UsageException>(() => registry.Unalias("fraud", "champion", "ada"));
        registry.History().Length.ShouldBe(6);
        registry.Verify().ShouldBeEmpty();
    }

    [Theory]
    [InlineData("production")]
    [InlineData("Staging")]
    [InlineData("../x")]
    [InlineData("x'; DELETE FROM aliases; --")]
    [InlineData("3@4")]
    [InlineData("")]
    public void A_name_is_plain_and_no_stage(string alias)
    {
        using var space = new RegistrySpace();
        using var registry = space.Open();
        RegistrySpace.Add(registry, "1");
        Should.Throw<UsageException>(() => registry.Alias(First, alias, "ada")).What.ShouldContain("cannot be the name of an alias");
        Should.Throw<UsageException>(() => registry.Alias(First, new string('a', 10_000), "ada")).Message.Length.ShouldBeLessThan(500);
    }

    [Theory, OnSqlite, OnPostgres]
    public void The_history_tells_what_was_in_production_at_a_time(Kept kept)
    {
        using var space = new RegistrySpace(kept);
        using var registry = space.Open();
        RegistrySpace.Add(registry, "1");
        RegistrySpace.Add(registry, "2");
        RegistrySpace.Add(registry, "1", "income");
        var noon = space.Clock.Now;
        At(1, () => registry.Promote(First, ModelStage.Production, "ada"));
        At(2, () => registry.Promote(new("income", 1, null), ModelStage.Production, "ada"));
        At(3, () => registry.Promote(Second, ModelStage.Production, "ada"));
        At(4, () => registry.Promote(Second, ModelStage.Archived, "ada"));
        At(5, () => registry.RollBack(registry.Get(First), "ada", "", null));
        Told(0).ShouldBe("");
        Told(1).ShouldBe("fraud/1");
        Told(2.5).ShouldBe("fraud/1 income/1");
        Told(3).ShouldBe("fraud/2 income/1");
        Told(4).ShouldBe("income/1");
        Told(100).ShouldBe("fraud/1 income/1");
        registry.ProductionAt(noon.AddHours(3), "fraud").Keys.ShouldBe(["fraud"]);
        registry.ProductionAt(noon.AddHours(3).AddMilliseconds(-1))["fraud"].Version.ShouldBe(1);

        void At(double hours, Action work)
        {
            space.Clock.Now = noon.AddHours(hours);
            work();
        }

        string Told(double hours) => string.Join(' ', registry.ProductionAt(noon.AddHours(hours)).Values.Select(entry => $"{entry.Model}/{entry.Version}"));
    }

    [Theory, OnSqlite, OnPostgres]
    public void A_clock_that_was_set_back_makes_no_line_older_than_the_one_before(Kept kept)
    {
        using var space = new RegistrySpace(kept);
        using var registry = space.Open();
        RegistrySpace.Add(registry, "1");
        var first = space.Clock.Now;
        space.Clock.Now = first.AddYears(-1);
        registry.Promote(First, ModelStage.Production, "ada");
        registry.History().Select(entry => entry.At).ShouldBe([first, first]);
        registry.Verify().ShouldBeEmpty();
    }

    [Theory, OnSqlite, OnPostgres]
    public void The_last_lines_of_the_history_are_told_oldest_first(Kept kept)
    {
        using var space = new RegistrySpace(kept).WithHistory();
        using var registry = space.Open();
        registry.History(most: 2).Select(entry => entry.Sequence).ShouldBe([6, 7]);
        registry.History("fraud", most: 3).Select(entry => entry.Sequence).ShouldBe([5, 6, 7]);
        registry.History(registry.Get(First)).Select(entry => entry.Action).ShouldBe([HistoryAction.Register, HistoryAction.Promote]);
        registry.LinesOf("fraud").ShouldBe(7);
        registry.LinesOf("none").ShouldBe(0);
    }
}
