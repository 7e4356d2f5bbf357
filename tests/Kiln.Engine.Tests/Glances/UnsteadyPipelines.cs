using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Linq.Expressions;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Serialization;

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

    public static void ConverterOfAType(PipelineBuilder pipeline) => pipeline.Add(Stage(JsonSerializer.Deserialize<Converted>("{}")!.Word));

    public static void ConverterOfAListsType(PipelineBuilder pipeline) => pipeline.Add(Stage(JsonSerializer.Deserialize<List<Converted>>("[{}]")![0].Word));

    public static void ValidatorOfASetting(PipelineBuilder pipeline) => pipeline.Add(Stage(pipeline.Settings<ValidatedSettings>().Word));

    public static void TimesOfASetting(PipelineBuilder pipeline) => pipeline.Add(Stage(pipeline.Settings<TimedSettings>().Word));

    public static void TodayThroughAnInterface(PipelineBuilder pipeline) => pipeline.Add(Stage("a" + Parsed<DateTime>("10:00").Year / 10_000));

    public static void AccessorToAClock(PipelineBuilder pipeline)
    {
        var time = default(DateTime);
        pipeline.Add(Stage("a" + UtcNow(ref time).Year / 10_000));
    }

    public static void TimesInARange(PipelineBuilder pipeline) => pipeline.Add(Stage(new RangeAttribute(typeof(DateTime), "10:00", "23:00").IsValid(null) ? "a" : "b"));

    public static void ComparersHashCode(PipelineBuilder pipeline) => pipeline.Add(Stage(EqualityComparer<string>.Default.GetHashCode("abc") % 3 == 9 ? "a" : "b"));

    public static void OwnHashCode(PipelineBuilder pipeline) => pipeline.Add(Stage(new Hashed().Odd() ? "a" : "b"));

    public static void OrderOfASet(PipelineBuilder pipeline) => pipeline.Add(Stage(new[] { "a", "b" }.ToImmutableHashSet().Order().First()));

    public static void OrderOfADictionary(PipelineBuilder pipeline) => pipeline.Add(Stage(new[] { "a", "b" }.ToImmutableDictionary(word => word).Keys.Order().First()));

    public static void OrderOfAConcurrentDictionary(PipelineBuilder pipeline) => pipeline.Add(Stage(new ConcurrentDictionary<string, int> { ["a"] = 1, ["b"] = 2 }.Keys.Order().First()));

    public static void ExpressionOfAClock(PipelineBuilder pipeline) =>
        pipeline.Add(Stage("a" + new[] { 1 }.AsQueryable().Provider.Execute<DateTime>(Expression.Property(null, typeof(DateTime), "UtcNow")).Year / 10_000));

    public static void InstalledCulture(PipelineBuilder pipeline) => pipeline.Add(Stage("a" + CultureInfo.InstalledUICulture.LCID / 100_000));

    public static void PropertyOfAnObject(PipelineBuilder pipeline) => pipeline.Add(Stage("a" + JsonSerializer.Serialize<object>(new Ticking()).Length / 1000));

    /// <summary>What declarations are mostly made of.</summary>
    public static void OrdinaryCode(PipelineBuilder pipeline)
    {
        var parsed = JsonSerializer.Deserialize<Named>("""{"Word":"a","Count":3}""")!;
        var pairs = Enumerable.Range(0, 3).Select(i => new { Index = i, Word = $"{parsed.Word}{i:00}" }).GroupBy(pair => pair.Index % 2).ToDictionary(group => group.Key, group => group.Last().Word);
        var days = Enumerable.Range(0, 3).Select(i => new DateOnly(2020, 1, 1).AddDays(i)).Distinct().ToHashSet();
        ImmutableArray<Named> all = [parsed, parsed with { Count = 4 }, .. days.Select(day => new Named(day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), day.Day))];
        var numbers = all.ToImmutableSortedDictionary(named => (named.Word, named.Count), named => double.Parse("0.5", CultureInfo.InvariantCulture) * named.Count, Comparer<(string, int)>.Default);
        var last = all[^1..][0] switch { { Count: > 2 } named => named.ToString(), _ => throw new InvalidOperationException("never") };
        int[] table = [2, 3, 5, 7, .. Squares(3)];
        pipeline.Add(Stage(pairs[0][..1] + (last.Length + table.Sum() + numbers.Count + new Keyed("x").Equals(new Keyed("y")).ToString().Length + new Clocked { Word = parsed.Word }.Word.Length) / 1000));
    }

    static IEnumerable<int> Squares(int count)
    {
        for (var i = 0; i < count; i++) yield return i * i;
    }

    static T Parsed<T>(string text)
        where T : IParsable<T> => T.Parse(text, null);

    [UnsafeAccessor(UnsafeAccessorKind.StaticMethod, Name = "get_UtcNow")]
    static extern DateTime UtcNow(ref DateTime time);

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

/// <summary>Made while a pipeline is declared; the clock it may hold is not.</summary>
sealed record Clocked
{
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public SetClock? Clock { get; init; }

    public required string Word { get; init; }
}

sealed class SetClock(int fast)
{
    public int Year => DateTimeOffset.UtcNow.Year + fast;
}

[JsonConverter(typeof(ClockConverter))]
sealed class Converted
{
    public string Word { get; init; } = "";
}

sealed class ClockConverter : JsonConverter<Converted>
{
    public override Converted Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        reader.Skip();
        return new Converted { Word = "a" + DateTime.UtcNow.Year / 10_000 };
    }

    public override void Write(Utf8JsonWriter writer, Converted value, JsonSerializerOptions options) => writer.WriteStringValue(value.Word);
}

sealed record ValidatedSettings
{
    [CustomValidation(typeof(Place), nameof(Place.IsThere))]
    public string Word { get; init; } = "a";
}

public static class Place
{
    public static ValidationResult? IsThere(string path) => File.Exists(path) ? new ValidationResult("there") : ValidationResult.Success;
}

sealed record TimedSettings
{
    public string Word { get; init; } = "a";

    [Range(typeof(DateTime), "00:00", "23:59")]
    public string? Other { get; init; }
}

sealed class Hashed
{
    public bool Odd() => GetHashCode() % 2 == 3;

    public override int GetHashCode() => HashCode.Combine("abc");

    public override bool Equals(object? obj) => obj is Hashed;
}

sealed class Ticking
{
    public string Word => nameof(Ticking) + GetType().Name.Length + Environment.TickCount64 / long.MaxValue;
}

sealed record Named(string Word, int Count);

sealed class Keyed(string key) : IEquatable<Keyed>
{
    public bool Equals(Keyed? other) => other is not null;

    public override bool Equals(object? obj) => Equals(obj as Keyed);

    public override int GetHashCode() => HashCode.Combine(key, 3);
}
