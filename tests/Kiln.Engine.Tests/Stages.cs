namespace Kiln.Tests;

/// <summary>Writes <c>out/NAME.txt</c>: its name, its word, and the texts of its inputs.</summary>
sealed class TextStage(string name, object[] needs, PipelineSpace space) : Stage
{
    [NotFingerprinted]
    readonly object[] _needs = needs;

    [NotFingerprinted]
    readonly PipelineSpace _space = space;

    /// <summary>What it does instead of writing its text.</summary>
    [NotFingerprinted]
    public Func<StageRun, TextStage, Task>? Body { get; init; }

    /// <summary>A value that is part of its fingerprint.</summary>
    public string Word { get; init; } = "";

    public override string Name => name;

    public IReadOnlyList<Input<PlainFile>> Sources { get; } =
        [.. needs.Select(need => need switch
        {
            TextStage stage => Input<PlainFile>.From(stage.Text),
            Output<PlainFile> output => Input<PlainFile>.From(output),
            Input<PlainFile> input => input,
            string path => Input<PlainFile>.Source(path),
            _ => throw new ArgumentException("A need is a stage, an output, an input or a path."),
        })];

    public Output<PlainFile> Text { get; init; } = new($"out/{name}.txt");

    protected internal override async Task RunAsync(StageRun run)
    {
        _space.NoteRan(this);
        if (Body is not null) await Body(run, this);
        else WriteText(run);
    }

    public void WriteText(StageRun run)
    {
        var texts = Sources.Select(source => run.Open(source).ReadText());
        run.Open(Text).WriteText($"{name}{Word}({string.Join(",", texts)})");
    }
}

/// <summary>Writes the folder <c>out/NAME</c> with two files and an empty folder made from its input.</summary>
sealed class FolderStage(string name, Input<PlainFile> input, PipelineSpace space) : Stage
{
    [NotFingerprinted]
    readonly PipelineSpace _space = space;

    [NotFingerprinted]
    public Action<string>? Further { get; init; }

    public override string Name => name;

    public Input<PlainFile> Source { get; } = input;

    public Output<Folder> Parts { get; } = new($"out/{name}");

    protected internal override Task RunAsync(StageRun run)
    {
        _space.NoteRan(this);
        var folder = run.Open(Parts);
        File.WriteAllText(folder.File("first.txt"), "first of " + run.Open(Source).ReadText());
        File.WriteAllText(folder.File("deep/second.txt"), "second of " + run.Open(Source).ReadText());
        Directory.CreateDirectory(Path.Combine(folder.Path, "empty"));
        Further?.Invoke(folder.Path);
        return Task.CompletedTask;
    }
}

/// <summary>A task: it has no outputs.</summary>
class TaskStage(string name, PipelineSpace space, params TextStage[] needs) : Stage
{
    public override string Name => name;

    public Func<StageRun, Task> Body { get; init; } = _ => Task.CompletedTask;

    public Inputs<PlainFile> Needs { get; } = new(needs.Select(need => need.Text));

    protected internal override Task RunAsync(StageRun run)
    {
        space.NoteRan(this);
        return Body(run);
    }
}
