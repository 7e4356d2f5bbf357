using System.Collections.Immutable;
using Kiln.Learning.Models;
using Kiln.Torch;

namespace Kiln.Learning.Networks;

/// <summary>
/// The FT-Transformer of Gorishniy et al. 2021, "Revisiting deep learning models for tabular data", section 3.3: each feature becomes a
/// token, attention goes between tokens, and a last token, which stands for no feature, is answered from.
/// </summary>
sealed class FtTransformerNetwork : TableNetwork
{
    readonly FeatureTokenizer tokenizer;
    readonly ImmutableArray<TransformerBlock> blocks;
    readonly Sequential head;

    public FtTransformerNetwork(FtTransformerSettings settings, NetworkLayout layout, Target target)
        : base(target)
    {
        if (settings.Dimensions % settings.Heads != 0)
            throw NetworkErrors.BadSetting($"ftTransformer.dimensions: {settings.Dimensions} is not a multiple of {settings.Heads} heads");
        tokenizer = AddChild("tokenizer", new FeatureTokenizer(layout, settings.Dimensions));
        blocks = [.. Enumerable.Range(0, settings.Blocks).Select(number =>
            AddChild($"blocks.{number}", new TransformerBlock(settings, isFirst: number == 0, isLast: number == settings.Blocks - 1)))];
        head = AddChild("head", new Sequential(new LayerNorm(settings.Dimensions), new ReLU(), new Linear(settings.Dimensions, target.Outputs)));
    }

    public override Embedding? CategoryVectors => tokenizer.Embedding;

    /// <summary>As in the paper: tokens, normalizations and biases are left alone.</summary>
    public override bool IsDecayed(string parameter) =>
        !parameter.StartsWith("tokenizer.", StringComparison.Ordinal) && !parameter.EndsWith(".bias", StringComparison.Ordinal)
        && !parameter.Contains("norm", StringComparison.OrdinalIgnoreCase) && parameter != "head.0.weight";

    public override Tensor Forward(NetworkInput input)
    {
        using var scope = new TensorScope();
        var tokens = tokenizer.Forward(input);
        foreach (var block in blocks) tokens = block.Forward(tokens);
        return scope.Keep(Answer(head.Forward(tokens.Squeeze(1))));
    }
}

/// <summary>
/// A token a feature: a number times its vector, or its category's vector, plus the feature's bias; and one token more for the answer.
/// [n, numbers] and [n, categories] → [n, numbers + categories + 1, dimensions].
/// </summary>
sealed class FeatureTokenizer : Module<NetworkInput, Tensor>
{
    readonly Tensor? weight;
    readonly Embedding? embedding;
    readonly Tensor bias;
    readonly Tensor answer;
    readonly long dimensions;

    public FeatureTokenizer(NetworkLayout layout, int dimensions)
    {
        this.dimensions = dimensions;
        if (layout.Numbers > 0) weight = AddParameter("weight", Start([layout.Numbers, dimensions]));
        if (layout.Categories > 0)
        {
            embedding = AddChild("embedding", new Embedding(layout.CategoryVectors, dimensions));
            FillStart(embedding.Weight);
        }
        bias = AddParameter("bias", Start([layout.Numbers + layout.Categories, dimensions]));
        answer = AddParameter("answer", Start([1, 1, dimensions]));
    }

    /// <summary>The categories' vectors; null where there are none.</summary>
    public Embedding? Embedding => embedding;

    public override Tensor Forward(NetworkInput input)
    {
        using var scope = new TensorScope();
        var tokens = new List<Tensor>(2);
        if (weight is not null) tokens.Add(input.Numbers!.Unsqueeze(2) * weight);
        if (embedding is not null) tokens.Add(input.Vectors ?? embedding.Forward(input.Categories!));
        var features = (tokens.Count == 1 ? tokens[0] : Tensor.Cat(tokens, 1)) + bias;
        return scope.Keep(Tensor.Cat([features, answer.Expand(features.Size(0), 1, dimensions)], 1));
    }

    Tensor Start(ReadOnlySpan<long> shape) => FillStart(Tensor.Empty(shape));

