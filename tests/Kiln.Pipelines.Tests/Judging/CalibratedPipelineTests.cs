using Kiln.Data;
using Kiln.Learning.Evaluating;
using Kiln.Learning.Fitting;
using Kiln.Learning.Models;
using Kiln.Learning.Validating;

namespace Kiln.Tests.Judging;

/// <summary>Calibrations of a pipeline of one's own.</summary>
public sealed class CalibratedPipelineTests : IDisposable
{
    const string Yaml = """
        train: {model: logistic}
        models: {candidates: [{name: logistic, model: {linear: {l2: 1}}}]}
        calibration: {method: platt}
        card: {name: A, purpose: B, owners: [C], intendedUse: [D], outOfScope: [E], limits: [F], ethicalConsiderations: [G]}
        """;

    static readonly LearningProblem weighted = new() { Target = Target.Binary("Y", "no", "yes"), Weight = "W" };

    TrialSpace _space = new(new("own", pipeline =>
    {
        var rows = pipeline.Add(new MakeRows()).Rows;
        pipeline.AddModel(weighted, rows, rows, pipeline.AddFolds(rows, new KFold { Folds = 2 }));
    }));

    public void Dispose() => _space.Dispose();

    [Fact]
    public async Task Rows_count_in_the_calibration_as_often_as_they_weigh()
    {
        _space.Write("pipelines/own/settings.yaml", Yaml);
        await _space.SucceedAsync("--target", "CalibrateModel");
        var tables = new[] { 1, 2 }.Select(fold => _space.Table($"models/own/calibration/fold-{fold}.parquet").ReadColumns()).ToList();
        var rows = new JudgedRows
        {
            Task = LearningTask.Binary,
            Outputs = 1,
            Answers = tables.SelectMany(table => table["PROBABILITY yes"].ToDoubles()).ToArray(),
            Labels = tables.SelectMany(table => Enumerable.Range(0, table.RowCount).Select(row => table["Y"].TextAt(row) == "yes" ? 1.0 : 0)).ToArray(),
            Weights = tables.SelectMany(table => table["W"].ToDoubles()).Select(weight => (double)(float)weight).ToArray(),
        };
        var report = new Json<CalibrationReport>(_space.PathOf("models/own/calibration.json")).Read();
        report.Calibrator.ShouldBe(PlattScaling.FitLogOdds(rows));
        report.Calibrator.ShouldNotBe(PlattScaling.FitLogOdds(rows with { Weights = default }));
        report.Rows.ShouldBe(rows.Weights.ToArray().Count(weight => weight > 0));
    }

    [Fact]
    public async Task Without_folds_nothing_can_be_calibrated_and_that_is_told_before_anything_runs()
    {
        _space.Dispose();
        _space = new(new("own", pipeline =>
        {
            var rows = pipeline.Add(new MakeRows()).Rows;
            pipeline.AddModel(weighted, rows, rows);
        }));
        _space.Write("pipelines/own/settings.yaml", Yaml);
        await _space.FailAsync(2, "this pipeline tells none apart", "calibration.method");
        _space.Write("pipelines/own/settings.yaml", Yaml.Replace("method: platt", "method: none"));
        await _space.SucceedAsync("--target", "EvaluateModel");
    }

    sealed class MakeRows : Stage
    {
        public Output<Table> Rows { get; } = new("data/own/rows.parquet");

        protected override Task RunAsync(StageRun run)
        {
            var random = new Random(4);
            var values = Enumerable.Range(0, 400).Select(_ => 4 * (random.NextDouble() - 0.5)).ToArray();
            run.Open(Rows).Write([
                Column.Of<double>("X", values),
                Column.Texts("Y", values.Select(value => (string?)(random.NextDouble() < 1 / (1 + Math.Exp(-value)) ? "yes" : "no")).ToArray()),
                Column.Of<double>("W", values.Select((_, row) => row % 8 == 0 ? 0 : 0.5 + random.NextDouble()).ToArray()),
            ]);
            return Task.CompletedTask;
        }
    }
}
