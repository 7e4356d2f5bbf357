using System.Collections.Immutable;
using System.Diagnostics;
using Kiln.Learning.Evaluating;
using Kiln.Learning.Models;
using Kiln.Learning.Networks;
using Kiln.Torch;

namespace Kiln.Learning.Training;

/// <summary>What a training is made of; the parts belong to it.</summary>
sealed record NetworkFitParts
{
    public required TrainingSettings Settings { get; init; }

    public required Target Target { get; init; }

    public required DeviceChoice Device { get; init; }

    public required TableNetwork Network { get; init; }

    public required IBatches Training { get; init; }

    public required LabelScale Scale { get; init; }

    /// <summary>What is measured after each epoch, where there is any.</summary>
    public ValidationRows? Validation { get; init; }
}

/// <summary>One training under way: everything that changes from step to step, which is what a checkpoint holds.</summary>
sealed class NetworkFit : IDisposable
{
    readonly NetworkFitParts parts;
    readonly TrainingSettings settings;
    readonly Loss loss;
    readonly long stepsPerEpoch;
    readonly ImmutableArray<EpochRecord>.Builder epochs = ImmutableArray.CreateBuilder<EpochRecord>();

    public NetworkFit(NetworkFitParts parts)
    {
        (this.parts, settings) = (parts, parts.Settings);
        loss = TrainingLoss.Make(settings, parts.Target);
        loss.To(parts.Device.Device);
        stepsPerEpoch = (parts.Training.Count + settings.AccumulateBatches - 1) / settings.AccumulateBatches;
        Groups = new ParameterGroups(Network, settings, stepsPerEpoch);
        Stopping = new EarlyStopping(settings.Monitor, settings.Patience);
        using var noGrad = new NoGrad();
        Best = Network.StateDict().ToDictionary(pair => pair.Key, pair => TensorScope.Free(pair.Value.Clone()), StringComparer.Ordinal);
    }

    public TableNetwork Network => parts.Network;

    public Device Device => parts.Device.Device;

    public ParameterGroups Groups { get; }

    public EarlyStopping Stopping { get; }

    /// <summary>The best epoch's weights, by the network's names.</summary>
    public Dictionary<string, Tensor> Best { get; }

    public IReadOnlyList<EpochRecord> Epochs => epochs;

    /// <summary>How far the epoch under way has come.</summary>
    public EpochProgress Progress { get; private set; } = new();

    public bool IsFinished => epochs.Count >= settings.Epochs || (parts.Validation is not null && epochs.Count > 0 && Stopping.IsSpent(epochs.Count));

    /// <summary>Goes on where a checkpoint was written; the tensors have been copied in already.</summary>
    public void Resume(IEnumerable<EpochRecord> done, EpochProgress progress, int bestEpoch, double best)
    {
        epochs.AddRange(done);
        Progress = progress;
        Stopping.Restore(bestEpoch, best);
        // The last step's rate: an epoch that has no batch left tells it.
        Groups.MoveTo(Math.Max(0, StepNumber - 1));
    }

    /// <summary>Runs the rest of an epoch, and measures it.</summary>
    /// <param name="onStep">Told after each step of the optimizer: the place for a checkpoint.</param>
    /// <param name="cancellation">Ends it between two batches.</param>
    public EpochRecord RunEpoch(Action onStep, CancellationToken cancellation)
    {
        var meter = new ResourceMeter();
        var rows = Train(onStep, cancellation);
        var trained = meter.Seconds;
        var (validationLoss, measures) = parts.Validation?.Measure(Network, loss, parts.Scale) ?? (double.NaN, ImmutableSortedDictionary<string, double>.Empty);
        var record = new EpochRecord
        {
            Epoch = epochs.Count + 1,
            TrainingLoss = Progress.LossSum / Progress.Batch,
            ValidationLoss = validationLoss,
            Validation = measures,
            LearningRate = Groups.LearningRate,
            GradientNorm = Progress.NormSum / Progress.Steps,
            Resources = meter.Read(rows / trained, Device),
        };
        epochs.Add(record);
        Progress = new();
        if (parts.Validation is null || Stopping.Improves(record)) Remember();
        return record;
    }

    /// <summary>Puts the best weights into the network, and says how the training went.</summary>
    public FitRecord Finish()
    {
        Network.LoadStateDict(Best);
        return new()
        {
            Epochs = epochs.ToImmutable(),
            BestEpoch = parts.Validation is null ? epochs.Count : Stopping.BestEpoch,
            StoppedEarly = epochs.Count < settings.Epochs,
            Device = $"{parts.Device.Device} ({parts.Device.Reason})",
            Parameters = Network.Parameters.Sum(parameter => parameter.ElementCount),
            Rows = (int)parts.Training.Rows,
        };
    }

