using System.Reflection;
using Kiln.Caching;
using Kiln.Hosting;

namespace Kiln.Tests;

/// <summary>A temporary workspace in which the real host runs a pipeline made for the test; tells what ran and what was printed.</summary>
sealed class PipelineSpace : IDisposable
{
    public PipelineSpace(Action<PipelineBuilder>? declare = null, string? root = null)
    {
        Root = root is null ? Directory.CreateTempSubdirectory("kiln-").FullName : Directory.CreateDirectory(root).FullName;
        Declare = declare ?? (_ => { });
    }

    public string Root { get; }

    /// <summary>How the pipeline is declared; replaced to edit the pipeline.</summary>
    public Action<PipelineBuilder> Declare { get; set; }

    /// <summary>Further pipelines of the host, after the one of the test.</summary>
    public List<PipelineDefinition> Others { get; } = [];

    /// <summary>What stands for the program's first method, where a start may be answered at a glance; null where it must not.</summary>
    public MethodBase? Entry { get; init; }

    /// <summary>A cache shared with other spaces; null for the space's own.</summary>
    public string? Cache { get; init; }

    /// <summary>The full names of the stages whose bodies ran in the last run, in the order they began.</summary>
    public List<string> Ran { get; } = [];

    /// <summary>What the last run printed, standard output and error.</summary>
    public string Printed { get; private set; } = "";

    /// <summary>What Kiln remembers of this workspace, as the next run will read it.</summary>
    public WorkspaceState State => WorkspaceState.Load(PathOf(".kiln/state"));

    public async Task<int> RunAsync(params string[] arguments)
    {
        Ran.Clear();
        using var printed = new StringWriter();
        RoutedConsole.SendTo(printed);
        var host = (Entry is null ? KilnHost.Create() : KilnHost.CreateFrom(Entry)).Add(new PipelineDefinition("test", Declare)).In(Root);
        foreach (var other in Others) host.Add(other);
        if (Cache is not null) host.CacheIn(Cache);
        var exitCode = await Task.Run(() => host.Run(arguments));
        Printed = printed.ToString();
        return exitCode;
    }

    /// <summary>Runs, and fails the test with what was printed where the run fails.</summary>
    public async Task SucceedAsync(params string[] arguments) => (await RunAsync(arguments)).ShouldBe(0, Printed);

    public string PathOf(string relative) => Path.Combine(Root, relative);

    public void Write(string relative, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(PathOf(relative))!);
        File.WriteAllText(PathOf(relative), text);
    }

    public void WriteSettings(string yaml) => Write("pipelines/test/settings.yaml", yaml);

    public string Read(string relative) => File.ReadAllText(PathOf(relative));

    public bool Has(string relative) => Path.Exists(PathOf(relative));

    /// <summary>Every file below a folder, relative to the workspace, sorted.</summary>
    public IReadOnlyList<string> Files(string folder = ".") => !Has(folder) ? [] :
        [.. Directory.EnumerateFiles(PathOf(folder), "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = 0 })
            .Select(path => Path.GetRelativePath(Root, path)).Order(StringComparer.Ordinal)];

    /// <summary>The files of the workspace that are not Kiln's own.</summary>
    public IReadOnlyList<string> OwnFiles => [.. Files().Where(path => !path.StartsWith(".kiln/", StringComparison.Ordinal))];

    /// <summary>A stage that joins its inputs' texts behind its own name, and notes that it ran.</summary>
    public TextStage Stage(string name, params object[] needs) => new(name, needs, this);

    public void NoteRan(Stage stage)
    {
        lock (Ran) Ran.Add(stage.FullName);
    }

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
