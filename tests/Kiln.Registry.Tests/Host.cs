using Kiln.Hosting;
using Kiln.Registry;

namespace Kiln.Tests;

/// <summary>Started as a program, the tests are a host of the registry's commands, and of one pipeline that waits.</summary>
static class Host
{
    static int Main(string[] arguments) => KilnHost.Create().Add(new PipelineDefinition("waiting", builder => builder.Add<Waiting>())).AddCommands<RegistryCommands>().Run(arguments);

    /// <summary>Says so, and waits to be cancelled.</summary>
    sealed class Waiting : Stage
    {
        public override string Name => "Register";

        public Output<PlainFile> Text { get; } = new("out/waiting.txt");

        protected override async Task RunAsync(StageRun run)
        {
            run.Note("waiting now");
            await Task.Delay(Timeout.Infinite, run.Cancellation);
        }
    }
}
