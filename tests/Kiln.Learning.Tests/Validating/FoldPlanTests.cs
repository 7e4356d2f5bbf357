using Kiln.Data;
using Kiln.Learning.Validating;

namespace Kiln.Learning.Tests.Validating;

public class FoldPlanTests
{
    const int Rows = 203;

    static readonly DateOnly Start = new(2020, 1, 1);

    /// <summary>A class with a tenth of the rows, 23 groups of unlike sizes, and a day for every two rows, not in order.</summary>
    static readonly TableColumns Table = TableColumns.Of(
        Column.Texts("class", Enumerable.Range(0, Rows).Select(row => (string?)(row % 10 == 3 ? "rare" : "frequent")).ToArray()),
        Column.Of<int>("group", Enumerable.Range(0, Rows).Select(row => (int)Math.Sqrt(row * 2.6)).ToArray()),
        Column.Timestamps("time", Enumerable.Range(0, Rows).Select(row => Micros(DayOf(row)) + row).ToArray()),
        Column.Dates("day", Enumerable.Range(0, Rows).Select(row => DayOf(row).DayNumber - DateOnly.FromDateTime(DateTime.UnixEpoch).DayNumber).ToArray()));

    public static TheoryData<FoldPlan> Plans =>
    [
        new HoldOut { Share = 0.3 }, new HoldOut { Share = 0.2, Stratify = "class", Seed = 4 }, new KFold { Folds = 4 }, new KFold { Stratify = "class" },
        new GroupedKFold { Group = "group" }, new TimeOrdered { Time = "time", First = Start.AddDays(50), Days = 10, Folds = 3, DelayDays = 5, TrainDays = 20 },
    ];

    [Theory, MemberData(nameof(Plans))]
    public void No_row_is_on_both_sides_and_places_ascend(FoldPlan plan)
    {
        for (var fold = 0; fold < plan.Names.Length; fold++)
        {
            var rows = plan.Rows(Table, fold);
            rows.Training.Intersect(rows.Assessed).ShouldBeEmpty();
            rows.Training.ShouldBe(rows.Training.Order());
            rows.Assessed.ShouldBe(rows.Assessed.Order());
        }
        plan.Names.Distinct().Count().ShouldBe(plan.Names.Length);
    }

    [Theory, MemberData(nameof(Plans))]
    public void The_same_rows_come_whatever_the_order_of_threads(FoldPlan plan)
    {
        var serial = Enumerable.Range(0, plan.Names.Length).Select(fold => plan.Rows(Table, fold)).ToList();
        Parallel.For(0, 8 * plan.Names.Length, turn =>
        {
            var rows = plan.Rows(Table, turn % plan.Names.Length);
            rows.Assessed.ShouldBe(serial[turn % plan.Names.Length].Assessed);
            rows.Training.ShouldBe(serial[turn % plan.Names.Length].Training);
        });
    }

    [Theory]
    [InlineData(null)]
    [InlineData("class")]
    public void Every_row_is_judged_on_in_one_fold_and_folds_are_even(string? stratify)
    {
        var plan = new KFold { Folds = 5, Stratify = stratify, Seed = 1 };
        var folds = Enumerable.Range(0, 5).Select(fold => plan.Rows(Table, fold)).ToList();
        folds.SelectMany(fold => fold.Assessed).Order().ShouldBe(Enumerable.Range(0, Rows));
        folds.ShouldAllBe(fold => fold.Training.Length + fold.Assessed.Length == Rows);
        folds.Select(fold => fold.Assessed.Length).Order().ShouldBe([40, 40, 41, 41, 41]);
    }

    [Fact]
    public void Stratified_folds_have_each_class_evenly()
    {
        var plan = new KFold { Folds = 4, Stratify = "class", Seed = 2 };
        Enumerable.Range(0, 4).ShouldAllBe(fold => plan.Rows(Table, fold).Assessed.Count(row => row % 10 == 3) == 5);
        new HoldOut { Share = 0.2, Stratify = "class" }.Rows(Table, 0).Assessed.Count(row => row % 10 == 3).ShouldBe(4);
    }

