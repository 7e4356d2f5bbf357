using System.Text.Json;
using Kiln.Data;
using Kiln.Learning.Models;
using Kiln.Learning.Preparing;
using Kiln.Tests;

namespace Kiln.Learning.Tests.Preparing;

/// <summary>The values of scikit-learn and pandas, made by scikit-learn-cases.py.</summary>
public class ScikitLearnAgreementTests
{
    static readonly Cases All = JsonSerializer.Deserialize<Cases>(
        File.ReadAllText(Path.Combine(Repository.Root, "tests", "Kiln.Learning.Tests", "Preparing", "scikit-learn-cases.json")), JsonSerializerOptions.Web)!;

    [Theory]
    [InlineData("standardize")]
    [InlineData("robust")]
    [InlineData("minMax")]
    [InlineData("uniform")]
    [InlineData("normal")]
    [InlineData("median")]
    [InlineData("mean")]
    [InlineData("mostFrequent")]
    public void Numbers_become_what_scikit_learn_makes_of_them(string step)
    {
        var numbers = Prepare.Numbers("x");
        numbers = step switch
        {
            "standardize" => numbers.Standardize(),
            "robust" => numbers.RobustScale(),
            "minMax" => numbers.MinMax(-1, 2),
            "uniform" => numbers.Quantile(1000),
            "normal" => numbers.Quantile(20, normal: true),
            "median" => numbers.Impute(Fill.Median),
            "mean" => numbers.Impute(Fill.Mean),
            _ => numbers.Impute(Fill.MostFrequent),
        };
        All.Numbers.Length.ShouldBe(60);
        foreach (var (number, one) in All.Numbers.Index())
        {
            var fitted = new Preparation(numbers).Fit(Column(one.Train));
            var made = fitted.Apply(Column([.. one.Train, .. one.Later])).Values.Span;
            var expected = one.Answers[step];
            for (var row = 0; row < expected.Length; row++)
            {
                var value = expected[row] ?? double.NaN;
                if (double.IsNaN(value)) float.IsNaN(made[row]).ShouldBeTrue($"case {number}, row {row}");
                else Math.Abs(made[row] - value).ShouldBeLessThanOrEqualTo(1e-6 * Math.Max(1, Math.Abs(value)), $"case {number}, row {row}: {made[row]} for {value}");
            }
        }
    }

    [Fact]
    public void Categories_become_what_scikit_learn_makes_of_them()
    {
        All.Categories.Length.ShouldBe(40);
        foreach (var (number, one) in All.Categories.Index())
        {
            var fitted = new Preparation(Prepare.Categories("c").OneHot(one.MaxCategories, one.MinFrequency)).Fit(Texts(one.Train));
            fitted.Features.Length.ShouldBe(one.Width, $"case {number}");
            fitted.Apply(Texts([.. one.Train, .. one.Later])).Values.ToArray().ShouldBe(Array.ConvertAll(one.OneHot, value => (float)value), $"case {number}");
        }
    }

    [Fact]
    public void Later_rows_are_encoded_by_the_smoothed_means_of_all_training_rows()
    {
        foreach (var one in All.Categories)
        {
            var labels = Array.ConvertAll(one.Labels, label => (float)label);
            var fitted = new Preparation(Prepare.Categories("c").TargetEncode(2, one.Smoothing)).Fit(name => Texts(one.Train)[name], Target.Regression("y"), labels);
            var made = fitted.Apply(Texts([.. one.Train, .. one.Later])).Values.Span;
            for (var row = 0; row < made.Length; row++) ((double)made[row]).ShouldBe(one.Target[row], 1e-6);
        }
    }

    [Fact]
    public void Parts_of_times_are_those_of_pandas_before_1970_too()
    {
        var columns = TableColumns.Of(Data.Column.Timestamps("t", All.Times.Micros));
        var made = new Preparation(Prepare.Times("t").Parts(DatePart.Hour, DatePart.Weekday, DatePart.DayOfMonth, DatePart.Month, DatePart.DayOfYear, DatePart.Year))
            .Fit(columns).Apply(columns);
        for (var row = 0; row < All.Times.Micros.Length; row++)
            made.Row(row).ToArray().ShouldBe([All.Times.Hour[row], All.Times.Weekday[row], All.Times.DayOfMonth[row], All.Times.Month[row], All.Times.DayOfYear[row], All.Times.Year[row]]);
    }

    static TableColumns Column(double?[] values) => TableColumns.Of(Data.Column.Of<double>("x", Array.ConvertAll(values, value => value ?? double.NaN)));

    static TableColumns Texts(string[] values) => TableColumns.Of(Data.Column.Texts("c", values));

    sealed record Cases(NumberCase[] Numbers, CategoryCase[] Categories, TimeCase Times);

    sealed record NumberCase(double?[] Train, double?[] Later, Dictionary<string, double?[]> Answers);

    sealed record CategoryCase(string[] Train, string[] Later, int? MaxCategories, int MinFrequency)
    {
        public int[] OneHot { get; init; } = [];
        public int Width { get; init; }
        public double[] Labels { get; init; } = [];
        public double Smoothing { get; init; }
        public double[] Target { get; init; } = [];
    }

    sealed record TimeCase(long[] Micros, int[] Hour, int[] Weekday, int[] DayOfMonth)
    {
        public int[] Month { get; init; } = [];
        public int[] DayOfYear { get; init; } = [];
        public int[] Year { get; init; } = [];
    }
}
