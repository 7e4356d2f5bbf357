using Kiln.Learning.Evaluating;
using Kiln.Learning.Evaluating.Resampling;
using Kiln.Learning.Preparing;

namespace Kiln.Learning.Tests.Evaluating.Resampling;

public class BootstrapTests
{
    public static TheoryData<string> Cases => [.. ScipyCases.All.Cases.Select(one => one.Name)];

    static ScipyCases.Case Named(string name) => ScipyCases.All.Cases.Single(one => one.Name == name);

    [Theory, MemberData(nameof(Cases))]
    public void Intervals_of_the_same_resamples_are_those_of_scipy(string name)
    {
        var expected = Named(name);
        var (statistic, units) = expected.Make();
        var found = new Bootstrap { Resamples = ScipyCases.All.Resamples, Seed = ScipyCases.All.Seed, JackknifeGroups = int.MaxValue }.Distribution(statistic, units);

        found.Estimate.ShouldBe(expected.Estimate, 1e-12);
        expected.First.ShouldAllBe(value => found.Values.Any(other => Math.Abs(value - other) < 1e-12));
        found.StandardError.ShouldBe(expected.Error, 1e-12);
        found.Bias.ShouldBe(expected.Bias, 1e-9);
        found.Acceleration.ShouldBe(expected.Acceleration, 1e-9);
        foreach (var interval in expected.Intervals)
            ((double[])[found.Interval(interval[0]).Lower, found.Interval(interval[0]).Upper]).ShouldBe(interval[1..], 1e-9);
    }

    [Theory, MemberData(nameof(Cases))]
    public void Intervals_of_other_resamples_are_those_of_scipy_but_for_chance(string name)
    {
        var expected = Named(name);
        var (statistic, units) = expected.Make();
        var found = new Bootstrap { Resamples = 9_999, Seed = 4 }.Distribution(statistic, units).Interval(0.95);

        // Ends of 9,999 resamples have a deviation of about 0.04 deviations of the statistic, in either program.
        ((double[])[found.Lower, found.Upper]).ShouldBe(expected.Own, 0.2 * expected.Error);
    }

    [Fact]
    public void The_numbers_do_not_depend_on_threads()
    {
        var (statistic, units) = Named("difference of AUC ROC").Make();
        var one = new Bootstrap { Resamples = 500, Seed = 8, Threads = 1 }.Distribution(statistic, units);
        var several = new Bootstrap { Resamples = 500, Seed = 8, Threads = 7 }.Distribution(statistic, units);

        several.Values.ShouldBe(one.Values);
        several.Interval(0.95).ShouldBe(one.Interval(0.95));
        new Bootstrap { Resamples = 500, Seed = 9 }.Distribution(statistic, units).Values.ShouldNotBe(one.Values);
    }

    [Fact]
    public void Groups_of_many_rows_have_the_acceleration_and_the_degrees_of_freedom_of_single_rows_but_for_chance()
    {
        var values = Some.Skewed(20_000, 1);
        var units = ResamplingUnits.OfRows(values.Length);
        var exact = new Bootstrap { Resamples = 100, JackknifeGroups = int.MaxValue }.Distribution(Some.Mean(values), units);
        var grouped = Enumerable.Range(0, 20).Select(seed => new Bootstrap { Resamples = 100, Seed = seed }.Distribution(Some.Mean(values), units)).ToList();

        // Exponential values have a skewness of 2 and a kurtosis of 9: a = 2 / (6 √n), and 2 n / (9 − 1) degrees of freedom.
        exact.Acceleration.ShouldBe(2 / (6 * Math.Sqrt(values.Length)), 0.0002);
        exact.DegreesOfFreedom.ShouldBe(2 * values.Length / 8.0, 800);
        grouped.Select(one => one.Acceleration).Average().ShouldBe(exact.Acceleration, 0.0015);
        grouped.ShouldAllBe(one => Math.Abs(one.Acceleration - exact.Acceleration) < 4 * Math.Sqrt(6) / (6 * 200));
    }

    [Fact]
    public void A_mean_of_normal_values_has_the_interval_and_the_p_value_of_the_t_test()
    {
        var values = Some.Normal(400, 2).Select(value => value + 0.12).ToArray();
        var found = new Bootstrap { Resamples = 20_000 }.Distribution(Some.Mean(values), ResamplingUnits.OfRows(values.Length));
        var mean = values.Average();
        var error = Math.Sqrt(values.Sum(value => (value - mean) * (value - mean)) / 399 / 400);

        found.Interval(0.95).Lower.ShouldBe(mean - (1.966 * error), 0.08 * error);
        found.Interval(0.95).Upper.ShouldBe(mean + (1.966 * error), 0.08 * error);
        found.DegreesOfFreedom.ShouldBe(399, 80);
        found.PValueAbove(0).ShouldBe(NormalDistribution.Below(-mean / error), 0.003);
        found.PValueBelow(0).ShouldBe(1 - NormalDistribution.Below(-mean / error), 0.003);
    }

    [Fact]
    public void P_values_are_small_as_often_as_they_say_where_nothing_differs()
    {
        var units = ResamplingUnits.OfRows(60);
        var small = new int[2];
        for (var seed = 0; seed < 1_000; seed++)
        {
            var found = new Bootstrap { Resamples = 200, Seed = seed, Threads = 1 }.Distribution(Some.Mean(Some.Normal(60, 5_000 + seed)), units);
            if (found.PValueAbove(0) <= 0.05) small[0]++;
            if (found.PValueBelow(0) <= 0.05) small[1]++;
        }
        small.ShouldAllBe(count => count >= 30 && count <= 65);
    }

