using Kiln.Learning.Gates;

namespace Kiln.Learning.Tests.Gates;

public class HolmTests
{
    [Fact]
    public void The_kth_least_of_m_counts_m_less_k_times()
    {
        var corrected = Holm.Correct([("a", 0.01), ("b", 0.04), ("c", 0.03), ("d", 0.005)]);

        corrected.Select(test => test.Name).ShouldBe(["a", "b", "c", "d"]);
        corrected.Select(test => test.Adjusted).ShouldBe([0.03, 0.06, 0.06, 0.02], 1e-15);
        corrected.Where(test => test.IsRejectedAt(0.05)).Select(test => test.Name).ShouldBe(["a", "d"]);
    }

    [Fact]
    public void It_is_the_closed_test_of_which_each_intersection_is_judged_by_bonferroni()
    {
        // Marcus, Peritz and Gabriel (1976): a hypothesis falls when every intersection with it does.
        var random = new Random(12);
        for (var turn = 0; turn < 200; turn++)
        {
            var values = Enumerable.Range(0, random.Next(1, 8)).Select(_ => Math.Round(Math.Pow(random.NextDouble(), 3), 3)).ToArray();
            var corrected = Holm.Correct(values.Select((value, place) => ($"test {place}", value)));
            for (var place = 0; place < values.Length; place++)
            {
                var worst = Enumerable.Range(0, 1 << values.Length).Where(set => (set >> place & 1) == 1)
                    .Max(set => int.PopCount(set) * values.Where((_, other) => (set >> other & 1) == 1).Min());
                corrected[place].Adjusted.ShouldBe(Math.Min(1, worst), 1e-12);
            }
        }
    }

    [Fact]
    public void Nothing_to_test_is_nothing_rejected_and_one_test_needs_no_correction()
    {
        Holm.Correct([]).ShouldBeEmpty();
        Holm.Correct([("only", 0.2)])[0].Adjusted.ShouldBe(0.2);
    }

    [Fact]
    public void What_is_no_p_value_and_a_name_that_comes_twice_are_refused()
    {
        Should.Throw<KilnException>(() => Holm.Correct([("a", double.NaN)])).What.ShouldBe("A p-value is not between 0 and 1.");
        Should.Throw<KilnException>(() => Holm.Correct([("a", 0.1), ("a", 0.2)])).Message.ShouldContain("a");
    }
}
