using System.Collections.Immutable;
using Kiln.Data;
using Kiln.Learning.Leakage;

namespace Kiln.Learning.Fitting;

/// <summary>Looks for ways in which the model may know what it is judged on.</summary>
[TaskDescription("Looks for leaks between the training and the test rows.")]
public sealed class FindLeaks(string pipeline, AssessedModel model, LeakageSettings settings) : Stage
{
    /// <summary>The library that reads the tables.</summary>
    public Input<PlainFile> DuckDbLibrary { get; } = DuckDb.Library;

    /// <summary>What was learned.</summary>
    public LearningProblem Problem { get; } = model.Problem;

    /// <summary>The rows learned from.</summary>
    public Input<Table> Training { get; } = model.Training;

    /// <summary>The rows judged on.</summary>
    public Input<Table> Test { get; } = model.Test;

    /// <summary>What each check found.</summary>
    public Output<Json<ImmutableArray<LeakageFinding>>> Findings { get; } = new($"reports/{pipeline}/leaks.json");

    /// <inheritdoc/>
    protected override Task RunAsync(StageRun run)
    {
        var findings = Leakages.Find(run.Open(Training), run.Open(Test), Problem, settings);
        run.Open(Findings).Write(findings);
        foreach (var finding in findings.Where(finding => finding.Outcome == LeakageOutcome.Suspicious)) run.Note($"{finding.Found} {finding.Next}");
        run.Metric("suspicious findings", findings.Count(finding => finding.Outcome == LeakageOutcome.Suspicious));
        return Task.CompletedTask;
    }
}
