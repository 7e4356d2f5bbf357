using Kiln.Learning.Evaluating;
using Kiln.Tests;

namespace Kiln.Learning.Tests.Evaluating;

/// <summary>The code of docs/evaluating.md, as it stands there, and the names it lists.</summary>
public class DocumentTests
{
    [Fact]
    public void The_documents_code_is_what_runs_here()
    {
        ReadmeCode.ShouldStandIn("Metric.Parse(", "tests/Kiln.Learning.Tests/Evaluating/DocumentTests.cs", "docs/evaluating.md");

        double[] scores = [0.9, 0.2, 0.4, 0.1, 0.6, 0.3];
        bool[] labels = [true, false, true, false, false, true];

        var rows = JudgedRows.Of(scores, labels) with { Threshold = 0.3 };   // or JudgedRows.Of(model.Predict(…), examples)
        var auc = Metric.Parse("AUC ROC").Of(rows);
        var recall = Metric.Parse("recall").Of(rows.Where([0, 1, 2, 5]));    // of some rows: a slice

        var statistic = Metric.Parse("average precision").Over(rows);        // sorts once …
        var drawn = statistic([1, 0, 2, 1, 1, 1]);                           // … then each set of weights is one pass: a bootstrap's draw

        auc.ShouldBe(7.0 / 9, 1e-12);
        recall.ShouldBe(1);
        drawn.ShouldBe((1 + (2 * 3 / 4.0) + (4 / 5.0)) / 4, 1e-12);
    }

    [Fact]
    public void Every_metric_is_named_there()
    {
        var document = File.ReadAllText(Path.Combine(Repository.Root, "docs", "evaluating.md"));
        foreach (var name in MetricNames.All) document.ShouldContain($"`{name}`");
    }
}
