using System.Collections.Immutable;

namespace Kiln.XGBoost;

/// <summary>What goes with a training besides its settings.</summary>
public sealed record TrainingOptions
{
    /// <summary>Matrices that are measured each round, by name; names are unique.</summary>
    public IReadOnlyList<(string Name, DMatrix Matrix)> Evaluations { get; init; } = [];

    /// <summary>When to stop before the last round; null: never.</summary>
    public EarlyStopping? EarlyStopping { get; init; }

    /// <summary>
    /// Called after each round, on the thread that trains; a checkpoint may be taken from what it is given. It must not train or load another
    /// model on that thread: the library's generator, which samples, belongs to the thread.
    /// </summary>
    public Action<TrainingRound>? AfterRound { get; init; }

    /// <summary>A checkpoint of the same training, to go on from; empty: from the start.</summary>
    public ReadOnlyMemory<byte> ResumeFrom { get; init; }

    /// <summary>The derivatives of an objective of one's own, taken instead of the settings'; that one still makes scores of margins.</summary>
    public Derivatives? Derivatives { get; init; }

    /// <summary>Metrics of one's own, measured on each of <see cref="Evaluations"/> after the library's.</summary>
    public IReadOnlyList<(string Name, Measure Measure)> OwnMetrics { get; init; } = [];
}

/// <summary>Computes an objective's derivatives by the margins.</summary>
/// <param name="margins">Margins [rows, outputs], row by row.</param>
/// <param name="gradients">To be filled with the first derivatives, of the same shape.</param>
/// <param name="hessians">To be filled with the second derivatives.</param>
public delegate void Derivatives(ReadOnlySpan<float> margins, Span<float> gradients, Span<float> hessians);

/// <summary>Computes a metric.</summary>
/// <param name="scores">Scores [rows, outputs], as the objective makes them of margins.</param>
/// <param name="matrix">The matrix they are of, with its labels.</param>
public delegate double Measure(ReadOnlySpan<float> scores, DMatrix matrix);

/// <summary>Stops when a metric has not become better for some rounds; the model keeps the rounds up to the best.</summary>
/// <param name="Evaluation">Which matrix: its name in <see cref="TrainingOptions.Evaluations"/>.</param>
/// <param name="Metric">Which metric.</param>
/// <param name="Patience">After how many rounds without a better value.</param>
public sealed record EarlyStopping(string Evaluation, string Metric, int Patience)
{
    /// <summary>Whether larger is better; null: as the metric's name says (auc, aucpr, pre, map and ndcg grow, others fall).</summary>
    public bool? Maximize { get; init; }

    /// <summary>By how much a value must be better to count.</summary>
    public double MinimumGain { get; init; }

    // The names that the Python package knows to grow; mape begins like map.
    internal bool Grows => Maximize ?? (Metric != "mape" && new[] { "auc", "aucpr", "pre", "map", "ndcg" }
        .Any(name => Metric == name || Metric.StartsWith(name + "@", StringComparison.Ordinal) || Metric.StartsWith(name + "-", StringComparison.Ordinal)));
}

/// <summary>A metric of one matrix after one round.</summary>
/// <param name="Evaluation">The matrix's name.</param>
/// <param name="Metric">The metric's name.</param>
/// <param name="Value">Its value, to the last bit that the library has; NaN where it has none.</param>
public readonly record struct MetricValue(string Evaluation, string Metric, double Value);

/// <summary>A round that was just trained.</summary>
public sealed class TrainingRound
{
    readonly Func<byte[]> checkpoint;

    internal TrainingRound(int number, ImmutableArray<MetricValue> metrics, bool isLast, Func<byte[]> checkpoint) =>
        (Number, Metrics, IsLast, this.checkpoint) = (number, metrics, isLast, checkpoint);

    /// <summary>The round's number, from 0.</summary>
    public int Number { get; }

    /// <summary>Whether the training ends with it: by the settings' rounds, or by early stopping.</summary>
    public bool IsLast { get; }

    /// <summary>What was measured after it, in the order of matrices, then metrics.</summary>
    public ImmutableArray<MetricValue> Metrics { get; }

    /// <summary>
    /// All it takes to go on after this round to the same bits, given the same data and library; to be called before the callback returns.
    /// </summary>
    /// <exception cref="XGBoostException">The settings sample by a running generator, whose state the library does not give.</exception>
    public byte[] Checkpoint() => checkpoint();
}

/// <summary>What a training came to.</summary>
/// <param name="Booster">The model, with the rounds up to the best where it stopped by a metric; the caller owns it.</param>
/// <param name="Rounds">What was measured after each round.</param>
/// <param name="BestRound">The best round, from 0, by early stopping's metric; null without it.</param>
/// <param name="StoppedEarly">Whether patience ended before the rounds did.</param>
/// <param name="Warnings">What the library warned of, each text once.</param>
public sealed record TrainingResult(
    Booster Booster, ImmutableArray<ImmutableArray<MetricValue>> Rounds, int? BestRound, bool StoppedEarly, ImmutableArray<string> Warnings) : IDisposable
{
    public void Dispose() => Booster.Dispose();
}
