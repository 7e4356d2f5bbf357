using Kiln.Build;
using Kiln.Hosting;
using Kiln.Pipelines.Bikes;
using Kiln.Pipelines.Fashion;
using Kiln.Pipelines.Fraud;
using Kiln.Pipelines.Income;
using Kiln.Registry;

return KilnHost.Create()
    .Add(FraudPipeline.Definition)
    .Add(IncomePipeline.Definition)
    .Add(BikesPipeline.Definition)
    .Add(FashionPipeline.Definition)
    .Add(RepositoryTasks.Definition)
    .Add(PeerGraph.Definition)
    .Add(SandboxTrials.Definition)
    .AddCommands<RegistryCommands>()
    .AddCommands<PromotionTrial>()
    .Run(args);
