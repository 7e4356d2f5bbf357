using System.Diagnostics;
using Kiln.Data;
using Kiln.Learning.Evaluating;
using Kiln.Learning.Models;
using Kiln.Learning.Slicing;
using Kiln.Learning.Tests.Evaluating;
using Xunit.Abstractions;

namespace Kiln.Learning.Tests.Slicing;

public class SliceSearchTests(ITestOutputHelper output)
{
    /// <summary>Runs without an effect; more of them tell the share of false alarms more closely.</summary>
    static readonly int Runs = int.Parse(Environment.GetEnvironmentVariable("KILN_SLICE_RUNS") ?? "60");

    static readonly string[] Towns = ["Bern", "Biel", "Chur", "Genf", "Thun"];

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void A_planted_slice_of_two_predicates_is_the_first(int seed)
    {
        var (rows, losses) = SomeRows(seed, 6000, (town, _, age, random) => random.NextDouble() < (town == "Chur" && age >= 80 ? 0.5 : 0.1) ? 1 : 0);
        var found = SliceSearch.Worst(rows, losses, new());
        found.Slices[0].Columns.ShouldBe(["town", "age"]);
        found.Slices[0].Slice.Name.ShouldStartWith("town = Chur & age ≥ ");
        found.Slices[0].IsSignificant.ShouldBeTrue();
        found.Slices[0].MeanLoss.ShouldBe(0.5, 0.1);
        found.Slices[0].RestLoss.ShouldBe(0.1, 0.01);
        found.LeftOut.ShouldBe(0);
    }

    [Fact]
    public void A_planted_slice_of_one_predicate_is_told_without_its_parts()
    {
        var (rows, losses) = SomeRows(5, 6000, (town, _, _, random) => Math.Pow(Gauss(random) * (town == "Biel" ? 2 : 1), 2));
        var found = SliceSearch.Worst(rows, losses, new() { MostPredicates = 3 });
        found.Slices[0].Slice.Name.ShouldBe("town = Biel");
        found.Slices[0].Slice.Definition.ShouldBe("town is Biel");
        found.Slices.Skip(1).ShouldAllBe(slice => !slice.Slice.Name.Contains("Biel"));
        found.Slices.Skip(1).ShouldAllBe(slice => !slice.IsSignificant);
    }

    [Fact]
    public void A_planted_slice_of_three_predicates_needs_three()
    {
        var (rows, losses) = SomeRows(6, 9000, (town, member, age, random) => random.NextDouble() < (town == "Thun" && member && age < 40 ? 0.6 : 0.1) ? 1 : 0);
        SliceSearch.Worst(rows, losses, new() { MostPredicates = 3 }).Slices[0].Columns.ShouldBe(["town", "member", "age"]);
        SliceSearch.Worst(rows, losses, new() { MostPredicates = 2 }).Slices[0].Columns.Length.ShouldBe(2);
    }