    // Uniform within ± 1/√dimensions, as the authors' library does.
    Tensor FillStart(Tensor tensor)
    {
        if (SkipInitialization.IsOn) return tensor;
        using var noGrad = new NoGrad();
        var bound = 1 / Math.Sqrt(dimensions);
        return tensor.FillUniform(-bound, bound);
    }
}

/// <summary>
/// Attention and a feed-forward part, each normalized before and added to what came in: [n, tokens, d] → [n, tokens, d], and of the last
/// block only the answer's token: [n, 1, d].
/// </summary>
sealed class TransformerBlock : Module<Tensor, Tensor>
{
    readonly bool isLast;
    readonly LayerNorm? attentionNorm;
    readonly Attention attention;
    readonly Dropout attentionResidual;
    readonly LayerNorm feedForwardNorm;
    readonly Sequential feedForward;

    public TransformerBlock(FtTransformerSettings settings, bool isFirst, bool isLast)
    {
        this.isLast = isLast;
        var hidden = Math.Max(1, (int)(settings.Dimensions * settings.FeedForwardFactor));
        // Tokens are not normalized before the first block: the authors found it better so.
        if (!isFirst) attentionNorm = AddChild("attention_norm", new LayerNorm(settings.Dimensions));
        attention = AddChild("attention", new Attention(settings.Dimensions, settings.Heads, settings.AttentionDropout));
        attentionResidual = AddChild("attention_residual", new Dropout(settings.ResidualDropout));
        feedForwardNorm = AddChild("feed_forward_norm", new LayerNorm(settings.Dimensions));
        feedForward = AddChild("feed_forward", new Sequential(
            new Linear(settings.Dimensions, 2 * hidden), new ReGLU(), new Dropout(settings.FeedForwardDropout),
            new Linear(hidden, settings.Dimensions), new Dropout(settings.ResidualDropout)));
    }

    public override Tensor Forward(Tensor input)
    {
        using var scope = new TensorScope();
        var normalized = attentionNorm is null ? input : attentionNorm.Forward(input);
        var (asking, stays) = isLast ? (Answer(normalized), Answer(input)) : (normalized, input);
        var attended = stays + attentionResidual.Forward(attention.Forward(asking, normalized));
        return scope.Keep(attended + feedForward.Forward(feedForwardNorm.Forward(attended)));
    }

    static Tensor Answer(Tensor tokens) => tokens.Narrow(1, tokens.Size(1) - 1, 1);
}

/// <summary>Multi-head attention (Vaswani et al. 2017): [n, asking, d] of [n, tokens, d] → [n, asking, d].</summary>
sealed class Attention : Module
{
    readonly long heads;
    readonly long dimensions;
    readonly Linear query;
    readonly Linear keyValue;
    readonly Linear output;
    readonly Dropout dropout;

    public Attention(int dimensions, int heads, double dropout)
    {
        (this.dimensions, this.heads) = (dimensions, heads);
        query = AddChild("query", new Linear(dimensions, dimensions));
        keyValue = AddChild("key_value", new Linear(dimensions, 2 * dimensions));
        output = AddChild("output", new Linear(dimensions, dimensions));
        this.dropout = AddChild("dropout", new Dropout(dropout));
        using var noGrad = new NoGrad();
        foreach (var linear in new[] { query, keyValue, output }) linear.Bias!.Fill(0);
    }

    public Tensor Forward(Tensor asking, Tensor tokens)
    {
        using var scope = new TensorScope();
        var q = ByHead(query.Forward(asking));
        var both = keyValue.Forward(tokens);
        var k = ByHead(both.Narrow(2, 0, dimensions));
        var v = ByHead(both.Narrow(2, dimensions, dimensions));
        var weights = dropout.Forward((q.MatMul(k.Transpose(2, 3)) * (1 / Math.Sqrt((double)dimensions / heads))).Softmax(3));
        var joined = weights.MatMul(v).Transpose(1, 2).Reshape(asking.Size(0), asking.Size(1), dimensions);
        return scope.Keep(output.Forward(joined));
    }

    // [n, tokens, d] → [n, heads, tokens, d / heads]
    Tensor ByHead(Tensor tokens) => tokens.Reshape(tokens.Size(0), tokens.Size(1), heads, dimensions / heads).Transpose(1, 2);
}