    [Fact]
    public void A_p_value_is_the_share_at_which_the_bound_reaches_the_limit()
    {
        // Nothing is left of Student's test where there is no deviation to speak of.
        var (statistic, units) = Named("root mean square").Make();
        var found = new Bootstrap { Resamples = 5_000 }.Distribution(statistic, units) with { StandardError = 1e-12 };
        foreach (var share in new[] { 0.2, 0.05, 0.01 })
        {
            found.PValueAtLeast(found.LowerBound(1 - share)).ShouldBe(share, 1e-9);
            found.PValueAtMost(found.UpperBound(1 - share)).ShouldBe(share, 1e-9);
        }
        found.PValueAbove(0).ShouldBe(1 / 5_001.0);
        // Skewed as it is, so many resamples tell no less on this side.
        found.PValueBelow(100).ShouldBeInRange(1 / 5_001.0, 0.01);
    }

    [Fact]
    public void A_statistic_that_does_not_vary_is_an_interval_of_one_point()
    {
        var found = new Bootstrap { Resamples = 200 }.Distribution(_ => 0.7, ResamplingUnits.OfRows(50));

        found.Interval(0.95).ShouldBe(new Interval(0.7, 0.7, 0.95));
        (found.Bias, found.Acceleration, found.StandardError).ShouldBe((0, 0, 0));
        found.PValueAbove(0.6).ShouldBe(1 / 201.0, 1e-12);
        found.PValueAtLeast(0.7).ShouldBe(1 / 201.0, 1e-12);
        found.PValueAbove(0.7).ShouldBeGreaterThan(0.9);
        found.PValueBelow(0.7).ShouldBeGreaterThan(0.9);
    }

    [Fact]
    public void Resamples_without_a_value_are_left_out_and_counted_and_too_many_leave_no_interval()
    {
        // One positive among 50 is missing in (1 − 1/50)^50 = 36 % of resamples; six of them in 0.2 %.
        Statistic Of(int positives) => Metric.Parse("AUC ROC").Over(JudgedRows.Of(Some.Normal(50, 1), [.. Enumerable.Range(0, 50).Select(row => row < positives)]));
        var bootstrap = new Bootstrap { Resamples = 4_000 };

        var found = bootstrap.Distribution(Of(6), ResamplingUnits.OfRows(50));
        found.UndefinedResamples.ShouldBeInRange(1, 20);
        found.Values.Length.ShouldBe(4_000 - found.UndefinedResamples);
        bootstrap.Run(Of(1), ResamplingUnits.OfRows(50)).ShouldBeOfType<BootstrapResult.Undefined>().Reason.ShouldMatch("undefined in 1,[0-9]{3} of 4,000 resamples");
    }

    [Fact]
    public void What_cannot_be_told_is_undefined_with_the_reason()
    {
        var values = Some.Skewed(30, 3);
        string ReasonOf(Statistic statistic, ResamplingUnits units) => new Bootstrap { Resamples = 200 }.Run(statistic, units).ShouldBeOfType<BootstrapResult.Undefined>().Reason;

        ReasonOf(_ => double.NaN, ResamplingUnits.OfRows(30)).ShouldContain("of the 30 rows is itself undefined");
        ReasonOf(Some.Mean(values), ResamplingUnits.OfClusters(new int[30])).ShouldContain("only one unit");
        // Fewer distinct rows than the sample has, every time.
        ReasonOf(weights => weights.ToArray().Count(weight => weight > 0), ResamplingUnits.OfRows(30)).ShouldContain("one side of the estimate");
        // Only where the jackknife leaves a row out do weights sum to less than there are rows.
        ReasonOf(weights => weights.ToArray().Sum() < 30 ? double.NaN : Some.Mean(values)(weights), ResamplingUnits.OfRows(30)).ShouldContain("rows are left out");
    }

    [Fact]
    public void Nothing_is_allocated_for_a_resample()
    {
        var units = ResamplingUnits.OfRows(2_000);
        var mean = Some.Mean(Some.Skewed(2_000, 1));
        long Allocated(int resamples)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            new Bootstrap { Resamples = resamples, Threads = 1 }.Run(mean, units);
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }
        Allocated(500);
        // Room for the values, and for sorting them; a resample's weights would be 16,000 bytes.
        ((Allocated(1_500) - Allocated(500)) / 1_000.0).ShouldBeLessThan(200);
    }

    [Fact]
    public void Settings_out_of_their_range_are_refused() =>
        Should.Throw<KilnException>(() => new Bootstrap { Resamples = 10 }.Run(_ => 0, ResamplingUnits.OfRows(5))).Message.ShouldContain("Resamples");

    [Fact]
    public void The_normal_distribution_is_that_of_scipy()
    {
        foreach (var point in ScipyCases.All.Normal) NormalDistribution.Below(point[0]).ShouldBe(point[1], 1e-12 * point[1]);
        NormalDistribution.Below(double.NegativeInfinity).ShouldBe(0);
        NormalDistribution.Below(double.PositiveInfinity).ShouldBe(1);
    }
}
