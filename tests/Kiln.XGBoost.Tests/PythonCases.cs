using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Kiln.XGBoost;

namespace Kiln.Tests.XGBoost;

/// <summary>What the Python package came to (Python/make.py), and the same trained here.</summary>
sealed class PythonCases(string path)
{
    const int Columns = 5;

    readonly JsonElement root = JsonDocument.Parse(File.ReadAllBytes(path)).RootElement;

    public static PythonCases Committed { get; } = new(Path.Combine(AppContext.BaseDirectory, "Python", "expected.json"));

    public static IEnumerable<string> All => cases.Keys;

    public static TheoryData<string> Names => [.. cases.Keys];

    public float[] Data(string name) => Floats(root.GetProperty("data").GetProperty(name));

    public JsonElement Case(string name) => root.GetProperty("cases").GetProperty(name);

    /// <summary>Trains a case and requires the same trees, and the same numbers to the bit.</summary>
    public void Check(string name)
    {
        var (x, label, settings, details) = cases[name];
        var (values, labels, expected) = (Data(x), Data(label), Case(name));
        var given = details(this) with { FeatureNames = [.. Enumerable.Range(0, Columns).Select(i => $"column {i}")] };
        using var all = new DMatrix(values, Columns, given with { Labels = labels });
        using var result = name == "stopped" ? TrainStopped(values, labels, given, settings, expected) : Booster.Train(settings, all);
        var booster = result.Booster;

        result.Warnings.ShouldBeEmpty();
        booster.Trees.ShouldBe(expected.GetProperty("trees").GetInt32());
        Digest(Encoding.UTF8.GetBytes(string.Join('\n', booster.Dump(statistics: true)))).ShouldBe(expected.GetProperty("dump").GetString());
        booster.Predict(all).Values.ShouldBe(Floats(expected.GetProperty("scores")));
        Digest(booster.Predict(all, ScoreKind.Margin)).ShouldBe(expected.GetProperty("margins").GetString());
        Digest(booster.Leaves(all)).ShouldBe(expected.GetProperty("leaves").GetString());
        Digest(booster.Contributions(all)).ShouldBe(expected.GetProperty("contributions").GetString());
        booster.Importances(ImportanceKind.Gain).ShouldBe(expected.GetProperty("gain").EnumerateArray().Select(gain => gain.GetSingle()));
        if (given.BaseMargins.IsEmpty) booster.Predict(values, Columns).Values.ShouldBe(Floats(expected.GetProperty("scores")));
    }

    static TrainingResult TrainStopped(float[] values, float[] labels, MatrixDetails given, BoosterSettings settings, JsonElement expected)
    {
        var half = labels.Length / 2;
        using var train = new DMatrix(values.AsSpan(0, half * Columns), Columns, given with { Labels = labels.AsMemory(0, half) });
        using var check = new DMatrix(values.AsSpan(half * Columns), Columns, given with { Labels = labels.AsMemory(half) });
        var result = Booster.Train(settings, train, new() { Evaluations = [("train", train), ("check", check)], EarlyStopping = new("check", "auc", 4) });
        result.BestRound.ShouldBe(expected.GetProperty("best").GetInt32());
        result.Booster.BestRound.ShouldBe(result.BestRound);
        result.Rounds.Length.ShouldBe(expected.GetProperty("rounds").GetInt32());
        result.StoppedEarly.ShouldBeTrue();
        foreach (var series in expected.GetProperty("history").EnumerateArray())
        {
            var (set, metric) = (series[0].GetString(), series[1].GetString());
            var theirs = series[2].EnumerateArray().Select(value => FromHex(value.GetString()!));
            result.Rounds.Select(round => round.Single(value => value.Evaluation == set && value.Metric == metric).Value).ShouldBe(theirs);
        }

        return result;
    }

    /// <summary>Reads what Python's float.hex writes of a number that is neither subnormal nor infinite.</summary>
    public static double FromHex(string text)
    {
        var sign = text.StartsWith('-') ? -1 : 1;
        var parts = text.TrimStart('-')["0x".Length..].Split('p');
        var digits = parts[0].Replace(".", "", StringComparison.Ordinal);
        return sign * Math.ScaleB(Convert.ToInt64(digits, 16), int.Parse(parts[1]) - 4 * (digits.Length - 1));
    }

    static readonly BoosterSettings common = new() { Rounds = 8, MaxDepth = 4, MaxBins = 32 };
    static readonly BoosterSettings squares = common with { Objective = "reg:squarederror" };
    static readonly Func<PythonCases, MatrixDetails> plain = _ => new();

    static readonly Dictionary<string, (string X, string Label, BoosterSettings Settings, Func<PythonCases, MatrixDetails> Details)> cases = new()
    {
        ["binary"] = ("x", "binary", common, plain),
        ["missing"] = ("holes", "binary", common with { LearningRate = 0.17, Gamma = 0.1 }, plain),
        ["multi"] = ("x", "classes", common with { Objective = "multi:softprob", Classes = 3 }, plain),
        ["regression"] = ("x", "number", squares with { Alpha = 0.3, Lambda = 2 }, plain),
        ["categories"] = ("holes", "binary", common with { MaxCategoriesToOneHot = 3 },
            _ => new() { FeatureTypes = [FeatureType.Numeric, FeatureType.Numeric, FeatureType.Numeric, FeatureType.Numeric, FeatureType.Categorical] }),
        ["weights"] = ("x", "binary", common with { ScalePositiveWeight = 1.7 }, data => new() { Weights = data.Data("weight") }),
        ["margins"] = ("x", "number", squares, data => new() { BaseMargins = data.Data("margin") }),
        ["monotone"] = ("x", "number", squares with { MonotoneConstraints = [1, 0, 0, -1, 0], InteractionConstraints = [[0, 1, 2], [3, 4]] }, plain),
        ["sampled"] = ("x", "binary", common with { Seed = 11, Subsample = 0.6, ColumnsByTree = 0.8, ColumnsByNode = 0.7, ParallelTrees = 2 }, plain),
        ["leafwise"] = ("x", "binary", common with { GrowPolicy = GrowPolicy.LossGuide, MaxLeaves = 5, MaxDepth = 0 }, plain),
        ["approx"] = ("x", "binary", common with { TreeMethod = TreeMethod.Approx }, plain),
        ["exact"] = ("holes", "binary", common with { TreeMethod = TreeMethod.Exact }, plain),
        ["stopped"] = ("x", "binary", common with { Metrics = ["logloss", "auc"], LearningRate = 0.8, Rounds = 60 }, plain),
    };

    static float[] Floats(JsonElement element) => MemoryMarshal.Cast<byte, float>(element.GetBytesFromBase64().AsSpan()).ToArray();

    static string Digest(Scores scores) => Digest(MemoryMarshal.AsBytes(scores.Values.AsSpan()));

    static string Digest(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));
}
