using Kiln.Learning.Fitting;

namespace Kiln.Build;

/// <summary>The pipelines on real data: what each reaches on its test rows with three seeds, beside what is to be reached.</summary>
[TaskDescription("Benchmark: income, bikes and fashion on their real data, 3 seeds, beside what is to be reached (KILN_TEST_DATA). Takes about 5 minutes of a core.")]
sealed class BenchPipelines : Stage
{
    static readonly Goal[] Goals =
    [
        new("income", "adult", "xgboost", "AUC ROC", 0.928),
        new("income", "adult", "xgboost", "accuracy", 0.873),
        new("income", "adult", "logistic", "AUC ROC", 0.900),
        new("bikes", "bike-sharing", "xgboost", "RMSE", 60, IsMost: true),
        new("fashion", "fashion-mnist", "convolutional", "accuracy", 0.90),
    ];

    protected override async Task RunAsync(StageRun run)
    {
        using var space = new BenchSpace();
        foreach (var goals in Goals.GroupBy(goal => (goal.Pipeline, goal.Data, goal.Candidate)))
        {
            var measured = new List<Evaluation>();
            var clock = System.Diagnostics.Stopwatch.StartNew();
            for (var seed = 1; seed <= 3; seed++)
            {
                await space.RunAsync(run.Cancellation, "--pipeline", goals.Key.Pipeline, "--set", "source.path=" + TrialData.Folder(goals.Key.Data),
                    "--set", "train.model=" + goals.Key.Candidate, "--set", $"train.seed={seed}");
                measured.Add(new Json<Evaluation>(Path.Combine(space.Root, $"reports/{goals.Key.Pipeline}/measures.json")).Read());
            }
            foreach (var goal in goals)
            {
                var values = measured.ConvertAll(evaluation => evaluation.Measures[goal.Measure]);
                var isReached = values.TrueForAll(value => goal.IsMost ? value <= goal.Value : value >= goal.Value);
                run.Conclude($"{goal.Pipeline}, {goal.Candidate}, {goal.Measure}: {string.Join(", ", values.Select(value => $"{value:0.0000}"))}; to reach {goal.Value}: {(isReached ? "reached" : "NOT reached")}");
            }
            run.Conclude($"{goals.Key.Pipeline}, {goals.Key.Candidate}: {clock.Elapsed.TotalSeconds / 3:0.0} s a run");
        }
    }

    sealed record Goal(string Pipeline, string Data, string Candidate, string Measure, double Value, bool IsMost = false);
}
