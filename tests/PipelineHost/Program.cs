using Kiln;
using Kiln.Hosting;
using Kiln.Tests.Hosting;

// Usage: PipelineHost PIPELINE [Kiln's switches]; PIPELINE is "chain" (ten slow stages), "tree" (a command with children), "boxed" (a stage
// in a sandbox), "connected" (one that declares the network), "hurried" (one that has a second), "locked" (stages that leave folders nobody may write in),
// "seeing" (stages that tell which GPUs they see), "fanned" (stages that a stage lists), "test" (what graph.txt says, and DIES when) or "waiting" (one stage that waits
// to be cancelled).
PipelineDefinition[] pipelines =
[
    new("waiting", builder => builder.Add<Waiting>()),
    new("chain", Chain.Declare),
    new("tree", Trees.Declare),
    new("boxed", builder => builder.Add<Boxed>()),
    new("fanned", Fanned.Declare),
    new("locked", Locked.Declare),
    new("connected", builder => builder.Add<Connected>()),
    new("hurried", builder => builder.Add<Hurried>()),
    new("seeing", Seeing.Declare),
    new("test", RandomGraph.Declare),
];
Death.Plan();
var host = KilnHost.Create();
foreach (var pipeline in pipelines)
    if (args[0] == "worker" ? pipeline.Name != "test" : args[0] == pipeline.Name) host.Add(pipeline);
return host.Run(args[0] == "worker" ? args : args[1..]);