    [Fact]
    public void Another_seed_gives_other_rows()
    {
        new KFold { Seed = 1 }.Rows(Table, 0).Assessed.ShouldNotBe(new KFold { Seed = 2 }.Rows(Table, 0).Assessed);
        new HoldOut { Seed = 1 }.Rows(Table, 0).Assessed.ShouldNotBe(new HoldOut { Seed = 2 }.Rows(Table, 0).Assessed);
    }

    [Fact]
    public void No_group_is_on_both_sides_and_folds_are_nearly_even()
    {
        var groups = Table.Values<int>("group");
        var plan = new GroupedKFold { Group = "group", Folds = 4 };
        var judged = new List<int>();
        for (var fold = 0; fold < 4; fold++)
        {
            var rows = plan.Rows(Table, fold);
            rows.Training.Select(row => groups.Span[row]).Intersect(rows.Assessed.Select(row => groups.Span[row])).ShouldBeEmpty();
            rows.Assessed.Length.ShouldBeInRange(45, 57);
            judged.AddRange(rows.Assessed);
        }
        judged.Order().ShouldBe(Enumerable.Range(0, Rows));
    }

    [Theory]
    [InlineData("time")]
    [InlineData("day")]
    public void Time_keeps_the_delay_and_the_windows(string column)
    {
        var plan = new TimeOrdered { Time = column, First = Start.AddDays(50), Days = 10, Folds = 3, DelayDays = 5, TrainDays = 20 };
        plan.Names.ShouldBe(["2020-02-20", "2020-03-01", "2020-03-11"]);
        for (var fold = 0; fold < 3; fold++)
        {
            var first = Start.AddDays(50 + (10 * fold));
            var rows = plan.Rows(Table, fold);
            rows.Assessed.ShouldBe(Enumerable.Range(0, Rows).Where(row => DayOf(row) >= first && DayOf(row) < first.AddDays(10)));
            rows.Training.ShouldBe(Enumerable.Range(0, Rows).Where(row => DayOf(row) >= first.AddDays(-25) && DayOf(row) < first.AddDays(-5)));
        }
        (plan with { TrainDays = 0 }).Rows(Table, 1).Training.Count(row => DayOf(row) == Start).ShouldBe(2);
    }

    [Fact]
    public void What_cannot_be_told_apart_is_refused()
    {
        Should.Throw<KilnException>(() => new TimeOrdered { Time = "time", First = Start }.Rows(Table, 0)).Message.ShouldContain("none to learn from, of 203");
        Should.Throw<KilnException>(() => new TimeOrdered { Time = "day", First = Start.AddDays(900) }.Rows(Table, 0)).Message.ShouldContain("none to judge on");
        Should.Throw<KilnException>(() => new TimeOrdered { Time = "group", First = Start }.Rows(Table, 0)).What.ShouldContain("dates or times");
        Should.Throw<KilnException>(() => new GroupedKFold { Group = "of whom" }.Rows(Table, 0)).Message.ShouldContain("of whom");
        var unknown = TableColumns.Of(Column.Texts("group", new string?[] { "a", null, "b" }));
        Should.Throw<KilnException>(() => new GroupedKFold { Group = "group", Folds = 2 }.Rows(unknown, 0)).Message.ShouldContain("1 (from 0)");
        Should.Throw<KilnException>(() => new ValidationSettings { KFold = new(), HoldOut = new() }.Choose()).ExitCode.ShouldBe(ExitCode.Usage);
        Should.Throw<KilnException>(() => new ValidationSettings().Choose()).Message.ShouldContain("timeOrdered");
        new ValidationSettings { KFold = new() }.Choose().ShouldBe(new KFold());
    }

    static DateOnly DayOf(int row) => Start.AddDays(row * 37 % Rows / 2);

    static long Micros(DateOnly day) => (day.DayNumber - DateOnly.FromDateTime(DateTime.UnixEpoch).DayNumber) * 86_400_000_000L;
}
