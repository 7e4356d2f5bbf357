using System.ComponentModel.DataAnnotations;
using System.Runtime.InteropServices;

namespace Kiln.Tests;

/// <summary>Pipelines whose declarations may come out otherwise although nothing that the engine noted differs, each in another way; and some that look so.</summary>
static class UnsteadyPipelines
{
    static readonly string Host = Environment.MachineName;
    static readonly IClock[] Clocks = [new WallClock(), new StoppedClock()];
    static readonly IClock[] Stopped = [new StoppedClock(), new FormerClock()];

    public static void FileThroughHelpers(PipelineBuilder pipeline) => pipeline.Add(Stage(First(pipeline.Workspace)));

    public static void ClockInALambda(PipelineBuilder pipeline) => pipeline.AddPartitions(Enumerable.Range(0, 2), i => Stage($"{i}{DateTime.UtcNow.Year / 10_000}"));

    public static void ClockInAConstructor(PipelineBuilder pipeline) => pipeline.Add<TimedStage>();

    public static void ClockInAProperty(PipelineBuilder pipeline) => pipeline.Add<PropertyStage>();

    public static void ClockInABaseClass(PipelineBuilder pipeline) => pipeline.Add<DerivedStage>();

    public static void ClockBehindAnInterface(PipelineBuilder pipeline) => pipeline.Add(Stage(Clocks[0].Era()));

    public static void VariableInAStaticField(PipelineBuilder pipeline) => pipeline.Add(Stage(Host.Length > 0 ? "a" : "b"));

    public static void ChanceInSettings(PipelineBuilder pipeline) => pipeline.Add(Stage(pipeline.Settings<ChanceSettings>().Word[..0] + "a"));

    public static void ClockInAnIterator(PipelineBuilder pipeline)
    {
        foreach (var word in Words()) pipeline.Add(Stage(word));
    }

    public static void TodayInATime(PipelineBuilder pipeline) => pipeline.Add(Stage("a" + DateTime.ParseExact("10:00", "HH:mm", null).Year / 10_000));

    public static void HashCode(PipelineBuilder pipeline) => pipeline.Add(Stage("abc".GetHashCode() % 3 == 0 ? "a" : "b"));

    public static void Shuffled(PipelineBuilder pipeline) => pipeline.Add(Stage(new[] { "a", "b" }.Shuffle().Order().First()));

    public static void NativeCode(PipelineBuilder pipeline) => pipeline.Add(Stage(GetProcess() > 0 ? "a" : "b"));

    public static void APackage(PipelineBuilder pipeline) => pipeline.Add(Stage(new YamlDotNet.RepresentationModel.YamlScalarNode("a").Value!));

    public static void DecidesWhetherItRuns(PipelineBuilder pipeline) => pipeline.Add<WillingStage>();

    public static void PinnedHelper(PipelineBuilder pipeline) => pipeline.Add(Stage(Pinned()));

    /// <summary>The zone of the machine is taken note of.</summary>
    public static void LocalTime(PipelineBuilder pipeline) => pipeline.Add(Stage("a" + new DateTimeOffset(new DateTime(2020, 7, 1)).Year));

    /// <summary>Another clock is there, and not used.</summary>
    public static void NothingOfTheKind(PipelineBuilder pipeline) => pipeline.Add(Stage(Stopped[0].Era() + pipeline.Settings<CheckedSettings>().Word));

    static string First(string folder) => Second(folder);

    static string Second(string folder) => Directory.Exists(folder) ? "a" : "b";

    [CodeVersion("1")]
    static string Pinned() => Environment.ProcessorCount > 0 ? "a" : "b";

    static IEnumerable<string> Words()
    {
        yield return "a";
        yield return "b" + DateTime.Now.Year / 10_000;
    }

    static EchoStage Stage(string word) => new(word);

#pragma warning disable SYSLIB1054 // what the other attribute generates needs unsafe code
    [DllImport("libc", EntryPoint = "getpid")]
    static extern int GetProcess();
#pragma warning restore SYSLIB1054
}

interface IClock
{
    string Era();
}

sealed class WallClock : IClock
{
    public string Era() => DateTimeOffset.UtcNow.Year > 0 ? "a" : "b";
}

sealed class StoppedClock : IClock
{
    public string Era() => "a";
}

sealed class FormerClock : IClock
{
    public string Era() => "b";
}

class EchoStage(string word) : Stage
{
    public override string Name => "echo-" + Word;

    public string Word { get; } = word;

    public Output<PlainFile> Text { get; } = new($"out/{word}");

    protected internal override Task RunAsync(StageRun run)
    {
        run.Open(Text).WriteText(Word + Environment.NewLine + DateTime.Now);
        return Task.CompletedTask;
    }
}

sealed class TimedStage() : EchoStage(DateTime.Today.Year > 0 ? "a" : "b");

sealed class PropertyStage() : EchoStage("a")
{
    public Input<PlainFile> Source => Input<PlainFile>.Source(Random.Shared.Next() >= 0 || Word.Length > 9 ? "in.txt" : "none.txt");
}

class TickingStage() : EchoStage("a")
{
    public bool IsLate { get; } = Environment.TickCount64 < 0;
}

sealed class DerivedStage : TickingStage;

sealed class WillingStage() : EchoStage("a")
{
    protected internal override RunDecision ShouldRun() => RunDecision.Yes;
}

sealed record ChanceSettings
{
    public string Word { get; init; } = Guid.NewGuid().ToString();
}

sealed record CheckedSettings
{
    [Range(1, 9)]
    public int Digit { get; init; } = 3;

    public string Word => $"{Digit}";
}
