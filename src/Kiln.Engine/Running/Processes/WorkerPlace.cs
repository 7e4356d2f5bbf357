using System.Collections.Immutable;
using System.Reflection;
using System.Runtime.InteropServices;
using Kiln.Planning;

namespace Kiln.Running;

/// <summary>What the workers of a run have in common: the program they are, and what it takes to declare the pipeline again.</summary>
/// <param name="Pipeline">The pipeline's name.</param>
/// <param name="SettingsFile">Its settings, or null where it has none.</param>
/// <param name="Overrides">What <c>--set</c> gave.</param>
/// <param name="Graph">The pipeline as it was declared first.</param>
/// <param name="Listings">The lists of keys it was declared from.</param>
sealed record WorkerPlace(string Pipeline, string? SettingsFile, ImmutableArray<string> Overrides, Graph Graph, ImmutableArray<string> Listings)
{
    /// <summary>The variables of Kiln's own that name tools which stages load. The others are the caller's: where it stands, what it shares, how it tests.</summary>
    static readonly string[] Tools = ["KILN_CHART_SCRIPTS", "KILN_DUCKDB", "KILN_LIBTORCH", "KILN_TORCH_LIBRARY"];

    static readonly string Runtime = Path.GetFullPath("../../..", RuntimeEnvironment.GetRuntimeDirectory());

    readonly Lazy<ImmutableArray<string>> _sourceFolders = new(() =>
        [.. Graph.Stages.SelectMany(stage => stage.Inputs).Where(input => input.Producer is null).Select(input => Path.GetDirectoryName(input.Path)).OfType<string>().Distinct()]);

    /// <summary>This program, started again with other arguments: through dotnet where it was.</summary>
    public static (string Program, string[] Arguments) SameProgram(params string[] arguments)
    {
        var program = System.Environment.ProcessPath!;
        return (program, Path.GetFileName(program) == "dotnet" ? ["dotnet", Assembly.GetEntryAssembly()!.Location, .. arguments] : ["kiln", .. arguments]);
    }

    /// <summary>The program, its runtime, and what the pipeline is declared from. Native tools are inputs like any other.</summary>
    public IEnumerable<string> Readable(string workspace) => new[]
    {
        AppContext.BaseDirectory, Runtime, System.Environment.GetEnvironmentVariable("KILN_LIBTORCH"), SettingsFile, new Workspace(workspace).Schemas,
    }.Where(path => !string.IsNullOrEmpty(path)).Select(path => path!).Concat(Listings);

    /// <summary>Where sources lie: a pipeline is often declared from the names of its source files.</summary>
    public ImmutableArray<string> Listed => _sourceFolders.Value;

    /// <summary>The environment of a worker: what names tools, which GPUs are counted, and what the stage declares.</summary>
    public static IReadOnlyList<string> Environment(StageRun run)
    {
        var variables = new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            ["PATH"] = CommandStage.StandardPath,
            ["HOME"] = run.Scratch,
            ["TMPDIR"] = run.Scratch,
            ["LANG"] = "C.UTF-8",
            ["DOTNET_ROOT"] = Runtime,
            ["DOTNET_EnableDiagnostics"] = "0", // no debugger's socket, and its thread
            ["DOTNET_TieredPGO"] = "0",
        };
        foreach (var name in Tools.Append(VisibleGpus.Variable).Concat(run.Node.Stage.Shape.EnvironmentNames))
            if (System.Environment.GetEnvironmentVariable(name) is { } value) variables[name] = value;
        return [.. variables.Select(variable => $"{variable.Key}={variable.Value}")];
    }
}
