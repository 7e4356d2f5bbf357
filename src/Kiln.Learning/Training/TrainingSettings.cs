using System.Collections.Immutable;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Kiln.Learning.Evaluating;
using Kiln.Learning.Models;

namespace Kiln.Learning.Training;

/// <summary>How a network is trained. The same settings, rows, libtorch and thread count give the same bits on the CPU.</summary>
public sealed record TrainingSettings : IValidatableObject
{
    const double MostClassWeight = 1e12;

    /// <summary>How many times the training rows are gone through, at most.</summary>
    [Range(1, 100_000)]
    public int Epochs { get; init; } = 20;

    /// <summary>Rows a batch.</summary>
    [Range(2, 1 << 24)]
    public int BatchSize { get; init; } = 64;

    /// <summary>Batches whose gradients make one step: a larger batch than memory holds.</summary>
    [Range(1, 10_000)]
    public int AccumulateBatches { get; init; } = 1;

    /// <summary>Adam's step size after any warm-up.</summary>
    [Range(1e-8, 10.0)]
    public double LearningRate { get; init; } = 1e-3;

    /// <summary>AdamW's decoupled weight decay; 0 is plain Adam.</summary>
    [Range(0.0, 1.0)]
    public double WeightDecay { get; init; }

    /// <summary>Where the random numbers start: weights, order of rows, dropout.</summary>
    [Range(0, int.MaxValue)]
    public int Seed { get; init; }

    /// <summary>How many epochs without improvement on the validation rows end the training; 0 never ends it early, above 0 there have to be such rows.</summary>
    [Range(0, 100_000)]
    public int Patience { get; init; }

    /// <summary>
    /// What counts as improvement on the validation rows, which there have to be where it is not the loss. Where there are any, the best epoch's
    /// weights are the result.
    /// </summary>
    public Measure Monitor { get; init; } = Measure.Loss;

    /// <summary>What is lowered.</summary>
    public LossKind Loss { get; init; } = LossKind.Likelihood;

    /// <summary>How much less a row counts the better it is told: the γ of the focal loss.</summary>
    [Range(0.0, 10.0)]
    public double FocalGamma { get; init; } = 2;

    /// <summary>The share of a class's label that is spread over all classes.</summary>
    [Range(0.0, 0.5)]
    public double LabelSmoothing { get; init; }

    /// <summary>
    /// How much the rows of each class count, by its number; none: all the same. Only their ratios matter. A batch whose rows all count nothing has a loss
    /// and gradients of 0.
    /// </summary>
    public ImmutableArray<double> ClassWeights { get; init => field = value.IsDefault ? [] : value; } = [];

    /// <summary>Whether classes count the same, however many rows they have. Multiplies <see cref="ClassWeights"/>.</summary>
    public bool BalanceClasses { get; init; }

    /// <summary>The greatest norm of a step's gradient; 0 does not clip.</summary>
    [Range(0.0, 1e6)]
    public double GradientClip { get; init; }

    /// <summary>How the learning rate goes over the steps.</summary>
    public Schedule Scheduler { get; init; } = Schedule.Constant;

    /// <summary>Epochs, whole or in part, in which the rate rises in a straight line before the schedule begins.</summary>
    [Range(0.0, 10_000.0)]
    public double WarmUpEpochs { get; init; }

    /// <summary>auto, cpu, cuda or cuda:number.</summary>
    [RegularExpression("auto|cpu|cuda(:[0-9]+)?")]
    public string Device { get; init; } = "auto";

    /// <summary>In what numbers the network is computed while it learns; weights are kept, and rows judged and scored, in single precision.</summary>
    public Precision Precision { get; init; } = Precision.Single;

    /// <summary>Whether a GPU may use only algorithms that give the same bits every time. The CPU always does.</summary>
    public bool Deterministic { get; init; } = true;

    /// <summary>
    /// Whether a GPU records the forward and backward pass of a full batch and launches it again for each (a CUDA graph): for small networks, whose
    /// launches take longer than their arithmetic. A network of one's own has to compute the same way every time then, and batches are not
    /// accumulated. On the CPU nothing is recorded, and the bits stay the same. Left out of a model's description where it is off.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool CudaGraphs { get; init; }

    /// <summary>Threads an operator may use; the bits of the result depend on it, and so not on the machine's cores.</summary>
    [Range(1, 1024)]
    public int Threads { get; init; } = 1;

    /// <summary>
    /// Seconds between checkpoints within an epoch, 0 for one after every step (on a GPU: after every step whose loss is read); one is written
    /// after every epoch in any case.
    /// </summary>
    [Range(0, 1_000_000)]
    [NotFingerprinted]
    public int CheckpointSeconds { get; init; } = 60;

    /// <summary>What is set that does not go with what is learned; null for nothing.</summary>
    internal Misfit? MisfitTo(Target target)
    {
        var isOfValues = target.Task == LearningTask.Regression;
        if (Loss is LossKind.Absolute or LossKind.Huber && !isOfValues) return new("loss", "it is for values; classes have likelihood and focal");
        if (Loss == LossKind.Focal && isOfValues) return new("loss", "it is for classes; values have likelihood, absolute and huber");
        if (LabelSmoothing > 0 && isOfValues) return new("labelSmoothing", "values have no classes");
        if (LabelSmoothing > 0 && Loss == LossKind.Focal && target.Task == LearningTask.MultiClass) return new("labelSmoothing", "the focal loss of several classes does not smooth");
        if (BalanceClasses && isOfValues) return new("balanceClasses", "values have no classes");
        if (!ClassWeights.IsEmpty && ClassWeights.Length != target.Classes.Length)
            return new("classWeights", isOfValues ? "values have no classes" : $"there are {target.Classes.Length} classes, and {ClassWeights.Length} weights");
        return Measures.Misfit(Monitor, target);
    }

    IEnumerable<ValidationResult> IValidatableObject.Validate(ValidationContext validationContext)
    {
        if (ClassWeights.Any(weight => weight is not (>= 0 and <= MostClassWeight))) yield return new($"every weight in classWeights is a number from 0 to {MostClassWeight:#,0}");
        if (!ClassWeights.IsEmpty && ClassWeights.All(weight => weight == 0)) yield return new("one of the weights in classWeights is above 0");
        // A recorded pass writes its gradients anew each time: it adds to none.
        if (CudaGraphs && AccumulateBatches > 1) yield return new("cudaGraphs is false where accumulateBatches is above 1");
    }
}

/// <summary>What training lowers.</summary>
public enum LossKind
{
    /// <summary>The negative log likelihood: cross entropy of classes, squared error of values.</summary>
    Likelihood,

    /// <summary>Cross entropy that counts a row less the better it is told (Lin et al. 2017).</summary>
    Focal,

    /// <summary>The absolute error of values.</summary>
    Absolute,

    /// <summary>The squared error of values, absolute beyond one deviation (Huber 1964).</summary>
    Huber,
}

/// <summary>In what numbers a network is computed.</summary>
public enum Precision
{
    /// <summary>32 bits.</summary>
    Single,

    /// <summary>16 bits with the range of 32, where an operator gains by it and loses little.</summary>
    BFloat16,
}

/// <summary>How the learning rate goes over the steps.</summary>
public enum Schedule
{
    /// <summary>It stays.</summary>
    Constant,

    /// <summary>A tenth after every third of the epochs.</summary>
    Step,

    /// <summary>Half a cosine down to 0 at the last step.</summary>
    Cosine,
}
