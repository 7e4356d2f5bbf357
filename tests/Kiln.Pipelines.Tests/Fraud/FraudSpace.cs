using System.Security.Cryptography;
using Kiln.Hosting;
using Kiln.Pipelines.Fraud;

namespace Kiln.Tests.Fraud;

/// <summary>A temporary workspace in which the real host runs the fraud pipeline on a small population and a short training.</summary>
sealed class FraudSpace : IDisposable
{
    /// <summary>Few customers, the fewest days that the default split's windows need, two epochs, and no gate: so few rows tell nothing.</summary>
    static readonly string[] Small =
    [
        "simulate.customers=150", "simulate.terminals=300", "simulate.radius=12", "simulate.startDate=2018-07-01", "simulate.days=46",
        "train.model=network", "train.epochs=2", "gates.criteria=[]",
    ];

    readonly Action<PipelineBuilder> _further;

    /// <param name="further">Adds stages to the pipeline's own.</param>
    public FraudSpace(Action<PipelineBuilder>? further = null)
    {
        _further = further ?? (_ => { });
        Root = Directory.CreateTempSubdirectory("kiln-fraud-").FullName;
        foreach (var file in Directory.EnumerateFiles(Path.Combine(Repository.Root, "pipelines", "fraud"), "*", SearchOption.AllDirectories))
            if (file.EndsWith(".yaml", StringComparison.Ordinal) || file.Contains("/templates/", StringComparison.Ordinal))
                Write(Path.GetRelativePath(Repository.Root, file), File.ReadAllText(file));
    }

    public string Root { get; }

    /// <summary>What the last run printed, standard output and error.</summary>
    public string Printed { get; private set; } = "";

    public string PathOf(string relative) => Path.Combine(Root, relative);

    public void Write(string relative, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(PathOf(relative))!);
        File.WriteAllText(PathOf(relative), text);
    }

    /// <summary>Runs with the small settings; later <c>--set</c> arguments win.</summary>
    public async Task<int> RunAsync(params string[] arguments)
    {
        using var printed = new StringWriter();
        RoutedConsole.SendTo(printed);
        var host = KilnHost.Create().Add(FraudPipeline.Definition with { Declare = FraudPipeline.Definition.Declare + _further }).In(Root);
        var exitCode = await Task.Run(() => host.Run([.. Small.SelectMany(setting => new[] { "--set", setting }), .. arguments]));
        Printed = printed.ToString();
        return exitCode;
    }

    public async Task SucceedAsync(params string[] arguments) => (await RunAsync(arguments)).ShouldBe(0, Printed);

    /// <summary>The SHA-256 of every made file but the pages and the log of the training, which tell when they were made and what that took.</summary>
    public SortedDictionary<string, string> Made() => new(
        new[] { "data", "models", "reports" }.Select(PathOf).Where(Directory.Exists)
            .SelectMany(folder => Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
            .Where(file => !file.EndsWith(".html", StringComparison.Ordinal) && !file.EndsWith(".md", StringComparison.Ordinal) && !file.EndsWith("-log.json", StringComparison.Ordinal))
            .ToDictionary(file => Path.GetRelativePath(Root, file), file => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(file)))), StringComparer.Ordinal);

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
