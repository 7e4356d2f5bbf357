using System.Collections.Immutable;
using System.ComponentModel.DataAnnotations;
using Kiln.Learning.Models;
using Kiln.Learning.Training;

namespace Kiln.Learning.Networks;

/// <summary>A neural network: one architecture, and how it is trained.</summary>
public sealed record NetworkSettings : IValidatableObject
{
    /// <summary>Layers one after another.</summary>
    public FeedForwardSettings? FeedForward { get; init; }

    /// <summary>Blocks with shortcuts around them.</summary>
    public ResNetSettings? ResNet { get; init; }

    /// <summary>Attention between features.</summary>
    public FtTransformerSettings? FtTransformer { get; init; }

    /// <summary>Convolutions over images.</summary>
    public ConvolutionalSettings? Convolutional { get; init; }

    /// <summary>A network that the program makes itself, by <see cref="Models.FitOptions.OwnNetwork"/>.</summary>
    public OwnSettings? Own { get; init; }

    /// <summary>A TorchScript module from PyTorch.</summary>
    public ScriptSettings? Script { get; init; }

    /// <summary>How it is trained.</summary>
    public TrainingSettings Training { get; init; } = new();

    IEnumerable<ValidationResult> IValidatableObject.Validate(ValidationContext validationContext) => OneOf.Check(
        "a network has exactly one architecture",
        ("feedForward", FeedForward), ("resNet", ResNet), ("ftTransformer", FtTransformer), ("convolutional", Convolutional), ("own", Own), ("script", Script));
}

/// <summary>Linear layers with activations between; categories come as learned vectors.</summary>
public sealed record FeedForwardSettings
{
    /// <summary>The sizes of the hidden layers; none makes a linear model.</summary>
    [Sizes]
    public ImmutableArray<int> Hidden { get; init; } = [500];

    /// <summary>What follows each hidden layer.</summary>
    public Activation Activation { get; init; } = Activation.ReLU;

    /// <summary>The chance of each hidden unit to be dropped in a training step.</summary>
    [Range(0.0, 0.95)]
    public double Dropout { get; init; } = 0.2;

    /// <summary>Whether hidden layers are batch-normalized.</summary>
    public bool BatchNorm { get; init; }

    /// <summary>The length of each category's vector.</summary>
    [Range(1, 4096)]
    public int EmbeddingDimensions { get; init; } = 8;
}

/// <summary>The ResNet for tables of Gorishniy et al. 2021.</summary>
public sealed record ResNetSettings
{
    /// <summary>How many blocks.</summary>
    [Range(1, 1000)]
    public int Blocks { get; init; } = 4;

    /// <summary>The width that runs through all blocks.</summary>
    [Range(1, 1 << 16)]
    public int Width { get; init; } = 128;

    /// <summary>The width inside a block, as a multiple of <see cref="Width"/>.</summary>
    [Range(0.1, 64.0)]
    public double HiddenFactor { get; init; } = 2;

    /// <summary>The chance of a unit inside a block to be dropped.</summary>
    [Range(0.0, 0.95)]
    public double Dropout { get; init; } = 0.2;

    /// <summary>The chance of a block's output to be dropped, unit by unit.</summary>
    [Range(0.0, 0.95)]
    public double ResidualDropout { get; init; }

    /// <summary>The length of each category's vector.</summary>
    [Range(1, 4096)]
    public int EmbeddingDimensions { get; init; } = 8;
}

/// <summary>The FT-Transformer of Gorishniy et al. 2021: every feature is a token.</summary>
public sealed record FtTransformerSettings : IValidatableObject
{
    /// <summary>How many blocks.</summary>
    [Range(1, 100)]
    public int Blocks { get; init; } = 3;

    /// <summary>The length of a token; a multiple of <see cref="Heads"/>.</summary>
    [Range(1, 1 << 14)]
    public int Dimensions { get; init; } = 192;

    /// <summary>Attention heads.</summary>
    [Range(1, 256)]
    public int Heads { get; init; } = 8;

    /// <summary>The chance of an attention to be dropped.</summary>
    [Range(0.0, 0.95)]
    public double AttentionDropout { get; init; } = 0.2;

    /// <summary>The width of a feed-forward part, as a multiple of <see cref="Dimensions"/>.</summary>
    [Range(0.1, 64.0)]
    public double FeedForwardFactor { get; init; } = 4.0 / 3;

    /// <summary>The chance of a unit of a feed-forward part to be dropped.</summary>
    [Range(0.0, 0.95)]
    public double FeedForwardDropout { get; init; } = 0.1;

    /// <summary>The chance of a part's output to be dropped, unit by unit.</summary>
    [Range(0.0, 0.95)]
    public double ResidualDropout { get; init; }

    IEnumerable<ValidationResult> IValidatableObject.Validate(ValidationContext validationContext)
    {
        if (Dimensions % Heads != 0) yield return new($"dimensions, {Dimensions}, is not a multiple of {Heads} heads");
    }
}

/// <summary>3 × 3 convolutions, batch-normalized, with pooling between, and a linear layer behind.</summary>
public sealed record ConvolutionalSettings : IValidatableObject
{
    /// <summary>Rows of an image.</summary>
    [Range(1, 1 << 14)]
    public int Height { get; init; } = 28;

    /// <summary>Columns of an image.</summary>
    [Range(1, 1 << 14)]
    public int Width { get; init; } = 28;

    /// <summary>Channels after each stage; a stage halves height and width.</summary>
    [Sizes]
    public ImmutableArray<int> Channels { get; init; } = [32, 64];

    /// <summary>Convolutions a stage.</summary>
    [Range(1, 16)]
    public int ConvolutionsPerStage { get; init; } = 1;

    /// <summary>The size of the hidden linear layer behind; 0 for none.</summary>
    [Range(0, 1 << 16)]
    public int Hidden { get; init; } = 128;

    /// <summary>The chance of a unit before a linear layer to be dropped.</summary>
    [Range(0.0, 0.95)]
    public double Dropout { get; init; } = 0.3;

    IEnumerable<ValidationResult> IValidatableObject.Validate(ValidationContext validationContext)
    {
        if (Channels.Length > 14 || Math.Min(Height, Width) >> Channels.Length == 0)
            yield return new($"channels has {Channels.Length} stages, each of which halves the image: they leave nothing of {Height} × {Width} pixels");
    }
}

/// <summary>A network of one's own.</summary>
public sealed record OwnSettings
{
    /// <summary>What it is called, for people who find its weights.</summary>
    [Required]
    public required string Name { get; init; }
}

/// <summary>
/// A module that PyTorch saved as TorchScript. It takes Float32 [n, features], all of them numbers, and answers with logits or values, [n] or
/// [n, outputs]; values are neither scaled nor moved. The file is a program, which is run to load it: docs/torch.md.
/// </summary>
public sealed record ScriptSettings
{
    /// <summary>The file; a stage that fits or scores with it has it as an input (<see cref="Models.EstimatorSettings.Files"/>).</summary>
    [Required]
    public string File { get; init; } = "";

    /// <summary>Whether it is trained on; else it scores as it is.</summary>
    public bool Train { get; init; } = true;
}

/// <summary>What follows a hidden layer.</summary>
public enum Activation
{
    /// <summary>max(0, x).</summary>
    ReLU,

    /// <summary>x where positive, else x / 100.</summary>
    LeakyReLU,

    /// <summary>x Φ(x).</summary>
    GELU,

    /// <summary>x σ(x).</summary>
    SiLU,

    /// <summary>The hyperbolic tangent.</summary>
    Tanh,
}
