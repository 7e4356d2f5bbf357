using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Text.Encodings.Web;
using System.Text.Json;
using Kiln.XGBoost.Native;

namespace Kiln.XGBoost;

/// <summary>
/// A model of boosted trees. Several threads may score dense values with it at once; everything else is for one thread at a time.
/// </summary>
public sealed unsafe partial class Booster : IDisposable
{
    readonly BoosterHandle handle;

    internal Booster(BoosterHandle configured)
    {
        handle = configured;
        NativeMethods.Check(NativeMethods.Features(handle, out var features));
        Features = checked((int)features);
        FeatureNames = [.. GetFeatures("feature_name")];
        FeatureTypes = [.. GetFeatures("feature_type").Select(type => type == "c" ? FeatureType.Categorical : FeatureType.Numeric)];
    }

    /// <summary>How many columns it scores by.</summary>
    public int Features { get; }

    /// <summary>The columns' names; empty where they had none in training.</summary>
    public ImmutableArray<string> FeatureNames { get; }

    /// <summary>The columns' types; empty where they had none in training.</summary>
    public ImmutableArray<FeatureType> FeatureTypes { get; }

    /// <summary>How many rounds it was trained for.</summary>
    public int Rounds
    {
        get
        {
            NativeMethods.Check(NativeMethods.Rounds(handle, out var rounds));
            return rounds;
        }
    }

    /// <summary>How many trees it has.</summary>
    public int Trees
    {
        get
        {
            NativeMethods.Check(NativeMethods.SaveConfig(handle, out var length, out var config));
            var reader = new Utf8JsonReader(new ReadOnlySpan<byte>(config, checked((int)length)));
            using var document = JsonDocument.ParseValue(ref reader);
            var parameters = document.RootElement.GetProperty("learner").GetProperty("gradient_booster").GetProperty("gbtree_model_param");
            return int.Parse(parameters.GetProperty("num_trees").GetString()!);
        }
    }

    /// <summary>
    /// The best round, from 0, as early stopping found it here or in Python; null where nothing did. A model that was trained here ends with
    /// it; Python's may go on, and <see cref="FirstRounds"/> cuts them.
    /// </summary>
    public int? BestRound => int.TryParse(GetAttribute("best_iteration"), out var round) ? round : null;

    /// <summary>The notes kept with the model.</summary>
    public IReadOnlyDictionary<string, string> Attributes
    {
        get
        {
            NativeMethods.Check(NativeMethods.AttributeNames(handle, out var count, out var names));
            return new SortedDictionary<string, string>(
                NativeStrings.Copy(names, count).ToDictionary(name => name, name => GetAttribute(name) ?? ""), StringComparer.Ordinal);
        }
    }

    /// <summary>A note kept with the model, or null.</summary>
    public string? GetAttribute(string name)
    {
        NativeMethods.Check(NativeMethods.GetAttribute(handle, name, out var value, out var found));
        return found != 0 ? Marshal.PtrToStringUTF8((nint)value) : null;
    }

    /// <summary>Keeps a note with the model; null removes it.</summary>
    public void SetAttribute(string name, string? value) => NativeMethods.Check(NativeMethods.SetAttribute(handle, name, value));

    /// <summary>
    /// Trains a model, round by round, on the thread that calls. The same data, settings and library give the same bytes of
    /// <see cref="ToJson"/>.
    /// </summary>
    /// <param name="settings">What it is trained by.</param>
    /// <param name="training">The rows, with labels (unless the options bring derivatives).</param>
    /// <param name="options">Evaluations, early stopping, checkpoints.</param>
    /// <param name="cancellation">Looked at before each round.</param>
    /// <exception cref="XGBoostException">Settings, labels or data that cannot be used; nothing is left behind.</exception>
    public static TrainingResult Train(
        BoosterSettings settings, DMatrix training, TrainingOptions? options = null, CancellationToken cancellation = default) =>
        Trainer.Train(settings, training, options ?? new(), cancellation);

    /// <summary>The trees as texts, one a tree.</summary>
    /// <param name="statistics">Whether gains and covers are told.</param>
    /// <param name="format"><c>text</c>, <c>json</c> or <c>dot</c>.</param>
    public IReadOnlyList<string> Dump(bool statistics = false, string format = "text")
    {
        NativeMethods.Check(NativeMethods.Dump(handle, "", statistics ? 1 : 0, format, out var count, out var trees));
        return NativeStrings.Copy(trees, count);
    }

    /// <summary>How much each column matters to the trees [features]; 0 where none splits by it.</summary>
    public float[] Importances(ImportanceKind kind)
    {
        IReadOnlyList<string> names = FeatureNames.IsEmpty ? [.. Enumerable.Range(0, Features).Select(column => $"f{column}")] : FeatureNames;
        var columns = names.Select((name, column) => (name, column)).ToDictionary(pair => pair.name, pair => pair.column);
        var text = kind switch
        {
            ImportanceKind.Weight => "weight",
            ImportanceKind.Gain => "gain",
            ImportanceKind.Cover => "cover",
            ImportanceKind.TotalGain => "total_gain",
            _ => "total_cover",
        };
        var given = string.Join(',', names.Select(name => $"\"{JsonEncodedText.Encode(name, JavaScriptEncoder.UnsafeRelaxedJsonEscaping)}\""));
        NativeMethods.Check(NativeMethods.FeatureScores(
            handle, $$"""{"importance_type":"{{text}}","feature_names":[{{given}}]}""", out var count, out var found, out _, out _, out var scores));
        var importances = new float[Features];
        foreach (var (name, i) in NativeStrings.Copy(found, count).Select((name, i) => (name, i))) importances[columns[name]] = scores[i];
        return importances;
    }

    /// <summary>A model of the first rounds alone; the caller owns it.</summary>
    /// <param name="rounds">How many, at least 1.</param>
    /// <param name="threads">How many threads it scores with.</param>
    public Booster FirstRounds(int rounds, int threads = 1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(rounds, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(rounds, Rounds);
        NativeMethods.Check(NativeMethods.Slice(handle, 0, rounds, 1, out var slice));
        var cut = new BoosterHandle(slice);
        try
        {
            SetFeatures(cut, FeatureNames, FeatureTypes);
            NativeMethods.Check(NativeMethods.SetParameter(cut, "nthread", $"{threads}"));
            NativeMethods.Check(NativeMethods.Rounds(cut, out _)); // configures
            return new(cut);
        }
        catch
        {
            cut.Dispose();
            throw;
        }
    }

    public void Dispose() => handle.Dispose();

    internal static void SetFeatures(BoosterHandle handle, IReadOnlyList<string> names, IReadOnlyList<FeatureType> types)
    {
        using var columns = new NativeStrings(names);
        using var kinds = new NativeStrings([.. types.Select(DMatrix.LibraryName)]);
        if (columns.Count > 0) NativeMethods.Check(NativeMethods.SetFeatures(handle, "feature_name", columns.Pointer, columns.Count));
        if (kinds.Count > 0) NativeMethods.Check(NativeMethods.SetFeatures(handle, "feature_type", kinds.Pointer, kinds.Count));
    }

    string[] GetFeatures(string field)
    {
        NativeMethods.Check(NativeMethods.GetFeatures(handle, field, out var count, out var texts));
        return NativeStrings.Copy(texts, count);
    }
}
