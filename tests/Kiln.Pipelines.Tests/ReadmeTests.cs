using Kiln.Data;
using Kiln.Hosting;
using Kiln.Pipelines.Fraud;
using Kiln.Tests.Fraud;

namespace Kiln.Tests;

public sealed class ReadmeTests
{
    [Fact]
    public async Task The_first_screens_pipeline_compiles_and_does_what_it_shows()
    {
        ReadmeCode.ShouldStandIn("class Count(", "tests/Kiln.Pipelines.Tests/ReadmeExample.cs");
        var workspace = Directory.CreateTempSubdirectory("kiln-readme-");
        try
        {
            Directory.CreateDirectory(Path.Combine(workspace.FullName, "data"));
            await File.WriteAllTextAsync(Path.Combine(workspace.FullName, "data/book.txt"), "the cat and the dog and the bird");
            using var printed = new StringWriter();
            RoutedConsole.SendTo(printed);
            var host = KilnHost.Create().In(workspace.FullName).Add(new PipelineDefinition("words", pipeline =>
            {
                pipeline.Add<Readme.Words>();
                pipeline.Add<Readme.Count>();
            }));
            (await Task.Run(() => host.Run([]))).ShouldBe(0, printed.ToString());
            (await Task.Run(() => host.Run(["--target", "Count", "--set", "count.top=1"]))).ShouldBe(0, printed.ToString());
            Json<string[]>.At(Path.Combine(workspace.FullName, "reports/frequent.json")).Read().ShouldBe(["the"]);
            printed.ToString().ShouldContain("count.top 3 → 1");
        }
        finally
        {
            workspace.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task The_stage_a_new_developer_adds_compiles_and_runs()
    {
        ReadmeCode.ShouldStandIn("class Alerts(", "tests/Kiln.Pipelines.Tests/Fraud/ReadmeStage.cs");
        using var space = new FraudSpace(pipeline => pipeline.Add<Readme.Alerts>());
        await space.SucceedAsync("--target", "Alerts", "--set", "alerts.perDay=3");
        Table.At(space.PathOf("reports/fraud/alerts.parquet")).RowCount.ShouldBe(21);
    }

    [Fact]
    public void The_lines_that_give_a_pipeline_its_pages_are_those_of_a_pipeline() =>
        ReadmeCode.ShouldStandIn("AddDataReports(", "pipelines/bikes/BikesPipeline.cs", "docs/reports.md");
}
