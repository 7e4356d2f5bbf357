using System.Collections.Immutable;
using Kiln.Torch;

namespace Kiln.Learning.Training;

/// <summary>
/// A trained network with its standardizer and the names of its features: raw features in, probabilities out. Scoring changes
/// nothing in it, so several threads may score at once.
/// </summary>
public sealed class ScoringModel : IDisposable
{
    const int RowsAtOnce = 8192;

    readonly FeedForwardNetwork network;
    readonly Device device;

    /// <summary>Takes the network over, switched to inference.</summary>
    public ScoringModel(FeedForwardNetwork network, Standardizer standardizer, ImmutableArray<string> featureNames, Device device = default)
    {
        this.network = network;
        this.device = device;
        network.Eval();
        Standardizer = standardizer;
        FeatureNames = featureNames;
    }

    /// <summary>The features that a row holds, in their order.</summary>
    public ImmutableArray<string> FeatureNames { get; }

    /// <summary>What the network is made of.</summary>
    public NetworkArchitecture Architecture => network.Architecture;

    /// <summary>The network's trainable numbers.</summary>
    public long ParameterCount => network.Parameters.Sum(parameter => parameter.ElementCount);

    /// <summary>The statistics of the training rows.</summary>
    public Standardizer Standardizer { get; }

    internal FeedForwardNetwork Network => network;

    /// <summary>Opens a model by its file alone.</summary>
    /// <exception cref="KilnException">The file is not a model.</exception>
    public static ScoringModel Load(string path) => new ModelFile(path).Load();

    /// <summary>The probability that each row is positive.</summary>
    /// <param name="features">Raw features in row-major order, in the order of <see cref="FeatureNames"/>.</param>
    /// <exception cref="KilnException">The values are not whole rows.</exception>
    public float[] Score(ReadOnlySpan<float> features)
    {
        var columns = FeatureNames.Length;
        var scores = new float[TrainingErrors.CheckRows(features.Length, columns)];
        using var noGrad = new NoGrad();
        for (var start = 0; start < scores.Length; start += RowsAtOnce)
        {
            var rows = Math.Min(RowsAtOnce, scores.Length - start);
            using var scope = new TensorScope();
            var scaled = Standardizer.Apply(features.Slice(start * columns, rows * columns));
            var probabilities = network.Forward(Tensor.From<float>(scaled, [rows, columns], device)).Sigmoid();
            probabilities.ToArray<float>().CopyTo(scores.AsSpan(start));
        }
        return scores;
    }

    public void Dispose() => network.Dispose();
}
