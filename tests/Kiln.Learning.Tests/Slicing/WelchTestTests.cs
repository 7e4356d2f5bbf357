using System.Text.Json;
using Kiln.Learning.Slicing;
using Kiln.Tests;

namespace Kiln.Learning.Tests.Slicing;

public class WelchTestTests
{
    static readonly ScipyTests Scipy = JsonSerializer.Deserialize<ScipyTests>(
        File.ReadAllText(Path.Combine(Repository.Root, "tests", "Kiln.Learning.Tests", "Slicing", "scipy-tests.json")), JsonSerializerOptions.Web)!;

    [Fact]
    public void Tails_of_students_distribution_are_those_of_scipy()
    {
        foreach (var tail in Scipy.Tails) StudentDistribution.Above(tail.T, tail.Freedom).ShouldBe(tail.Above, 1e-9 * tail.Above, $"{tail}");
        StudentDistribution.Above(double.PositiveInfinity, 5).ShouldBe(0);
        StudentDistribution.Above(double.NegativeInfinity, 5).ShouldBe(1);
    }

    [Fact]
    public void The_test_is_that_of_scipy()
    {
        foreach (var expected in Scipy.Welch)
        {
            var test = new WelchTest(LossSums.Of(expected.Here), LossSums.Of(expected.There));
            test.T.ShouldBe(expected.T, 1e-10);
            test.PValue.ShouldBe(expected.P, 1e-9 * expected.P);
            test.EffectSize.ShouldBe(expected.Effect, 1e-10);
        }
        Scipy.Welch.Count(test => test.Raised).ShouldBeInRange(1, Scipy.Welch.Length - 1);
    }

    [Fact]
    public void Weighted_rows_are_tested_as_scipy_tests_their_means_by_their_effective_number()
    {
        foreach (var expected in Scipy.Weighted)
        {
            var (here, there) = (LossSums.Of(expected.Here, expected.HereWeights), LossSums.Of(expected.There, expected.ThereWeights));
            here.Mean.ShouldBe(expected.HereMean, 1e-12);
            here.Size.ShouldBe(expected.HereRows, 1e-10);
            here.Variance.ShouldBe(expected.HereVariance, 1e-11);
            var test = new WelchTest(here, there);
            test.T.ShouldBe(expected.T, 1e-10);
            test.PValue.ShouldBe(expected.P, 1e-9 * expected.P);
        }
    }

    [Fact]
    public void Rows_of_one_weight_are_as_many_as_they_are_and_one_that_outweighs_all_is_one()
    {
        double[] losses = [0.5, 1, 4, 2];
        var (plain, tripled) = (LossSums.Of(losses), LossSums.Of(losses, [3, 3, 3, 3]));
        (tripled.Size, tripled.Mean).ShouldBe((4, plain.Mean));
        tripled.Variance.ShouldBe(plain.Variance, 1e-12);
        LossSums.Of(losses, [1, 1, 1, 1]).ShouldBe(plain);
        LossSums.Of(losses, [1e12, 1, 1, 1]).Size.ShouldBe(1, 1e-11);
        // (1 + 2)² / (1 + 4), a mean of (1 · 0 + 2 · 3) / 3, and 1 · 2² + 2 · 1² over 3 − 5 / 3.
        var two = LossSums.Of([0, 3], [1, 2]);
        (two.Size, two.Mean).ShouldBe((9.0 / 5, 2));
        two.Variance.ShouldBe(6 / (3 - (5.0 / 3)), 1e-12);
    }

    [Fact]
    public void Rows_that_are_all_wrong_prove_no_more_than_their_number()
    {
        var rest = LossSums.Of([.. Enumerable.Range(0, 1000).Select(row => row % 20 == 0 ? 0.0 : 1)]);
        new WelchTest(LossSums.Of([.. Enumerable.Repeat(1.0, 30)]), rest).PValue.ShouldBeGreaterThan(0.05); // by chance: 0.95³⁰ = 0.21
        new WelchTest(LossSums.Of([.. Enumerable.Repeat(1.0, 600)]), rest).PValue.ShouldBeLessThan(0.001);
    }

    [Fact]
    public void Losses_that_do_not_vary_are_told_apart_for_certain()
    {
        var test = new WelchTest(LossSums.Of([1, 1, 1]), LossSums.Of([0, 0, 0, 0]));
        test.PValue.ShouldBe(0);
        test.EffectSize.ShouldBe(double.PositiveInfinity);
        new WelchTest(LossSums.Of([1, 1, 1]), LossSums.Of([1, 1, 1, 1])).PValue.ShouldBe(0.5);
    }

    sealed record ScipyTests(string MadeWith, ScipyTests.Tail[] Tails, ScipyTests.WelchCase[] Welch, ScipyTests.WeightedCase[] Weighted)
    {
        public sealed record Tail(double T, double Freedom, double Above);

        public sealed record WelchCase(double[] Here, double[] There, double T, double P, bool Raised, double Effect);

        public sealed record WeightedCase(double[] Here, double[] There, double[] HereWeights, double[] ThereWeights, double HereMean, double HereRows, double HereVariance, double T, double P);
    }
}
