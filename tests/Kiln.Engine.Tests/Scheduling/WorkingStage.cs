namespace Kiln.Tests;

/// <summary>A stage whose way to be executed and whose body the test gives.</summary>
class WorkingStage(string name, Func<StageRun, Task> body) : Stage
{
    [NotFingerprinted]
    readonly Func<StageRun, Task> _body = body;

    public override string Name => name;

    public Output<PlainFile> Made { get; } = new($"out/{name}.txt");

    protected internal override async Task RunAsync(StageRun run)
    {
        await _body(run);
        run.Open(Made).WriteText(name);
    }
}

[Needs(Cpus = 2, MemoryGiB = 0.25), Token("warehouse"), Retry(3, PauseSeconds = 0.01), Timeout("00:00:10")]
sealed class DeclaredStage(string name, Func<StageRun, Task> body) : WorkingStage(name, body);
