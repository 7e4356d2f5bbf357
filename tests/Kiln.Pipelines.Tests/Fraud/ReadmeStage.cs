using System.ComponentModel.DataAnnotations;
using Kiln.Data;
using Kiln.Pipelines.Fraud;

namespace Kiln.Tests.Readme;

public sealed record AlertsSettings { [Range(1, 10_000)] public int PerDay { get; init; } = 100; }

[TaskDescription("Lists the transactions to look at.")]
public sealed class Alerts(Evaluate evaluate, AlertsSettings settings) : Stage
{
    public Input<Table> Scores { get; } = evaluate.Scores;
    public Output<Table> List { get; } = new("reports/fraud/alerts.parquet");

    protected override Task RunAsync(StageRun run)
    {
        run.Open(List).Write(new TableQuery
        {
            Sql = "SELECT * FROM scores QUALIFY row_number() OVER (PARTITION BY TX_DATETIME::DATE ORDER BY SCORE DESC, TRANSACTION_ID) <= $1",
            Tables = new Dictionary<string, Table> { ["scores"] = run.Open(Scores) },
            OrderBy = ["TRANSACTION_ID"],
            Parameters = [settings.PerDay],
        });
        return Task.CompletedTask;
    }
}
