using System.Collections.Concurrent;
using Kiln.Learning.Evaluating.Resampling;

namespace Kiln.Learning.Tests.Evaluating.Resampling;

public class ResamplingUnitsTests
{
    /// <summary>The weights of every resample, without those of the jackknife and of the rows as they are.</summary>
    static List<double[]> Drawn(ResamplingUnits units)
    {
        var seen = new ConcurrentBag<double[]>();
        new Bootstrap { Resamples = 100 }.Run(weights =>
        {
            seen.Add(weights.ToArray());
            return 1;
        }, units);
        return [.. seen.Where(weights => weights.Max() > weights.Where(weight => weight > 0).Min())];
    }

    [Fact]
    public void As_many_rows_are_drawn_as_there_are()
    {
        var drawn = Drawn(ResamplingUnits.OfRows(40));
        drawn.Count.ShouldBe(100);
        drawn.ShouldAllBe(weights => weights.Sum() == 40 && weights.All(weight => weight == Math.Floor(weight)));
        // A row is missing in e⁻¹ of the resamples.
        drawn.Average(weights => weights.Count(weight => weight == 0) / 40.0).ShouldBe(Math.Pow(1 - (1 / 40.0), 40), 0.03);
    }

    [Fact]
    public void Rows_of_a_cluster_come_together()
    {
        int[] clusters = [7, 7, -2, 7, 5, -2, 5, 1, 1, 1];
        foreach (var weights in Drawn(ResamplingUnits.OfClusters(clusters)))
        {
            var byCluster = clusters.Zip(weights).GroupBy(row => row.First, row => row.Second).ToList();
            byCluster.ShouldAllBe(cluster => cluster.Distinct().Count() == 1);
            byCluster.Sum(cluster => cluster.First()).ShouldBe(4);
        }
    }

    [Fact]
    public void Each_class_keeps_its_number_of_rows_and_of_clusters()
    {
        bool[] labels = [.. Enumerable.Range(0, 30).Select(row => row % 5 == 0)];
        Drawn(ResamplingUnits.OfRows(30).Within(labels)).ShouldAllBe(weights => weights.Where((_, row) => labels[row]).Sum() == 6 && weights.Sum() == 30);

        int[] clusters = [.. Enumerable.Range(0, 30).Select(row => row % 10)];
        Drawn(ResamplingUnits.OfClusters(clusters).Within(labels)).ShouldAllBe(weights => weights.Where((_, row) => labels[row]).Sum() == 6 && weights.Sum() == 30);
    }

    [Fact]
    public void Rows_count_as_much_as_their_weights_each_time_they_are_drawn()
    {
        double[] own = [0.5, 2, 3, 0.25];
        Drawn(ResamplingUnits.OfRows(4).Weighted(own)).Select(weights => weights.Zip(own, (weight, each) => weight / each).ToArray())
            .ShouldAllBe(counts => counts.All(count => count == Math.Floor(count)) && (counts.Sum() == 4 || counts.Order().SequenceEqual(new double[] { 0, 1, 1, 1 })));

        var values = Some.Skewed(50, 6);
        double[] weights = [.. Enumerable.Range(1, 50).Select(row => (double)row)];
        var weighted = new Bootstrap { Resamples = 2_000 }.Distribution(Some.Mean(values), ResamplingUnits.OfRows(50).Weighted(weights));
        weighted.Estimate.ShouldBe(values.Zip(weights, (value, weight) => value * weight).Sum() / weights.Sum(), 1e-12);
        // The deviation of a ratio of sums, linearized.
        weighted.StandardError.ShouldBe(Math.Sqrt(values.Zip(weights, (value, weight) => Math.Pow(weight * (value - weighted.Estimate), 2)).Sum()) / weights.Sum(), 0.06 * weighted.StandardError);
    }

    [Fact]
    public void Clusters_of_like_rows_say_less_than_as_many_single_rows()
    {
        var random = new Random(4);
        int[] clusters = [.. Enumerable.Range(0, 500).Select(row => row / 10)];
        var common = Some.Normal(50, 5);
        double[] values = [.. clusters.Select(cluster => common[cluster] + (0.1 * random.NextDouble()))];
        var rows = new Bootstrap().Distribution(Some.Mean(values), ResamplingUnits.OfRows(500));
        var whole = new Bootstrap().Distribution(Some.Mean(values), ResamplingUnits.OfClusters(clusters));

        (whole.Rows, whole.Units).ShouldBe((500, 50));
        (whole.StandardError / rows.StandardError).ShouldBe(Math.Sqrt(10), 0.2);
        whole.DegreesOfFreedom.ShouldBeLessThanOrEqualTo(49);
    }

    [Fact]
    public void Rows_that_do_not_fit_together_are_refused()
    {
        Should.Throw<KilnException>(() => ResamplingUnits.OfRows(0)).What.ShouldBe("There is nothing to resample: not one row.");
        Should.Throw<KilnException>(() => ResamplingUnits.OfRows(3).Within([1, 2])).What.ShouldBe("Rows and their strata are of different numbers.");
        Should.Throw<KilnException>(() => ResamplingUnits.OfRows(3).Weighted([1, 2])).What.ShouldBe("Rows and their weights are of different numbers.");
        var error = Should.Throw<KilnException>(() => ResamplingUnits.OfClusters([4, 4, 5]).Within([false, true, true]));
        error.What.ShouldStartWith("The rows of a cluster are in different strata");
        error.Message.ShouldContain("1 (counted from 0)");
    }
}
