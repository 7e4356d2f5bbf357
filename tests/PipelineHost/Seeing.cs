using System.Collections.Immutable;

namespace Kiln.Tests.Hosting;

/// <summary>A program and a body that tell which GPUs they are given; <c>gpus.txt</c> says how many they need.</summary>
static class Seeing
{
    public static void Declare(PipelineBuilder pipeline)
    {
        var needed = new Execution { Gpus = int.Parse(File.ReadAllText(Path.Combine(pipeline.Workspace, "gpus.txt"))) };
        pipeline.Add(new CommandStage("Program") { Command = ["sh", "-c", "echo $CUDA_VISIBLE_DEVICES > out/program.txt"], Writes = [new Output<PlainFile>("out/program.txt")], Execution = needed });
        pipeline.Add(new Body { Execution = needed });
    }

    sealed class Body : Stage
    {
        public Output<PlainFile> Text { get; } = new("out/body.txt");

        protected override Task RunAsync(StageRun run)
        {
            run.Open(Text).WriteText(string.Join(',', run.Gpus));
            return Task.CompletedTask;
        }
    }
}
