using System.Collections.Immutable;

namespace Kiln.Learning.Training;

/// <summary>What a feed-forward network is made of; with its weights, all that scoring needs.</summary>
public sealed record NetworkArchitecture
{
    /// <summary>The number of features.</summary>
    public required int Inputs { get; init; }

    /// <summary>The sizes of the hidden layers.</summary>
    public required ImmutableArray<int> Hidden { get; init; }

    /// <summary>What follows each hidden layer.</summary>
    public required Activation Activation { get; init; }

    /// <summary>The chance of each hidden unit to be dropped in a training step.</summary>
    public required double Dropout { get; init; }

    /// <summary>Whether hidden layers are batch-normalized.</summary>
    public required bool BatchNorm { get; init; }

    /// <summary>The architecture that settings ask for.</summary>
    public static NetworkArchitecture From(TrainingSettings settings, int inputs) => new()
    {
        Inputs = inputs,
        Hidden = [.. settings.Hidden],
        Activation = settings.Activation,
        Dropout = settings.Dropout,
        BatchNorm = settings.BatchNorm,
    };

    /// <summary>How many weights the linear layers have, or more than any file holds where sizes are not positive.</summary>
    internal Int128 Weights()
    {
        ImmutableArray<int> widths = [Inputs, .. Hidden, 1];
        if (widths.Any(width => width < 1)) return Int128.MaxValue;
        return widths.Zip(widths.Skip(1), (width, next) => (Int128)width * next).Aggregate(Int128.Zero, (sum, weights) => sum + weights);
    }
}
