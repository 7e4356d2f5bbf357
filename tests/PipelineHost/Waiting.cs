namespace Kiln.Tests.Hosting;

/// <summary>Writes half of its output, says so, and waits to be cancelled; where <c>stubborn</c> stands in the workspace, it does not listen.</summary>
sealed class Waiting : Stage
{
    public Output<PlainFile> Text { get; } = new("out/waiting.txt");

    protected override async Task RunAsync(StageRun run)
    {
        run.Open(Text).WriteText("half");
        run.Note("waiting now");
        await Task.Delay(Timeout.Infinite, File.Exists("stubborn") ? CancellationToken.None : run.Cancellation);
    }
}