    public void Dispose()
    {
        IEnumerable<IDisposable?> owned = [parts.Training, parts.Validation, loss, Groups, .. Best.Values];
        foreach (var item in owned) item?.Dispose();
    }

    long StepNumber => (epochs.Count * stepsPerEpoch) + Progress.Steps;

    long Train(Action onStep, CancellationToken cancellation)
    {
        Network.Train();
        var rows = 0L;
        using var batches = parts.Training.Epoch(epochs.Count, Progress.Batch).GetEnumerator();
        while (true)
        {
            cancellation.ThrowIfCancellationRequested();
            // A batch is made in its step's scope: an epoch's batches together may be larger than memory.
            using var step = new TensorScope();
            if (!batches.MoveNext()) return rows;
            rows += batches.Current.Rows;
            if (Advance(batches.Current)) onStep();
        }
    }

    /// <summary>Takes one batch in; true where it completed a step.</summary>
    bool Advance(Batch batch)
    {
        var place = (int)(Progress.Batch % settings.AccumulateBatches);
        var group = Math.Min(settings.AccumulateBatches, parts.Training.Count - (Progress.Batch - place));
        if (place == 0)
        {
            Groups.MoveTo(StepNumber);
            Groups.ZeroGrad();
        }
        var value = LossOf(batch);
        (group == 1 ? value : value * (1.0 / group)).Backward();
        var number = value.Item();
        var ends = place == group - 1;
        var norm = ends ? Groups.ClipNorm(settings.GradientClip) : 0;
        Progress = new() { Batch = Progress.Batch + 1, Steps = Progress.Steps + (ends ? 1 : 0), LossSum = Progress.LossSum + number, NormSum = Progress.NormSum + norm };
        if (!double.IsFinite(number) || !double.IsFinite(norm)) throw TrainingErrors.Diverged(FindDivergence(batch, number, norm), settings);
        // A step by numbers that are no longer numbers would spoil the weights before anyone looks.
        if (ends) Groups.Step();
        return ends;
    }

    Tensor LossOf(Batch batch)
    {
        using var shorter = settings.Precision == Precision.BFloat16 ? new Autocast(Device) : null;
        var answers = TableNetwork.Shaped(Network.Forward(batch.Input), batch.Rows, parts.Target);
        var labels = TrainingLoss.Smooth(batch.Labels, settings, parts.Target);
        return batch.Weights is null ? loss.Forward(answers, labels) : loss.Forward(answers, labels, batch.Weights);
    }

    Divergence FindDivergence(Batch batch, double value, double norm)
    {
        using var noGrad = new NoGrad();
        using var watch = new ForwardWatch();
        Network.Forward(batch.Input).Dispose();
        var weight = Network.NamedParameters().FirstOrDefault(named => !named.Tensor.AllFinite()).Name;
        // The norm of a finite gradient may be infinite: then the largest is to blame.
        var gradient = Network.NamedParameters().LastOrDefault(named => named.Tensor.Grad is { } slope && !slope.AllFinite()).Name
            ?? Network.NamedParameters().MaxBy(named => named.Tensor.Grad?.Abs().Max().Item() ?? 0).Name;
        return new()
        {
            Epoch = epochs.Count + 1,
            Batch = Progress.Batch,
            Loss = value,
            GradientNorm = norm,
            Layer = weight is not null ? $"the weight {weight}"
                : watch.FirstNotFinite is { } module ? $"the output of {Network.NamedModules().FirstOrDefault(named => named.Module == module).Name} ({module.GetType().Name})"
                : $"the gradient of {gradient}",
        };
    }

    void Remember()
    {
        using var noGrad = new NoGrad();
        foreach (var (name, tensor) in Network.StateDict()) Best[name].CopyFrom(tensor);
    }
}

/// <summary>How far an epoch has come.</summary>
sealed record EpochProgress
{
    /// <summary>Batches that are done.</summary>
    public long Batch { get; init; }

    /// <summary>Steps of the optimizer that are done.</summary>
    public long Steps { get; init; }

    /// <summary>The batches' losses.</summary>
    public double LossSum { get; init; }

    /// <summary>The norms of the steps' gradients.</summary>
    public double NormSum { get; init; }
}
