using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Kiln.Learning.Gates;
using Kiln.Learning.Models;
using Kiln.Registry;

namespace Kiln.Tests;

/// <summary>Documents as pipelines register them.</summary>
static class Some
{
    public const string Commit = "0123456789abcdef0123456789abcdef01234567";

    public static string Identity(string of) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(of)));

    /// <param name="model">The model.</param>
    /// <param name="passed">Whether its gate let it pass; null for a pipeline without one.</param>
    /// <param name="dirty">Whether the tree differed from its commit.</param>
    /// <param name="by">Who let a refused one pass.</param>
    /// <param name="commit">The commit; empty outside a repository.</param>
    public static VersionDocument Document(string model = "fraud", bool? passed = true, bool dirty = false, string? by = null, string commit = Commit) => new()
    {
        Model = model,
        Pipeline = model,
        Run = "20260501-120000-abcd",
        Commit = commit,
        IsDirty = dirty,
        Patch = dirty ? Identity("patch") : "",
        Overrides = [],
        Environment = ImmutableSortedDictionary<string, string>.Empty,
        Metrics = ImmutableSortedDictionary.CreateRange(StringComparer.Ordinal, [KeyValuePair.Create("averagePrecision", 0.61), KeyValuePair.Create("nothing", double.NaN)]),
        Gate = passed is { } isPassed ? Decision(isPassed, by) : Decision(true, null) with { Criteria = [] },
        Inputs = [],
        Target = new Target { Column = "is_fraud", Task = LearningTask.Binary, Classes = ["0", "1"] },
        Folder = Identity("folder"),
        ModelPath = $"models/{model}",
        Files = ImmutableSortedDictionary<string, string>.Empty,
        Stages = [],
    };

    static GateDecision Decision(bool isPassed, string? by) => new()
    {
        Candidate = "boosted",
        IsPassed = isPassed,
        Criteria = ["ranks frauds"],
        Refusals = isPassed ? [] : [new("ranks frauds", "fail", "0.41 is below 0.6")],
        Inconclusive = InconclusiveMeans.Fail,
        Override = by is null ? null : new GateOverride(by, "tried on paper"),
    };
}
