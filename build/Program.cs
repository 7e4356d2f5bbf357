using Kiln.Build;
using Kiln.Hosting;
using Kiln.Pipelines.Fraud;

return KilnHost.Create()
    .Add(FraudPipeline.Definition)
    .Add(RepositoryTasks.Definition)
    .Add(PeerGraph.Definition)
    .Add(SandboxTrials.Definition)
    .Run(args);
