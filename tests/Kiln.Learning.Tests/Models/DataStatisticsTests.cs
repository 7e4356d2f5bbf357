using Kiln.Learning.Models;
using Kiln.Learning.Preparing;

namespace Kiln.Tests.Learning.Models;

public sealed class DataStatisticsTests
{
    // The numbers 1 … n have the mean (n + 1) / 2 and the variance (n² − 1) / 12.
    const int Rows = 99;
    const double Deviation = 28.577380332470412;

    [Fact]
    public void Features_are_told_by_mean_deviation_and_what_is_missing()
    {
        var statistics = DataStatistics.Of(Of(Target.Regression("Y"), row => row + 1));
        statistics.Rows.ShouldBe(2 * Rows);
        var (number, half, category, nothing) = (statistics.Features[0], statistics.Features[1], statistics.Features[2], statistics.Features[3]);
        (number.Name, number.Missing).ShouldBe(("NUMBER", 0));
        number.Mean!.Value.ShouldBe(1e6 + 50, 1e-9);
        number.Deviation!.Value.ShouldBe(Deviation, 1e-9);
        half.Missing.ShouldBe(Rows);
        half.Mean!.Value.ShouldBe(50, 1e-12);
        half.Deviation!.Value.ShouldBe(Deviation, 1e-12);
        category.ShouldBe(new() { Name = "CATEGORY", Missing = Rows });
        nothing.ShouldBe(new() { Name = "NOTHING", Missing = 2 * Rows });
    }

    [Fact]
    public void Values_are_told_by_mean_deviation_and_range()
    {
        var values = DataStatistics.Of(Of(Target.Regression("Y"), row => row % Rows + 1)).Labels.ShouldBeOfType<ValueStatistics>();
        (values.Mean, values.Minimum, values.Maximum).ShouldBe((50, 1, Rows));
        values.Deviation.ShouldBe(Deviation, 1e-12);
    }

    [Fact]
    public void Classes_are_told_by_their_rows() =>
        DataStatistics.Of(Of(Target.MultiClass("Y", "a", "b", "c"), row => row % 9 == 0 ? 2 : 0)).Labels.ShouldBeOfType<ClassCounts>().Rows
            .ShouldBe([KeyValuePair.Create("a", 2 * Rows - 22), KeyValuePair.Create("b", 0), KeyValuePair.Create("c", 22)]);

    [Fact]
    public void Other_rows_have_another_hash()
    {
        var rows = Of(Target.Regression("Y"), row => row + 1);
        var hash = DataStatistics.Of(rows).Hash;
        DataStatistics.Of(Of(Target.Regression("Y"), row => row + 1)).Hash.ShouldBe(hash);
        DataStatistics.Of(rows with { Weights = Enumerable.Repeat(2f, 2 * Rows).ToArray() }).Hash.ShouldNotBe(hash);
    }

    // NUMBER is 1 … 99 and a million, twice; HALF is missing in every other row; so is CATEGORY, as categories are; NOTHING is missing everywhere.
    static FitRows Of(Target target, Func<int, float> label)
    {
        var values = Enumerable.Range(0, 2 * Rows).SelectMany(row =>
        {
            var number = (row / 2) + 1;
            return new[] { 1_000_000 + number, row % 2 == 0 ? number : float.NaN, row % 2 == 0 ? Feature.Missing : 2 + (number % 3), float.NaN };
        });
        return new()
        {
            Features = new(
                [new() { Name = "NUMBER" }, new() { Name = "HALF" }, new() { Name = "CATEGORY", Kind = FeatureKind.Category, Categories = 5 }, new() { Name = "NOTHING" }],
                values.ToArray()),
            Labels = Enumerable.Range(0, 2 * Rows).Select(label).ToArray(),
            Target = target,
        };
    }
}
