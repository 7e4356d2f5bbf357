using System.Collections.Immutable;
using Kiln.Data;
using Kiln.Fingerprinting;
using Kiln.Hosting;
using Kiln.Learning.Gates;
using Kiln.Learning.Models;

namespace Kiln.Registry.Tests;

/// <summary>A workspace in which the real host runs a small pipeline: a source, a table made from it, and a model made from the table, which a stage adds to the registry.</summary>
sealed class TracedSpace : IDisposable
{
    public const string Source = "data/source.csv", Rows = "data/rows.parquet", Model = "models/shop/model.txt";

    public TracedSpace()
    {
        Write(Source, "id,name\n1,ann\n2,bob\n3,ann\n");
    }

    public string Root { get; } = Directory.CreateTempSubdirectory("kiln-trace-").FullName;

    public string Printed { get; private set; } = "";

    public int Run(params string[] arguments)
    {
        using var printed = new StringWriter();
        Kiln.Tests.RoutedConsole.SendTo(printed);
        var exitCode = KilnHost.Create().Add(new PipelineDefinition("shop", Declare)).AddCommands<RegistryCommands>().In(Root).Run(arguments);
        Printed = printed.ToString();
        return exitCode;
    }

    public void Succeed(params string[] arguments) => Run(arguments).ShouldBe(0, Printed);

    public void Register() => Succeed("--target", nameof(Enter));

    public void Write(string path, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(PathOf(path))!);
        File.WriteAllText(PathOf(path), text);
    }

    public string PathOf(string path) => Path.Combine(Root, path);

    public string HashOf(string path) => ContentHash.OfPath(PathOf(path))!.Value.ToString();

    public void Dispose() => Directory.Delete(Root, recursive: true);

    static void Declare(PipelineBuilder pipeline)
    {
        var tidy = pipeline.Add(new Tidy());
        var fit = pipeline.Add(new Fit(tidy));
        pipeline.Add(new Enter(fit));
    }

    sealed class Tidy : Stage
    {
        public Input<PlainFile> Raw { get; } = Input<PlainFile>.Source(Source);

        public Output<Table> Rows { get; } = new(TracedSpace.Rows);

        protected override Task RunAsync(StageRun run)
        {
            string[][] rows = [.. run.Open(Raw).ReadText().Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(1).Select(line => line.Split(','))];
            run.Open(Rows).Write([Column.Of<int>("id", rows.Select(row => int.Parse(row[0], System.Globalization.CultureInfo.InvariantCulture)).ToArray()), Column.Texts("na\"me", rows.Select(row => (string?)row[1]).ToArray())]);
            return Task.CompletedTask;
        }
    }

    sealed class Fit(Tidy tidy) : Stage
    {
        public Input<Table> Rows { get; } = tidy.Rows;

        public Output<PlainFile> Model { get; } = new(TracedSpace.Model);

        protected override Task RunAsync(StageRun run)
        {
            run.Open(Model).WriteText($"{run.Open(Rows).RowCount} rows\n");
            return Task.CompletedTask;
        }
    }

    [OnDemand]
    sealed class Enter(Fit fit) : Stage
    {
        public Input<PlainFile> Model { get; } = fit.Model;

        protected override Task RunAsync(StageRun run)
        {
            using var registry = ModelRegistry.Open(RegistryPlace.Of(run.Workspace));
            registry.Register(Some.Document(TracedSpace.Model, [.. run.Facts.Upstream.Select(RegisterModel.Made)]) with { Run = run.Facts.Run }, run.Facts.Upstream[^1].Fingerprint, "ann");
            return Task.CompletedTask;
        }
    }
}

static class Some
{
    /// <summary>A document of a version that these stages made.</summary>
    public static VersionDocument Document(string modelPath, ImmutableArray<MadeStage> stages) => new()
    {
        Model = "shop",
        Pipeline = "shop",
        Run = "run-1",
        Commit = "",
        IsDirty = false,
        Patch = "",
        Overrides = [],
        Environment = HostContext.Environment,
        Metrics = ImmutableSortedDictionary<string, double>.Empty,
        Gate = new() { Candidate = "mean", IsPassed = true, Criteria = [], Refusals = [], Inconclusive = InconclusiveMeans.Fail, Override = null },
        Inputs = [],
        Target = new() { Column = "name", Task = LearningTask.Binary },
        Folder = stages.SelectMany(stage => stage.Outputs).First(output => output.Key == modelPath).Value,
        ModelPath = modelPath,
        Files = ImmutableSortedDictionary<string, string>.Empty,
        Stages = stages,
    };
}
