namespace Kiln.Tests.Hosting;

/// <summary>Ten stages in two lanes that write a file and a folder each, in many small pieces: there is always something half-written to be killed over.</summary>
static class Chain
{
    public static void Declare(PipelineBuilder pipeline)
    {
        Link? left = null, right = null;
        for (var i = 0; i < 5; i++)
        {
            left = pipeline.Add(new Link($"left{i}", left?.Text ?? Input<PlainFile>.Source("in.txt")));
            right = pipeline.Add(new Link($"right{i}", right?.Text ?? Input<PlainFile>.Source("in.txt")));
        }
    }
}

/// <summary>One link of the chain.</summary>
sealed class Link(string name, Input<PlainFile> source) : Stage
{
    public override string Name => name;

    public Input<PlainFile> Source { get; } = source;

    public Output<PlainFile> Text { get; } = new($"out/{name}.txt");

    public Output<Folder> Parts { get; } = new($"out/{name}");

    protected override async Task RunAsync(StageRun run)
    {
        var lines = 24 + run.Open(Source).ReadText().Length % 16;
        var folder = run.Open(Parts);
        await using var text = File.CreateText(run.Open(Text).Path);
        for (var i = 0; i < lines; i++)
        {
            await text.WriteLineAsync($"{name} {i}");
            await text.FlushAsync();
            await File.WriteAllTextAsync(folder.File($"{i % 3}/{i}.txt"), $"{name} part {i}");
            await Task.Delay(1);
        }
    }
}
