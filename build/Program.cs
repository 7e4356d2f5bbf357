using Kiln.Build;
using Kiln.Hosting;
using Kiln.Pipelines.Fraud;

return await KilnHost.Create()
    .Add(FraudPipeline.Definition)
    .Add(RepositoryTasks.Definition)
    .Add(PeerGraph.Definition)
    .Add(SandboxTrials.Definition)
    .RunAsync(args);
