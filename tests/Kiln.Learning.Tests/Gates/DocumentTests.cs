using Kiln.Learning.Evaluating;
using Kiln.Learning.Evaluating.Resampling;
using Kiln.Learning.Gates;
using Kiln.Learning.Tests.Evaluating;
using Kiln.Tests;

namespace Kiln.Learning.Tests.Gates;

/// <summary>The code of docs/evaluating.md on intervals and verdicts, as it stands there.</summary>
public class DocumentTests
{
    [Fact]
    public void The_documents_code_is_what_runs_here()
    {
        ReadmeCode.ShouldStandIn("Bootstrap.Difference(challenger", "tests/Kiln.Learning.Tests/Gates/DocumentTests.cs", "docs/evaluating.md");

        var (scores, labels) = FakeScores.Make(rows: 10_000, seed: 4);
        var random = new Random(4);
        double[] championScores = [.. scores.Select(score => score * (0.8 + (0.2 * random.NextDouble())))];
        int[] customers = [.. scores.Select(_ => random.Next(3_000))];
        var metric = Metric.Parse("average precision");
        var (rows, championRows) = (JudgedRows.Of(scores, labels), JudgedRows.Of(championScores, labels));
        var size = new SampleSize(labels.Length, labels.Count(true));

        var challenger = metric.Over(rows);                              // a metric as above, of two models' answers for the same rows
        var champion = metric.Over(championRows);
        var units = ResamplingUnits.OfClusters(customers);               // or OfRows(count); .Within(labels) to keep the number of each class
        var bootstrap = new Bootstrap { Resamples = 2_000, Seed = 7 };

        var figure = bootstrap.Run(challenger, units);
        var difference = bootstrap.Run(Bootstrap.Difference(challenger, champion), units);

        var atLeast = new Gate { Requirement = Requirement.AtLeast(0.5) };
        var noWorse = new Gate { Requirement = Requirement.NoWorseThan("the champion", 0.02) };
        Verdict one = atLeast.Judge(new("average precision", figure, size));
        Verdict other = noWorse.Judge(new("average precision", difference, size));
        var words = $"{other.Word}: {other.Reason}";

        one.ShouldBeOfType<Verdict.Pass>();
        words.ShouldStartWith("pass: Estimate ");
        words.ShouldEndWith(": all of it is no worse than the champion by more than 0.02.");
    }
}
