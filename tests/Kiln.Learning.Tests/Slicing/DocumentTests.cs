using Kiln.Data;
using Kiln.Learning.Evaluating;
using Kiln.Learning.Evaluating.Resampling;
using Kiln.Learning.Fairness;
using Kiln.Learning.Slicing;
using Kiln.Tests;

namespace Kiln.Learning.Tests.Slicing;

public class DocumentTests
{
    [Fact]
    public void The_code_of_the_document_is_this()
    {
        ReadmeCode.ShouldStandIn("SliceSearch.Worst", "tests/Kiln.Learning.Tests/Slicing/DocumentTests.cs", "docs/evaluating.md");
        var random = new Random(1);
        var columns = TableColumns.Of(
            Column.Of<int>("age", Enumerable.Range(0, 4000).Select(_ => random.Next(18, 90)).ToArray()),
            Column.Texts("sex", Enumerable.Range(0, 4000).Select(_ => (string?)(random.Next(2) == 0 ? "Female" : "Male")).ToArray()));
        var labels = Enumerable.Range(0, 4000).Select(_ => random.Next(2) == 0).ToArray();
        var judged = JudgedRows.Of(
            Enumerable.Range(0, 4000).Select(row => labels[row] == columns["age"].ToDoubles()[row] < 30 ? 0.3 : 0.7).ToArray(), labels);
        var accuracy = Metric.Parse("accuracy");

        var slices = SlicePlan.All([new ValueSlices { Column = "sex" }, new ExpressionSlice { Name = "young", Sql = "age < 25" }], columns);
        foreach (var slice in slices)
            Console.WriteLine($"{slice.Name}: {slice.Rows.Length} rows, accuracy {accuracy.Of(judged.Where(slice.Rows.AsSpan()))}");

        var worst = SliceSearch.Worst(columns, judged, new() { Loss = RowLoss.Error, MostPredicates = 2 });
        foreach (var found in worst.Slices.Where(found => found.IsSignificant))
            Console.WriteLine($"{found.Slice.Definition}: {found.MeanLoss} beside {found.RestLoss}");

        var groups = GroupRates.Of(columns, judged, new() { Column = "sex" });
        var gap = groups.Report()[FairnessMeasure.EqualOpportunityDifference];
        var interval = new Bootstrap { Resamples = 200 }.Run(groups.Over(gap.Measure), ResamplingUnits.OfRows(judged.Rows));

        slices.Select(slice => slice.Name).ShouldBe(["sex = Female", "sex = Male", "young"]);
        accuracy.Of(judged.Where(slices[2].Rows.AsSpan())).ShouldBe(0);
        worst.Slices[0].Slice.Name.ShouldStartWith("age < ");
        gap.Value.ShouldBeInRange(0, 0.1);
        interval.Estimate.ShouldBe(gap.Value, 1e-12);
        interval.ShouldBeOfType<BootstrapResult.Distribution>().StandardError.ShouldBeInRange(0.001, 0.05);
    }
}
