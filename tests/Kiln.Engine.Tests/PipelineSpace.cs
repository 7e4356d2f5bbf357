using Kiln.Hosting;

namespace Kiln.Tests;

/// <summary>A temporary workspace in which the real host runs a pipeline made for the test; tells what ran and what was printed.</summary>
sealed class PipelineSpace : IDisposable
{
    static readonly SemaphoreSlim ConsoleTurn = new(1);

    public PipelineSpace(Action<PipelineBuilder>? declare = null)
    {
        Root = Directory.CreateTempSubdirectory("kiln-").FullName;
        Declare = declare ?? (_ => { });
    }

    public string Root { get; }

    /// <summary>How the pipeline is declared; replaced to edit the pipeline.</summary>
    public Action<PipelineBuilder> Declare { get; set; }

    /// <summary>The full names of the stages whose bodies ran in the last run, in order.</summary>
    public List<string> Ran { get; } = [];

    /// <summary>What the last run printed, standard output and error.</summary>
    public string Printed { get; private set; } = "";

    public async Task<int> RunAsync(params string[] arguments)
    {
        Ran.Clear();
        await ConsoleTurn.WaitAsync();
        var (output, error) = (Console.Out, Console.Error);
        var printed = new StringWriter();
        var shared = TextWriter.Synchronized(printed);
        try
        {
            Console.SetOut(shared);
            Console.SetError(shared);
            return await KilnHost.Create().Add(new PipelineDefinition("test", Declare)).In(Root).RunAsync(arguments);
        }
        finally
        {
            Console.SetOut(output);
            Console.SetError(error);
            Printed = printed.ToString();
            ConsoleTurn.Release();
        }
    }

    public string PathOf(string relative) => Path.Combine(Root, relative);

    public void Write(string relative, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(PathOf(relative))!);
        File.WriteAllText(PathOf(relative), text);
    }

    public void WriteSettings(string yaml) => Write("pipelines/test/settings.yaml", yaml);

    public string Read(string relative) => File.ReadAllText(PathOf(relative));

    /// <summary>A stage that joins its inputs' texts behind its own name, and notes that it ran.</summary>
    public TextStage Stage(string name, params object[] needs) => new(name, needs, this);

    public void Dispose() => Directory.Delete(Root, recursive: true);
}

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
            Input<PlainFile> input => input,
            string path => Input<PlainFile>.Source(path),
            _ => throw new ArgumentException("A need is a stage, an input or a path."),
        })];

    public Output<PlainFile> Text { get; init; } = new($"out/{name}.txt");

    protected internal override async Task RunAsync(StageRun run)
    {
        lock (_space.Ran) _space.Ran.Add(FullName);
        if (Body is not null)
        {
            await Body(run, this);
            return;
        }

        var texts = Sources.Select(source => run.Open(source).ReadText());
        run.Open(Text).WriteText($"{name}{Word}({string.Join(",", texts)})");
    }
}
