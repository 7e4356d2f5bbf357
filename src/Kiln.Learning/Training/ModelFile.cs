using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Kiln.Torch;

namespace Kiln.Learning.Training;

/// <summary>
/// A model as one safetensors file: weights (<c>network.…</c>), the standardizer's statistics, and, as metadata, JSON with the
/// architecture, the features' names and the settings. Equal models give equal bytes, and the file alone is enough to score.
/// </summary>
public sealed record ModelFile(string Path) : IArtifact<ModelFile>
{
    const string Key = "kiln";
    const string NetworkPrefix = "network.";
    const string MeanName = "standardizer.mean";
    const string DeviationName = "standardizer.deviation";

    /// <inheritdoc/>
    public static ModelFile At(string path) => new(path);

    /// <summary>The number of weights.</summary>
    public static string? Summarize(ModelFile artifact) => string.Create(CultureInfo.InvariantCulture, $"{artifact.Describe().Architecture.Weights():#,0} weights");

    /// <summary>The first tensor that is not the same to the bit.</summary>
    public static string? FirstDifference(ModelFile one, ModelFile other) => SafeTensors.FirstDifference(one.Path, other.Path);

    /// <summary>Writes the model, whole or not at all.</summary>
    public void Write(ScoringModel model, TrainingSettings settings)
    {
        var description = new ModelDescription
        {
            Architecture = model.Architecture,
            Features = model.FeatureNames,
            Settings = settings,
            Libtorch = TorchRuntime.Version,
        };
        using var mean = Tensor.From(model.Standardizer.Mean.AsSpan());
        using var deviation = Tensor.From(model.Standardizer.Deviation.AsSpan());
        var tensors = new Dictionary<string, Tensor>(StringComparer.Ordinal) { [MeanName] = mean, [DeviationName] = deviation };
        foreach (var (name, tensor) in model.Network.StateDict()) tensors.Add(NetworkPrefix + name, tensor);
        SafeTensors.Write(Path, tensors, new Dictionary<string, string> { [Key] = JsonSerializer.Serialize(description, TrainingJson.Options) });
    }

    /// <summary>What the model is, without loading its weights.</summary>
    /// <exception cref="KilnException">The file is not a model.</exception>
    public ModelDescription Describe() => Guarded(() => Parse(SafeTensors.ReadMetadata(Path)));

    /// <summary>Loads the model for scoring; the caller owns it.</summary>
    /// <exception cref="KilnException">The file is not a model, or of a version that this one does not read.</exception>
    public ScoringModel Load(Device device = default) => Guarded(() =>
    {
        using var file = SafeTensors.Read(Path);
        var description = Parse(file.Metadata);
        var standardizer = new Standardizer { Mean = Numbers(file, MeanName, description), Deviation = Numbers(file, DeviationName, description) };
        var network = Build(description.Architecture);
        try
        {
            network.LoadStateDict(file.Under(NetworkPrefix));
            network.To(device);
            return new ScoringModel(network, standardizer, description.Features, device);
        }
        catch
        {
            network.Dispose();
            throw;
        }
    });

    FeedForwardNetwork Build(NetworkArchitecture architecture)
    {
        // The description comes from outside: it may not claim more weights than the file can hold.
        if (architecture.Weights() > new FileInfo(Path).Length / sizeof(float))
            throw TrainingErrors.NotAModel(Path, $"the architecture has more weights than the file's {new FileInfo(Path).Length} bytes can hold");
        using var skip = new SkipInitialization();
        return new(architecture);
    }

    ModelDescription Parse(ImmutableSortedDictionary<string, string> metadata)
    {
        if (!metadata.TryGetValue(Key, out var json)) throw TrainingErrors.NotAModel(Path, $"its metadata lacks {Key}");
        var description = JsonSerializer.Deserialize<ModelDescription>(json, TrainingJson.Options) ?? throw TrainingErrors.NotAModel(Path, "its description is empty");
        if (description.Format != ModelDescription.CurrentFormat)
            throw TrainingErrors.NotAModel(Path, $"it has format {description.Format}, this version reads {ModelDescription.CurrentFormat}");
        if (description.Features.Length != description.Architecture.Inputs)
            throw TrainingErrors.NotAModel(Path, $"it names {description.Features.Length} features for {description.Architecture.Inputs} inputs");
        return description;
    }

    ImmutableArray<float> Numbers(SafeTensorsFile file, string name, ModelDescription description) =>
        file.Tensors.TryGetValue(name, out var tensor) && tensor.Shape.SequenceEqual([description.Architecture.Inputs])
            ? [.. tensor.ToArray<float>()]
            : throw TrainingErrors.NotAModel(Path, $"it lacks {name} for {description.Architecture.Inputs} features");

    T Guarded<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception exception) when (exception is TorchException or JsonException or IOException or ArgumentException)
        {
            throw TrainingErrors.NotAModel(Path, exception.Message, exception);
        }
    }
}

/// <summary>What a model file says of itself.</summary>
public sealed record ModelDescription
{
    internal const int CurrentFormat = 1;

    /// <summary>The version of this layout.</summary>
    public int Format { get; init; } = CurrentFormat;

    /// <summary>What the network is made of.</summary>
    public required NetworkArchitecture Architecture { get; init; }

    /// <summary>The features' names, in the order of a row.</summary>
    public required ImmutableArray<string> Features { get; init; }

    /// <summary>How it was trained.</summary>
    public required TrainingSettings Settings { get; init; }

    /// <summary>The version of libtorch that trained it.</summary>
    public required string Libtorch { get; init; }
}

/// <summary>How training's records become text, in model files and checkpoints.</summary>
static class TrainingJson
{
    public static JsonSerializerOptions Options { get; } = new(JsonSerializerDefaults.Web)
    {
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };
}
