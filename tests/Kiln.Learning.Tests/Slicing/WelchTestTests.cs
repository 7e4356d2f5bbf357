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

    sealed record ScipyTests(string MadeWith, ScipyTests.Tail[] Tails, ScipyTests.WelchCase[] Welch)
    {
        public sealed record Tail(double T, double Freedom, double Above);

        public sealed record WelchCase(double[] Here, double[] There, double T, double P, bool Raised, double Effect);
    }
}
