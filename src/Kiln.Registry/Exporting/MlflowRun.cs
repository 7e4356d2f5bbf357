using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Kiln.Recording;

namespace Kiln.Registry.Exporting;

/// <summary>A run as MLflow has it: settings are params, what stages measured are metrics, and the rest is in tags.</summary>
sealed class MlflowRun
{
    /// <summary>The tag by which a run is found again.</summary>
    public const string Identity = "kiln.run";

    /// <summary>The tag that is set last: a run that has it, and with the present outcome, is there as a whole.</summary>
    public const string Outcome = "kiln.outcome";

    /// <param name="recorded">The run.</param>
    /// <param name="metrics">What its stages measured.</param>
    /// <param name="versions">The names of the registry's versions that it registered.</param>
    public MlflowRun(RecordedRun recorded, ImmutableArray<RecordedMetric> metrics, IEnumerable<string> versions)
    {
        Run = recorded.Run;
        var settings = MlflowNames.For(Run.Settings.Keys);
        var measured = MlflowNames.For(metrics.Select(NameOf));
        Params = [.. Run.Settings.Select(setting => new Param(settings[setting.Key], MlflowNames.Value(Plain(setting.Value), MlflowNames.LongestParam)))];
        Metrics = [.. Series(recorded, metrics, measured)];
        Tags =
        [
            .. Told(versions), .. Stages(recorded), .. Tagged("kiln.environment", Run.Environment),
            .. Tagged("kiln.param", Renamed(settings)), .. Tagged("kiln.metric", Renamed(measured)),
        ];
    }

    public RunRecord Run { get; }

    public ImmutableArray<Param> Params { get; }

    public ImmutableArray<Metric> Metrics { get; }

    /// <summary>All but those of <see cref="First"/> and the last.</summary>
    public ImmutableArray<RunTag> Tags { get; }

    /// <summary>What the run is made with.</summary>
    public ImmutableArray<RunTag> First =>
    [
        new(Identity, Run.Id), new("kiln.pipeline", Run.Pipeline), new("mlflow.user", Actor.Name), new("mlflow.source.type", "LOCAL"),
        Tag("mlflow.source.name", $"./build.sh {Run.CommandLine}".TrimEnd()),
        .. Run.Git is { Commit.Length: > 0 } git ? [new RunTag("mlflow.source.git.commit", git.Commit), Tag("mlflow.source.git.branch", git.Branch)] : ImmutableArray<RunTag>.Empty,
    ];

    /// <summary>What is said once all is there.</summary>
    public RunTag Last => new(Outcome, Run.Ended);

    /// <summary>Whether a run of the server is all of this.</summary>
    public bool IsWhole(FoundRun found) => found.Tags.Contains(Last);

    public long Start => Run.Started.ToUnixTimeMilliseconds();

    public long End => Run.Started.AddSeconds(Run.Seconds).ToUnixTimeMilliseconds();

    public string Status => Run.ExitCode switch
    {
        ExitCode.Done => "FINISHED",
        null or ExitCode.Interrupted => "KILLED",
        _ => "FAILED",
    };

    IEnumerable<RunTag> Told(IEnumerable<string> versions)
    {
        yield return Tag("kiln.targets", Run.Targets);
        if (Run.Git is { } git) yield return new("kiln.dirty", git switch { { IsDirty: false } => "no", { Patch: "" } => "yes", _ => $"yes, patch {git.Patch}" });
        var names = string.Join(", ", versions);
        if (names.Length > 0) yield return Tag("kiln.versions", names);
    }

    /// <summary>A stage's outcome and time, and why; of partitions, how many ended how.</summary>
    static IEnumerable<RunTag> Stages(RecordedRun recorded) => Tagged("kiln.stage", recorded.Stages.GroupBy(stage => stage.Step.Group).Select(group =>
    {
        var outcomes = group.CountBy(stage => stage.Outcome).Select(outcome => group.First().Step.Key is null ? outcome.Key : string.Create(CultureInfo.InvariantCulture, $"{outcome.Key} {outcome.Value}/{group.Count()}"));
        var seconds = group.Sum(stage => stage.Seconds);
        var time = seconds > 0 ? string.Create(CultureInfo.InvariantCulture, $" in {seconds:0.###} s") : "";
        return KeyValuePair.Create(group.Key, $"{string.Join(", ", outcomes)}{time}: {group.First().Why}");
    }));

    /// <summary>Partitions of a stage are the steps of one series, in the plan's order.</summary>
    IEnumerable<Metric> Series(RecordedRun recorded, ImmutableArray<RecordedMetric> metrics, Dictionary<string, string> names)
    {
        var steps = recorded.Stages.GroupBy(stage => stage.Step.Group).SelectMany(group => group.DistinctBy(stage => stage.Step.Name).Index()).ToDictionary(stage => stage.Item.Step.Name, stage => stage.Index, StringComparer.Ordinal);
        return metrics.DistinctBy(metric => (metric.Stage.Step.Name, metric.Name)).Select(metric => new Metric(
            names[NameOf(metric)], metric.Value, metric.Stage.Started is { } started ? started.AddSeconds(metric.Stage.Seconds).ToUnixTimeMilliseconds() : Start, steps[metric.Stage.Step.Name]));
    }

    /// <summary>MLflow shows together what is alike before the slash.</summary>
    static string NameOf(RecordedMetric metric) => $"{metric.Stage.Step.Group}/{metric.Name}";

    static IEnumerable<KeyValuePair<string, string>> Renamed(Dictionary<string, string> names) => names.Where(pair => pair.Key != pair.Value).Select(pair => KeyValuePair.Create(pair.Value, pair.Key));

    static IEnumerable<RunTag> Tagged(string prefix, IEnumerable<KeyValuePair<string, string>> facts)
    {
        var all = facts.ToList();
        var names = MlflowNames.For(all.Select(fact => fact.Key));
        return all.Select(fact => Tag($"{prefix}.{names[fact.Key]}", fact.Value));
    }

    static RunTag Tag(string key, string value) => new(key, MlflowNames.Value(value, MlflowNames.LongestTag));

    /// <summary>A text without the quotes of JSON.</summary>
    static string Plain(string setting) => setting is ['"', ..] ? JsonSerializer.Deserialize<string>(setting)! : setting;
}