    [Theory]
    [InlineData("rare errors")]
    [InlineData("even errors")]
    [InlineData("frequent errors")]
    [InlineData("log losses")]
    [InlineData("heavy tails")]
    public void Where_the_loss_depends_on_nothing_slices_are_hardly_ever_significant(string kind)
    {
        var any = 0;
        for (var seed = 0; seed < Runs; seed++)
        {
            var (rows, losses) = SomeRows(1000 + seed, 2000, (_, _, _, random) => kind switch
            {
                "rare errors" => random.NextDouble() < 0.01 ? 1 : 0,
                "even errors" => random.NextDouble() < 0.5 ? 1 : 0,
                "frequent errors" => random.NextDouble() < 0.97 ? 1 : 0,
                "log losses" => -Math.Log(Math.Max(1e-12, random.NextDouble())),
                _ => Math.Pow(Gauss(random), 4),
            });
            var found = SliceSearch.Worst(rows, losses, new() { LeastRows = 30, Alpha = 0.05 });
            if (found.Slices.Any(slice => slice.IsSignificant)) any++;
        }
        output.WriteLine($"{kind}: some slice significant in {any:N0} of {Runs:N0} runs ({(double)any / Runs:P1})");
        // Three deviations above the level of 5%: the seeds are fixed, but who adds some should not be surprised.
        any.ShouldBeLessThanOrEqualTo((int)((0.05 * Runs) + (3 * Math.Sqrt(0.05 * 0.95 * Runs))));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public void A_test_week_of_15_columns_is_searched_whole(int predicates)
    {
        var random = new Random(3);
        var columns = Enumerable.Range(0, 15).Select(number => (Column)(number < 5
            ? Column.Texts($"text {number}", Enumerable.Range(0, 58_264).Select(_ => (string?)$"{(int)(12 * Math.Pow(random.NextDouble(), 2))}").ToArray())
            : Column.Of<double>($"number {number}", Enumerable.Range(0, 58_264).Select(_ => Gauss(random)).ToArray()))).ToList();
        var (texts, numbers) = (((TextColumn)columns[2]).Values, columns[9].ToDoubles());
        var losses = Enumerable.Range(0, 58_264).Select(row => random.NextDouble() < (texts.Span[row] == "3" && numbers[row] > 0.9 ? 0.2 : 0.02) ? 1.0 : 0).ToArray();
        var start = Stopwatch.GetTimestamp();
        var found = SliceSearch.Worst(TableColumns.Of([.. columns]), losses, new() { MostPredicates = predicates });
        output.WriteLine($"{predicates} predicates at most: {found.Tested:N0} slices tested in {Stopwatch.GetElapsedTime(start).TotalMilliseconds:N0} ms");
        found.LeftOut.ShouldBe(0);
        found.Slices[0].Columns.ShouldBe(["text 2", "number 9"]);
    }

    [Fact]
    public void The_figures_are_those_of_the_rows()
    {
        var (rows, losses) = SomeRows(7, 3000, (town, _, _, random) => random.NextDouble() * (town == "Genf" ? 2 : 1));
        var found = SliceSearch.Worst(rows, losses, new() { LeastRows = 100, LeastShare = 0 });
        var worst = found.Slices[0];
        worst.Slice.Rows.ShouldBe(Enumerable.Range(0, 3000).Where(row => rows.Texts("town").Span[row] == "Genf"));
        worst.MeanLoss.ShouldBe(worst.Slice.Rows.Average(row => losses[row]), 1e-12);
        worst.RestLoss.ShouldBe(Enumerable.Range(0, 3000).Except(worst.Slice.Rows).Average(row => losses[row]), 1e-12);
        worst.LossShare.ShouldBe(worst.Slice.Rows.Sum(row => losses[row]) / losses.Sum(), 1e-12);
        worst.CorrectedPValue.ShouldBe(worst.PValue * found.Tested, worst.PValue);
        found.MeanLoss.ShouldBe(losses.Average(), 1e-12);
        found.LeastRows.ShouldBe(100);
    }

    [Fact]
    public void The_figures_are_those_of_weighted_rows_and_rows_of_no_weight_are_not_there()
    {
        var (rows, losses) = SomeRows(12, 3000, (town, _, _, random) => random.NextDouble() * (town == "Genf" ? 2 : 1));
        var random = new Random(1);
        var weights = Enumerable.Range(0, 3000).Select(row => row % 10 == 3 ? 0.0 : 0.5 + random.NextDouble()).ToArray();
        for (var row = 3; row < 3000; row += 10) losses[row] = 1000; // who counted these would find others
        var found = SliceSearch.Worst(rows, losses, new() { LeastShare = 0 }, weights);
        var worst = found.Slices[0];
        worst.Slice.Rows.ShouldBe(Enumerable.Range(0, 3000).Where(row => row % 10 != 3 && rows.Texts("town").Span[row] == "Genf"));
        worst.MeanLoss.ShouldBe(worst.Slice.Rows.Sum(row => weights[row] * losses[row]) / worst.Slice.Rows.Sum(row => weights[row]), 1e-12);
        var rest = Enumerable.Range(0, 3000).Except(worst.Slice.Rows).ToArray();
        worst.RestLoss.ShouldBe(rest.Sum(row => weights[row] * losses[row]) / rest.Sum(row => weights[row]), 1e-12);
        worst.LossShare.ShouldBe(worst.Slice.Rows.Sum(row => weights[row] * losses[row]) / Enumerable.Range(0, 3000).Sum(row => weights[row] * losses[row]), 1e-12);
        found.MeanLoss.ShouldBe(Enumerable.Range(0, 3000).Sum(row => weights[row] * losses[row]) / weights.Sum(), 1e-12);

        // The same of judged rows, and of weights in another unit.
        var judged = new JudgedRows { Task = LearningTask.Regression, Outputs = 1, Answers = losses, Labels = new double[3000], Weights = Array.ConvertAll(weights, weight => 1e200 * weight) };
        var again = SliceSearch.Worst(rows, judged, new() { LeastShare = 0, Loss = RowLoss.AbsoluteError }).Slices[0];
        (again.Slice.Name, again.Slice.Rows.Length).ShouldBe((worst.Slice.Name, worst.Slice.Rows.Length));
        again.T.ShouldBe(worst.T, 1e-9);
    }

    [Fact]
    public void Rows_that_all_weigh_the_same_are_found_as_rows_without_weights()
    {
        var (rows, losses) = SomeRows(13, 3000, (town, _, _, random) => random.NextDouble() * (town == "Genf" ? 2 : 1));
        var (plain, weighted) = (SliceSearch.Worst(rows, losses, new()), SliceSearch.Worst(rows, losses, new(), Enumerable.Repeat(7.0, 3000).ToArray()));
        weighted.Tested.ShouldBe(plain.Tested);
        weighted.Slices.Select(slice => slice.Slice.Name).ShouldBe(plain.Slices.Select(slice => slice.Slice.Name));
        weighted.Slices.Select(slice => slice.PValue).ShouldBe(plain.Slices.Select(slice => slice.PValue), 1e-12);
    }

    [Fact]
    public void A_slice_that_one_heavy_row_makes_up_is_not_tested()
    {
        var (rows, losses) = SomeRows(14, 2000, (_, _, _, random) => random.NextDouble());
        var heavy = Array.FindIndex(rows.Texts("town").ToArray(), town => town == "Chur");
        losses[heavy] = 5;
        var weights = Enumerable.Range(0, 2000).Select(row => row == heavy ? 1e6 : 1.0).ToArray();
        // It is in a slice or beside it: one of the two is worth a single row.
        SliceSearch.Worst(rows, losses, new(), weights).Tested.ShouldBe(0);
        weights[heavy] = 1;
        SliceSearch.Worst(rows, losses, new(), weights).Tested.ShouldBeGreaterThan(20);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Weights_without_an_effect_make_none(int kind)
    {
        var any = 0;
        for (var seed = 0; seed < Runs; seed++)
        {
            var (rows, losses) = SomeRows(3000 + seed, 2000, (_, _, _, random) => kind == 1 ? -Math.Log(Math.Max(1e-12, random.NextDouble())) : random.NextDouble() < 0.5 ? 1 : 0);
            var random = new Random(seed);
            var weights = Enumerable.Range(0, 2000).Select(_ => Math.Exp(Gauss(random))).ToArray();
            if (SliceSearch.Worst(rows, losses, new() { LeastRows = 30 }, weights).Slices.Any(slice => slice.IsSignificant)) any++;
        }
        output.WriteLine($"weighted losses {kind}: some slice significant in {any:N0} of {Runs:N0} runs ({(double)any / Runs:P1})");
        any.ShouldBeLessThanOrEqualTo((int)((0.05 * Runs) + (3 * Math.Sqrt(0.05 * 0.95 * Runs))));
    }

    [Fact]
    public void Every_conjunction_that_is_large_enough_is_tested_once()
    {
        var rows = TableColumns.Of(
            Column.Texts("a", Enumerable.Range(0, 120).Select(row => (string?)$"{row % 2}").ToArray()),
            Column.Texts("b", Enumerable.Range(0, 120).Select(row => (string?)$"{row % 3}").ToArray()),
            Column.Texts("c", Enumerable.Range(0, 120).Select(row => (string?)$"{row / 60}").ToArray()));
        var losses = Enumerable.Range(0, 120).Select(row => (double)(row * 37 % 11)).ToArray();
        SliceSearchResult Of(int predicates, int least, int most = 1000) =>
            SliceSearch.Worst(rows, losses, new() { MostPredicates = predicates, LeastRows = least, LeastShare = 0, MostCandidates = most });
        Of(1, 10).Tested.ShouldBe(2 + 3 + 2);
        Of(2, 10).Tested.ShouldBe(7 + 6 + 4 + 6);
        Of(3, 10).Tested.ShouldBe(23 + 12);
        Of(3, 11).Tested.ShouldBe(23);
        Of(3, 41).Tested.ShouldBe(2 + 2); // b's values have 40 rows, and no pair has 41
        var limited = Of(3, 10, most: 17);
        limited.Tested.ShouldBe(7 + 6 + 4);
        limited.LeftOut.ShouldBe(6 + 12);
    }

    [Fact]
    public void What_says_the_same_is_told_once()
    {
        var (rows, losses) = SomeRows(8, 4000, (town, _, _, random) => random.NextDouble() + (town == "Chur" ? 0.4 : 0));
        var twice = TableColumns.Of([.. rows.Columns, Column.Texts("canton", rows.Texts("town").ToArray().Select(town => town == "Chur" ? "GR" : town).ToArray())]);
        SliceSearch.Worst(twice, losses, new()).Slices.Count(slice => slice.IsSignificant).ShouldBe(1);
        SliceSearch.Worst(twice, losses, new() { MostOverlap = 1 }).Slices.Select(slice => slice.Slice.Name).Take(2).ShouldBe(["town = Chur", "canton = GR"]);
    }

    [Fact]
    public void The_same_rows_give_the_same_slices()
    {
        var (rows, losses) = SomeRows(9, 3000, (_, _, age, random) => random.NextDouble() + (age / 500.0));
        var first = SliceSearch.Worst(rows, losses, new());
        var second = SliceSearch.Worst(rows, losses, new());
        second.Slices.Select(slice => slice with { Slice = slice.Slice with { Rows = [] }, Columns = [] })
            .ShouldBe(first.Slices.Select(slice => slice with { Slice = slice.Slice with { Rows = [] }, Columns = [] }));
    }

    [Fact]
    public void Columns_of_one_value_of_nothing_and_of_odd_names_do_no_harm()
    {
        var (rows, losses) = SomeRows(10, 1000, (town, _, _, random) => random.NextDouble() + (town == "Bern" ? 1 : 0));
        var odd = TableColumns.Of(
            Column.Of<double>("one \"value\"", Enumerable.Repeat(3.5, 1000).ToArray()),
            Column.Of<double>("nothing", Enumerable.Repeat(double.NaN, 1000).ToArray()),
            Column.Of<int>("number", Enumerable.Range(0, 1000).ToArray()),
            Column.Timestamps("time", new long[1000]),
            Column.Texts("Städte ➜ 町", rows.Texts("town")));
        var found = SliceSearch.Worst(odd, losses, new());
        found.Slices[0].Slice.Name.ShouldBe("Städte ➜ 町 = Bern");
        found.Columns.ShouldBe(["one \"value\"", "nothing", "number", "Städte ➜ 町"]);
        SliceSearch.Worst(odd, new double[1000], new()).Slices.ShouldBeEmpty();
        SliceSearch.Worst(odd, Enumerable.Repeat(0.1, 1000).ToArray(), new()).Slices.ShouldBeEmpty();
        SliceSearch.Worst(odd, losses, new() { Columns = ["one \"value\"", "nothing"] }).Slices.ShouldBeEmpty();
    }

    [Fact]
    public void What_cannot_be_searched_is_refused()
    {
        var (rows, losses) = SomeRows(11, 300, (_, _, _, random) => random.NextDouble());
        Should.Throw<KilnException>(() => SliceSearch.Worst(rows, losses.AsSpan(1), new())).Message.ShouldContain("299");
        Should.Throw<KilnException>(() => SliceSearch.Worst(rows, losses, new() { LeastRows = 151 })).Message.ShouldContain("300");
        Should.Throw<KilnException>(() => SliceSearch.Worst(rows, losses, new() { Columns = ["agee"] })).Message.ShouldContain("did you mean age?");
        Should.Throw<KilnException>(() => SliceSearch.Worst(rows, losses, new(), new double[299])).Message.ShouldContain("weights  299");
        Should.Throw<KilnException>(() => SliceSearch.Worst(rows, losses, new(), new double[300])).Message.ShouldContain("All weights are 0");
        Should.Throw<KilnException>(() => SliceSearch.Worst(rows, losses, new(), [.. Enumerable.Repeat(1.0, 299), -1])).Message.ShouldContain("299 (counted from 0)");
        losses[3] = 1e200;
        Should.Throw<KilnException>(() => SliceSearch.Worst(rows, losses, new())).Message.ShouldContain("1E+200");
        losses[3] = double.NaN;
        Should.Throw<KilnException>(() => SliceSearch.Worst(rows, losses, new())).Message.ShouldContain("3 (from 0)");
        Should.Throw<KilnException>(() => SliceSearch.Worst(rows, losses, new() { MostPredicates = 4 })).Message.ShouldContain("MostPredicates");
        var time = TableColumns.Of(Column.Timestamps("time", new long[300]));
        Should.Throw<KilnException>(() => SliceSearch.Worst(time, new double[300], new() { Columns = ["time"] })).Message.ShouldContain("time");
    }

    [Fact]
    public void Losses_of_rows_have_the_published_mean()
    {
        foreach (var @case in ScikitLearnCases.All.Cases)
        {
            var judged = JudgedRows.Of(@case.Scores, @case.Labels) with { Threshold = @case.Threshold };
            RowLosses.Of(RowLoss.LogLoss, judged).Average().ShouldBe(@case.LogLoss, 1e-9);
            RowLosses.Of(RowLoss.Error, judged).Average().ShouldBe(1 - @case.Accuracy, 1e-12);
        }
    }

    [Fact]
    public void Losses_follow_the_task()
    {
        var several = new JudgedRows { Task = LearningTask.MultiClass, Outputs = 3, Answers = new[] { 0.5, 0.25, 0.25, 0.1, 0.1, 0.8 }, Labels = new[] { 1.0, 2 } };
        RowLosses.Of(RowLoss.LogLoss, several).ShouldBe([-Math.Log(0.25), -Math.Log(0.8)]);
        RowLosses.Of(RowLoss.Error, several).ShouldBe([1, 0]);
        var values = new JudgedRows { Task = LearningTask.Regression, Outputs = 1, Answers = new[] { 1.0, 5 }, Labels = new[] { 3.0, 4 } };
        RowLosses.Of(RowLoss.SquaredError, values).ShouldBe([4, 1]);
        RowLosses.Of(RowLoss.AbsoluteError, values).ShouldBe([2, 1]);
        Should.Throw<UsageException>(() => RowLosses.Of(RowLoss.Error, values));
        Should.Throw<UsageException>(() => RowLosses.Of(RowLoss.SquaredError, several));
        RowLosses.Usual(LearningTask.Regression).ShouldBe(RowLoss.SquaredError);
    }

    /// <summary>Rows of a town, a membership, an age and two columns of noise, with a loss each.</summary>
    static (TableColumns Rows, double[] Losses) SomeRows(int seed, int count, Func<string, bool, int, Random, double> loss)
    {
        var random = new Random(seed);
        var towns = Enumerable.Range(0, count).Select(_ => Towns[random.Next(Towns.Length)]).ToArray();
        var members = Enumerable.Range(0, count).Select(_ => random.Next(2) == 0).ToArray();
        var ages = Enumerable.Range(0, count).Select(_ => random.Next(100)).ToArray();
        var rows = TableColumns.Of(
            Column.Texts("town", towns), Column.Of<bool>("member", members), Column.Of<int>("age", ages),
            Column.Of<double>("noise", Enumerable.Range(0, count).Select(_ => Gauss(random)).ToArray()),
            Column.Of<int>("level", Enumerable.Range(0, count).Select(_ => random.Next(4)).ToArray()));
        return (rows, [.. Enumerable.Range(0, count).Select(row => loss(towns[row], members[row], ages[row], random))]);
    }

    static double Gauss(Random random) => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
