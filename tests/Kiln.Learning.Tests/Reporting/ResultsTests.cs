using System.Text.Json;
using Kiln.Learning.Models;
using Kiln.Learning.Reporting;
using Kiln.Tests;

namespace Kiln.Learning.Tests.Reporting;

/// <summary>What pages count of answers, beside what scikit-learn and numpy make of them (scikit-learn-answers.py).</summary>
public class ResultsTests
{
    static readonly Answers Expected = JsonSerializer.Deserialize<Answers>(
        File.ReadAllText(Path.Combine(Repository.Root, "tests", "Kiln.Learning.Tests", "Reporting", "scikit-learn-answers.json")), JsonSerializerOptions.Web)!;

    [Fact]
    public void Classes_are_counted_as_scikit_learn_counts_them()
    {
        var target = Target.MultiClass("class", "a", "b", "c", "nobody");
        var results = ClassResults.Of(new Predictions(target, Expected.Probabilities), Expected.Labels);
        results.Counts.Select(row => row.ToArray()).ShouldBe(Expected.Counts);
        results.Classes.Select(of => of.Precision).ShouldBe(Expected.Precision, 1e-12);
        results.Classes.Select(of => of.Recall).ShouldBe(Expected.Recall, 1e-12);
        results.Classes.Select(of => of.F1).ShouldBe(Expected.F1, 1e-12);
        results.Classes.Select(of => of.Rows).ShouldBe(Expected.Support);
    }

    [Fact]
    public void Values_are_counted_as_numpy_counts_them()
    {
        var results = ValueResults.Of(Expected.Predicted, Expected.Actual);
        var edges = Expected.GridEdges;
        results.Grid.Select(cell => (cell.ActualFrom, cell.AnsweredFrom, cell.Rows)).Zip(Expected.Grid).ShouldAllBe(pair =>
            Math.Abs(pair.First.ActualFrom - edges[pair.Second[0]]) < 1e-9 && Math.Abs(pair.First.AnsweredFrom - edges[pair.Second[1]]) < 1e-9 && pair.First.Rows == pair.Second[2]);
        results.Grid.Length.ShouldBe(Expected.Grid.Length);
        results.Residuals.Select(bin => bin.Rows).ShouldBe(Expected.Residuals);
        results.Residuals.Select(bin => bin.From).ShouldBe(Expected.ResidualEdges[..^1], 1e-9);
        results.ByAnswer.SelectMany(band => new[] { band.Answered, band.Rows, band.Low, band.LowerQuarter, band.Median, band.UpperQuarter, band.High }).ShouldBe(Expected.Bands.SelectMany(band => band), 1e-9);
    }

    [Fact]
    public void One_value_for_all_rows_has_a_grid_too()
    {
        var results = ValueResults.Of([3.0, 3, 3], [3.0, 3, 3]);
        results.Grid.ShouldHaveSingleItem().Rows.ShouldBe(3);
        results.Residuals.Sum(bin => bin.Rows).ShouldBe(3);
        results.MeanResidual.ShouldBe(0);
    }

    [Theory]
    [InlineData(0, "0")]
    [InlineData(1234567, "1,234,567")]
    [InlineData(0.1 + 0.2, "0.3")]
    [InlineData(-12.3456789, "-12.3457")]
    [InlineData(0.000123456789, "0.000123457")]
    [InlineData(1.5e-9, "1.5E-9")]
    [InlineData(double.NaN, "–")]
    public void Numbers_are_written_with_six_digits(double value, string written) => Written.As(value, ColumnFormat.Number).ShouldBe(written);

    [Theory]
    [InlineData(0.88123, "0.8812")]
    [InlineData(58.434, "58.43")]
    [InlineData(12345.6, "12,346")]
    public void Measures_are_written_with_the_digits_that_their_size_needs(double value, string written) => Written.As(value, ColumnFormat.Measure).ShouldBe(written);

    sealed record Answers(float[] Labels, float[] Probabilities, int[][] Counts, double[] Precision, double[] Recall, double[] F1, int[] Support)
    {
        public double[] Predicted { get; init; } = [];
        public double[] Actual { get; init; } = [];
        public int[][] Grid { get; init; } = [];
        public double[] GridEdges { get; init; } = [];
        public int[] Residuals { get; init; } = [];
        public double[] ResidualEdges { get; init; } = [];
        public double[][] Bands { get; init; } = [];
    }
}
