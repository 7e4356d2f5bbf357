using System.Collections.Immutable;
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

    /// <summary>Steps between readings of losses and norms, at most; 1 reads each before it is taken.</summary>
    public int StepsPerReading { get; init; } = 1;

    /// <summary>What is measured after each epoch, where there is any.</summary>
    public ValidationRows? Validation { get; init; }
}

/// <summary>One training under way: everything that changes from step to step, which is what a checkpoint holds.</summary>
sealed class NetworkFit : IDisposable
{
    readonly NetworkFitParts parts;
    readonly TrainingSettings settings;
    readonly Loss loss;
    readonly TrainingPass pass;
    readonly LateReading? late;
    readonly long stepsPerEpoch;
    readonly ImmutableArray<EpochRecord>.Builder epochs = ImmutableArray.CreateBuilder<EpochRecord>();
    ResourceMeter meter = new();

    // Steps that begin before this batch are looked at one by one; from there on they are read late, where they may be.
    long looked;

    public NetworkFit(NetworkFitParts parts)
    {
        (this.parts, settings) = (parts, parts.Settings);
        loss = TrainingLoss.Make(settings, parts.Target);
        loss.To(parts.Device.Device);
        stepsPerEpoch = (parts.Training.Count + settings.AccumulateBatches - 1) / settings.AccumulateBatches;
        Groups = new ParameterGroups(Network, settings, stepsPerEpoch);
        pass = new TrainingPass(parts, loss, Groups);
        if (parts.StepsPerReading > 1) late = new LateReading(Network.StateDict().Values.Concat(Groups.StateDict().Select(pair => pair.Value)), Device, parts.StepsPerReading);
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
    /// <param name="onStep">Told after each step of the optimizer that is known to be good: the place for a checkpoint.</param>
    /// <param name="cancellation">Ends it between two batches.</param>
    public EpochRecord RunEpoch(Action onStep, CancellationToken cancellation)
    {
        meter = new ResourceMeter(Device);
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
            Resources = meter.Read(rows / trained),
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
        IEnumerable<IDisposable?> owned = [parts.Training, parts.Validation, pass, late, loss, Groups, .. Best.Values];
        foreach (var item in owned) item?.Dispose();
    }

    long StepNumber => (epochs.Count * stepsPerEpoch) + Progress.Steps;

    long Train(Action onStep, CancellationToken cancellation)
    {
        Network.Train();
        looked = Progress.Batch;
        var all = 0L;
        // More than once only where steps turned out to have gone wrong, and are taken again.
        for (var again = true; again;)
        {
            (var rows, again) = TrainFrom(onStep, cancellation);
            all += rows;
        }
        return all;
    }

    (long Rows, bool Back) TrainFrom(Action onStep, CancellationToken cancellation)
    {
        var rows = 0L;
        using var batches = parts.Training.Epoch(epochs.Count, Progress.Batch).GetEnumerator();
        while (true)
        {
            cancellation.ThrowIfCancellationRequested();
            // A batch is made in its step's scope: an epoch's batches together may be larger than memory.
            using var step = new TensorScope();
            if (!batches.MoveNext()) return (rows, false);
            rows += batches.Current.Rows;
            switch (Advance(batches.Current))
            {
                case Advanced.Good: onStep(); break;
                case Advanced.Back: return (rows, true);
            }
        }
    }

    /// <summary>Takes one batch in.</summary>
    Advanced Advance(Batch batch)
    {
        var place = (int)(Progress.Batch % settings.AccumulateBatches);
        var group = Math.Min(settings.AccumulateBatches, parts.Training.Count - (Progress.Batch - place));
        if (place == 0)
        {
            Groups.MoveTo(StepNumber);
            if (Progress.Batch == looked) late?.Keep(Progress);
        }
        var value = pass.Run(batch, place, group);
        var ends = place == group - 1;
        return late is not null && Progress.Batch >= looked ? StepAndReadLate(late, value, ends) : ReadAndStep(batch, value, ends);
    }

    Advanced ReadAndStep(Batch batch, Tensor value, bool ends)
    {
        var number = value.Item();
        var norm = ends ? Groups.ClipNorm(settings.GradientClip) : 0;
        Progress = Next(ends) with { LossSum = Progress.LossSum + number, NormSum = Progress.NormSum + norm };
        if (!double.IsFinite(number) || !double.IsFinite(norm)) throw TrainingErrors.Diverged(FindDivergence(batch, number, norm), settings);
        // A step by numbers that are no longer numbers would spoil the weights before anyone looks.
        if (!ends) return Advanced.Within;
        Groups.Step();
        return Advanced.Good;
    }

    Advanced StepAndReadLate(LateReading reading, Tensor value, bool ends)
    {
        reading.Add(value, ends ? Groups.ClipNormUnread(settings.GradientClip) : null);
        Progress = Next(ends);
        if (ends) Groups.Step();
        if (!ends || !(reading.IsDue || Progress.Batch == parts.Training.Count)) return Advanced.Within;
        meter.Sample();
        looked = Progress.Batch;
        var read = reading.Read(Progress);
        Progress = read ?? reading.GoBack();
        return read is null ? Advanced.Back : Advanced.Good;
    }

    EpochProgress Next(bool ends) => Progress with { Batch = Progress.Batch + 1, Steps = Progress.Steps + (ends ? 1 : 0) };

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

/// <summary>What a batch came to.</summary>
enum Advanced
{
    /// <summary>Nothing that is known yet: no step, or one whose loss is not read yet.</summary>
    Within,

    /// <summary>A step, and all up to it are known to be good.</summary>
    Good,

    /// <summary>A step since the last reading went wrong: the training is back there, and takes them again one by one.</summary>
    Back,
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
