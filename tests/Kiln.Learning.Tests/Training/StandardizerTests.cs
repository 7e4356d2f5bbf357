using Kiln.Learning.Training;

namespace Kiln.Tests.Learning.Training;

public sealed class StandardizerTests
{
    [Fact]
    public void Mean_and_population_deviation_are_the_closed_forms()
    {
        // 1 … 9: mean 5, variance (9² - 1) / 12.
        var standardizer = Standardizer.Fit([1, 2, 3, 4, 5, 6, 7, 8, 9], columns: 1);
        standardizer.Mean[0].ShouldBe(5);
        standardizer.Deviation[0].ShouldBe((float)Math.Sqrt(80 / 12.0));
        standardizer.Apply([5, 9])[1].ShouldBe((float)(4 / Math.Sqrt(80 / 12.0)), 1e-6f);
    }

    [Theory]
    [InlineData(0f)]
    [InlineData(0.1f)]
    [InlineData(123456.78f)]
    public void A_constant_column_becomes_zero(float value)
    {
        var rows = Enumerable.Repeat(value, 1000).ToArray();
        var standardizer = Standardizer.Fit(rows, columns: 1);
        standardizer.Deviation[0].ShouldBe(1);
        standardizer.Apply(rows).ShouldAllBe(scaled => Math.Abs(scaled) < 1e-6);
    }

    [Fact]
    public void A_large_offset_does_not_swallow_the_spread()
    {
        var standardizer = Standardizer.Fit([1_000_000, 1_000_001, 1_000_002, 1_000_003], columns: 1);
        standardizer.Deviation[0].ShouldBe((float)Math.Sqrt(1.25), 1e-6f);
    }

    [Fact]
    public void A_missing_value_names_its_row_and_feature()
    {
        var error = Should.Throw<KilnException>(() => Standardizer.Fit([1, 2, 3, float.NaN], columns: 2));
        error.Message.ShouldContain("row      1");
        error.Message.ShouldContain("feature  1");
    }
}
