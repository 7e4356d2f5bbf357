using Kiln;
using Kiln.Hosting;
using Kiln.Tests.Hosting;

// Usage: PipelineHost PIPELINE [Kiln's switches]; PIPELINE is "chain" (ten slow stages) or "waiting" (one stage that waits to be cancelled).
var pipeline = args[0] == "chain" ? new PipelineDefinition("chain", Chain.Declare) : new PipelineDefinition("waiting", builder => builder.Add<Waiting>());
return await KilnHost.Create().Add(pipeline).RunAsync(args[1..]);
