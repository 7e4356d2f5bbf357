using Kiln.Data;
using Kiln.Hosting;
using Kiln.Learning.Fitting;

namespace Kiln.Tests;

/// <summary>A temporary workspace in which the real host runs a pipeline with its own settings and contracts, on files of the test.</summary>
sealed class TrialSpace : IDisposable
{
    readonly PipelineDefinition _definition;
    readonly string[] _settings;

    bool _hasGates;

    // So few rows tell nothing: what is about gates declares its own criteria.
    const string NoGates = "gates.criteria=[]";

    /// <param name="definition">The pipeline.</param>
    /// <param name="settings">What is laid over its settings, such as <c>train.epochs=3</c>.</param>
    public TrialSpace(PipelineDefinition definition, params string[] settings)
    {
        (_definition, _settings) = (definition, settings);
        Root = Directory.CreateTempSubdirectory($"kiln-{definition.Name}-").FullName;
        var folder = Path.Combine(Repository.Root, definition.Folder ?? "none");
        if (!Directory.Exists(folder)) return;
        foreach (var file in Directory.EnumerateFiles(folder, "*.yaml", SearchOption.AllDirectories)) Write(Path.GetRelativePath(Repository.Root, file), File.ReadAllText(file));
        _hasGates = File.ReadAllText(Path.Combine(folder, "settings.yaml")).Contains("\ngates:", StringComparison.Ordinal);
    }

    public string Root { get; }

    /// <summary>What the last run printed, standard output and error.</summary>
    public string Printed { get; private set; } = "";

    /// <summary>The same space, held to the gates of its settings.</summary>
    public TrialSpace WithItsGates()
    {
        _hasGates = false;
        return this;
    }

    public string PathOf(string relative) => Path.Combine(Root, relative);

    public void Write(string relative, string text) => Write(relative, System.Text.Encoding.UTF8.GetBytes(text));

    public void Write(string relative, byte[] bytes)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(PathOf(relative))!);
        File.WriteAllBytes(PathOf(relative), bytes);
    }

    public string Read(string relative) => File.ReadAllText(PathOf(relative));

    /// <summary>The stages whose bodies ran in the last run, by the closing table; partitions together.</summary>
    public IEnumerable<string> Ran => Printed.Split('\n').Where(line => line.Split("  ", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) is [_, "ran", ..] or [_, ['r', 'a', 'n', ' ', ..], ..])
        .Select(line => line.Split(' ')[0]);

    public Table Table(string relative) => Kiln.Data.Table.At(PathOf(relative));

    public Evaluation Evaluation => new Json<Evaluation>(PathOf($"reports/{_definition.Name}/measures.json")).Read();

    public Comparison Comparison => new Json<Comparison>(PathOf($"reports/{_definition.Name}/comparison.json")).Read();

    public async Task<int> RunAsync(params string[] arguments)
    {
        using var printed = new StringWriter();
        RoutedConsole.SendTo(printed);
        var host = KilnHost.Create().Add(_definition).AddCommands<Kiln.Registry.RegistryCommands>().In(Root);
        var exitCode = await Task.Run(() => host.Run([.. _settings.Prepend(_hasGates ? NoGates : null).OfType<string>().SelectMany(setting => new[] { "--set", setting }), .. arguments]));
        Printed = printed.ToString();
        return exitCode;
    }

    public async Task SucceedAsync(params string[] arguments) => (await RunAsync(arguments)).ShouldBe(0, Printed);

    /// <summary>Fails with an exit code, and says these things without a stack trace.</summary>
    public async Task FailAsync(int exitCode, params string[] said)
    {
        (await RunAsync()).ShouldBe(exitCode, Printed);
        foreach (var part in said) Printed.ShouldContain(part);
        Printed.ShouldNotContain("   at ");
    }

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
