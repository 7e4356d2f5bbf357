namespace Kiln.Build;

/// <summary>A pipeline of trivial stages, in C# and as commands, declared where the file <c>sandbox-trials</c> stands in the workspace: what <see cref="BenchSandbox"/> times.</summary>
static class SandboxTrials
{
    public const int Count = 200;
    public const string Mark = "sandbox-trials";

    public static PipelineDefinition Definition { get; } = new("sandbox-trials", pipeline =>
    {
        if (pipeline.Read(Mark) is null) return;
        pipeline.AddPartitions(Enumerable.Range(0, Count), i => new SandboxTrial(i));
        pipeline.AddPartitions(Enumerable.Range(0, Count), i => new CommandStage("SandboxCommand")
        {
            Command = ["cp", Mark, $"out/command/{i}"],
            Reads = [Input<PlainFile>.Source(Mark)],
            Writes = [new Output<PlainFile>($"out/command/{i}")],
        });
    })
    { Folder = null };
}

/// <summary>Copies a small file.</summary>
sealed class SandboxTrial(int number) : Stage
{
    public Input<PlainFile> Mark { get; } = Input<PlainFile>.Source(SandboxTrials.Mark);

    public Output<PlainFile> Text { get; } = new($"out/stage/{number}");

    protected override Task RunAsync(StageRun run)
    {
        run.Open(Text).WriteText(run.Open(Mark).ReadText());
        return Task.CompletedTask;
    }
}
