namespace Kiln.Build;

/// <summary>The repository's own tasks: they have no outputs, so each runs whenever it is asked for.</summary>
static class RepositoryTasks
{
    public static PipelineDefinition Definition { get; } = new("repository", pipeline =>
    {
        pipeline.Add<Test>();
        pipeline.Add<TestProperties>();
        pipeline.Add<Clean>();
        pipeline.Add<BenchPipeline>();
        pipeline.Add<BenchNothing>();
        pipeline.Add<BenchEngine>();
        pipeline.Add<BenchCode>();
        pipeline.Add<BenchPage>();
        pipeline.Add<BenchPages>();
        pipeline.Add<BenchFraud>();
        pipeline.Add<BenchPipelines>();
        pipeline.Add<BenchFeatures>();
        pipeline.Add<BenchPreparing>();
        pipeline.Add<BenchMetrics>();
        pipeline.Add<BenchTraining>();
        pipeline.Add<BenchStreaming>();
        pipeline.Add<BenchModels>();
        pipeline.Add<BenchXGBoost>();
        pipeline.Add<BenchIntervals>();
        pipeline.Add<BenchCrash>();
        pipeline.Add<BenchSandbox>();
        pipeline.Add<BenchPeers>();
        pipeline.Add<BenchRegistry>();
    })
    { Folder = null };
}
