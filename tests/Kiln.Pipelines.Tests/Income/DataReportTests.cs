using Kiln.Learning.Describing;
using Kiln.Pipelines.Income;

namespace Kiln.Tests.Income;

/// <summary>What a pipeline tells of its tables, and of how they changed.</summary>
public sealed class DataReportTests : IDisposable
{
    static readonly string[] Target = ["--target", "ReportData"];

    readonly TrialSpace _space = new(IncomePipeline.Definition, "source.path=source");

    public DataReportTests() => CensusRows.Give(_space, CensusRows.Rows(200), CensusRows.Rows(60));

    public void Dispose() => _space.Dispose();

    [Fact]
    public async Task Every_table_has_its_statistics_and_a_page_with_its_contract()
    {
        await _space.SucceedAsync(Target);
        var facts = new Json<TableFacts>(_space.PathOf("reports/income/data/training.json")).Read();
        facts.Rows.ShouldBe(200);
        facts.Columns[^1].Values.ShouldBe([new("<=50K", 133), new(">50K", 67)]);
        facts.Change.ShouldBeNull();
        var page = _space.Read("reports/income/data/test.html");
        page.ShouldContain("60 rows were read, 60 accepted and 0 rejected.");
        page.ShouldContain("<td>integer; at least 0; at most 120; never missing</td>");
        page.ShouldNotContain("Changes since");
        await _space.SucceedAsync(Target);
        _space.Ran.ShouldBeEmpty();
    }

    [Fact]
    public async Task Rows_that_are_rejected_and_kept_are_counted_by_reason_and_shown()
    {
        var contract = _space.Read("pipelines/income/contracts/adult.yaml");
        _space.Write("pipelines/income/contracts/adult.yaml", contract.Replace("onReject: fail", "onReject: keep"));
        CensusRows.Give(_space, [.. CensusRows.Rows(20), CensusRows.Row(130, "HS-grad", "Cuba", "<=50K"), CensusRows.Row(-1, "HS-grad", "Cuba", "<=50K")], CensusRows.Rows(10));
        await _space.SucceedAsync(Target);
        var page = _space.Read("reports/income/data/training.html");
        page.ShouldContain("22 rows were read, 20 accepted and 2 rejected.");
        page.ShouldContain("<summary>The first records (2)</summary>");
        page.ShouldContain("130,Private,1130,HS-grad");
        page.ShouldContain("is kept aside, up to 100 % of a file");
    }

    [Fact]
    public async Task An_accepted_version_is_what_later_ones_are_compared_with()
    {
        await _space.SucceedAsync(Target);
        _space.Write("pipelines/income/baseline/training.json", _space.Read("reports/income/data/training.json"));
        CensusRows.Give(_space, CensusRows.Rows(60).Select(row => row.Replace("HS-grad", "Masters")), CensusRows.Rows(60));
        await _space.SucceedAsync(Target);
        var change = new Json<TableFacts>(_space.PathOf("reports/income/data/training.json")).Read().Change.ShouldNotBeNull();
        change.RowsBefore.ShouldBe(200);
        change.Columns.Where(column => column.StabilityIndex > Describe.Shifted).Select(column => column.Name).ShouldBe(["education"]);
        _space.Printed.ShouldContain("training: education is distributed otherwise than before, stability index ");
        _space.Read("reports/income/data/training.html").ShouldContain("<dd>60, before 200 (−70.0 %)</dd>");
        _space.Read("reports/income/data/test.html").ShouldNotContain("Changes since");
    }

    [Fact]
    public Task A_folder_of_earlier_statistics_that_is_not_there()
    {
        _space.Write("pipelines/income/settings.yaml", _space.Read("pipelines/income/settings.yaml") + "\ndataReport: {previous: nowhere}\n");
        return _space.FailAsync(2, "There are no statistics of an earlier version to compare with.", "nowhere", "dataReport.previous");
    }
}
