using System.Collections.Immutable;
using System.Text;

namespace Kiln.Tests;

/// <summary>A pipeline whose declaration looks at everything that the engine notes: settings, files, folders, variables, programs, a list of keys.</summary>
static class SteadyPipeline
{
    public const string Variable = "KILN_TEST_STEADY";

    /// <summary>How often the pipeline was declared, by workspace.</summary>
    public static Dictionary<string, int> Declared { get; } = new(StringComparer.Ordinal);

    public static PipelineDefinition Definition { get; } = new("test", Declare);

    /// <summary>What stands for a program's first method.</summary>
    public static void Begin()
    {
    }

    static void Declare(PipelineBuilder pipeline)
    {
        lock (Declared) Declared[pipeline.Workspace] = Declared.GetValueOrDefault(pipeline.Workspace) + 1;
        var settings = pipeline.Settings<SteadySettings>();
        if (pipeline.Read("tool") is not null)
            pipeline.Add(new CommandStage("tool") { Command = ["tool", "out/tool"], Writes = [new Output<PlainFile>("out/tool")], Environment = [$"PATH={pipeline.Workspace}/first:{pipeline.Workspace}/second:/usr/bin:/bin"] });
        var lister = pipeline.Add<Lister>();
        pipeline.AddPartitions(pipeline.Keys(lister.Keys), key => new Joined(key, Encoding.UTF8.GetString(pipeline.Read("graph.txt") ?? [])));
        foreach (var file in pipeline.FilesIn("days") ?? [])
            pipeline.Add(new CommandStage($"copy-{Path.GetFileName(file)}")
            {
                Command = ["sh", "-c", $"cp days/{Path.GetFileName(file)} out/{Path.GetFileName(file)}"],
                Reads = [Input<PlainFile>.Source($"days/{Path.GetFileName(file)}")],
                Writes = [new Output<PlainFile>($"out/{Path.GetFileName(file)}")],
                Environment = [Variable, .. settings.Loud ? ["LOUD=1"] : (string[])[]],
            });
    }
}

sealed record SteadySettings
{
    public bool Loud { get; init; }
}

sealed class Lister : Stage
{
    public Input<PlainFile> Listed { get; } = Input<PlainFile>.Source("listed.txt");

    public Output<Json<ImmutableArray<string>>> Keys { get; } = new("out/keys.json");

    protected internal override Task RunAsync(StageRun run)
    {
        run.Open(Keys).Write([.. run.Open(Listed).ReadText().Split(' ')]);
        return Task.CompletedTask;
    }
}

/// <summary>Joins a folder's files; its body may look wherever it likes.</summary>
sealed class Joined(string key, string header) : Stage
{
    public string Header { get; } = header;

    public Input<Folder> Texts { get; } = Input<Folder>.Source("texts");

    public Output<Folder> Made { get; } = new($"out/joined/{key}");

    protected internal override Task RunAsync(StageRun run)
    {
        var texts = Directory.GetFiles(Path.Combine(run.Workspace, Texts.Path), "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Select(File.ReadAllText);
        File.WriteAllText(run.Open(Made).File("text"), Header + string.Concat(texts));
        return Task.CompletedTask;
    }
}
