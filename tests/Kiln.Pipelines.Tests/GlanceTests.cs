using System.Reflection;
using Kiln.Hosting;
using Kiln.Pipelines.Bikes;
using Kiln.Pipelines.Fashion;
using Kiln.Pipelines.Fraud;
using Kiln.Pipelines.Income;
using Kiln.Tests.Fraud;

namespace Kiln.Tests;

/// <summary>The real pipelines declare themselves by nothing but their settings: a start that finds nothing changed need not declare them.</summary>
public sealed class GlanceTests : IDisposable
{
    readonly FraudSpace _space = new();

    public GlanceTests()
    {
        foreach (var file in Directory.EnumerateFiles(Path.Combine(Repository.Root, "pipelines"), "*.yaml", SearchOption.AllDirectories)) _space.Write(Path.GetRelativePath(Repository.Root, file), File.ReadAllText(file).Replace("customers: 5000", "customers: 50", StringComparison.Ordinal));
    }

    public void Dispose() => _space.Dispose();

    [Fact]
    public async Task A_start_with_nothing_to_do_leaves_the_answer_for_the_next()
    {
        await StartAsync();
        Thread.Sleep(30); // stamps have to grow old enough to vouch for anything
        (await StartAsync("--verbosity", "diagnostic")).Split('\n').Single(line => line.StartsWith("The next start", StringComparison.Ordinal)).ShouldBe("The next start looks as closely: this command line asks for it.");
        await StartAsync();
        Directory.GetFiles(_space.PathOf(".kiln/glances")).ShouldHaveSingleItem();
    }

    async Task<string> StartAsync(params string[] arguments)
    {
        using var printed = new StringWriter();
        RoutedConsole.SendTo(printed);
        // A test has no program of its own to begin with.
        var host = ((KilnHost)typeof(KilnHost).GetMethod("CreateFrom", BindingFlags.NonPublic | BindingFlags.Static)!.Invoke(null, [typeof(GlanceTests).GetMethod(nameof(Begin))!])!)
            .Add(FraudPipeline.Definition).Add(IncomePipeline.Definition).Add(BikesPipeline.Definition).Add(FashionPipeline.Definition).In(_space.Root);
        (await Task.Run(() => host.Run(["--target", "Simulate", .. arguments]))).ShouldBe(0, printed.ToString());
        return printed.ToString();
    }

    public static int Begin(string[] arguments) => KilnHost.Create().Add(FraudPipeline.Definition).Add(IncomePipeline.Definition).Add(BikesPipeline.Definition).Add(FashionPipeline.Definition).Run(arguments);
}
