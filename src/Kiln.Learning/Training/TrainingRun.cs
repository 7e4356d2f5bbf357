using System.Collections.Immutable;
using System.Diagnostics;
using Kiln.Torch;

namespace Kiln.Learning.Training;

/// <summary>One training under way: everything that changes from epoch to epoch, which is what a checkpoint holds.</summary>
sealed class TrainingRun : IDisposable
{
    // Validation goes in parts, so that its memory does not grow with the window.
    const long RowsAtOnce = 1 << 14;

    readonly TrainingSettings settings;
    readonly ImmutableArray<string> featureNames;
    readonly ValidationMetrics? metrics;
    readonly TrainingExamples? validation;
    readonly Standardizer standardizer;
    readonly Tensor features;
    readonly Tensor labels;
    readonly (Tensor Features, Tensor Labels)? held;
    readonly BCEWithLogitsLoss loss;
    readonly LRScheduler schedule;
    readonly ImmutableArray<EpochRecord>.Builder epochs = ImmutableArray.CreateBuilder<EpochRecord>();
    bool handedOver;

    public TrainingRun(TrainingSettings settings, ImmutableArray<string> featureNames, ValidationMetrics? metrics, TrainingExamples training, TrainingExamples? validation)
    {
        (this.settings, this.featureNames, this.metrics, this.validation) = (settings, featureNames, metrics, validation);
        DeviceChoice = Device.Parse(settings.Device);
        var device = DeviceChoice.Device;
        standardizer = Standardizer.Fit(training.Features.Span, featureNames.Length);
        (features, labels) = training.On(device, standardizer);
        held = validation?.On(device, standardizer);
        Network = new FeedForwardNetwork(NetworkArchitecture.From(settings, featureNames.Length));
        Network.To(device);
        loss = new BCEWithLogitsLoss(positiveWeight: Tensor.Full([], settings.PositiveWeight, device: device));
        Optimizer = new AdamW(Network.Parameters, settings.LearningRate, new() { WeightDecay = settings.WeightDecay });
        schedule = LearningRates.Make(settings, Optimizer);
        schedule.MoveTo(0);
        Stopping = new EarlyStopping(settings.Monitor, settings.Patience);
        using var noGrad = new NoGrad();
        Best = Network.StateDict().ToDictionary(pair => pair.Key, pair => pair.Value.Clone(), StringComparer.Ordinal);
    }

    public DeviceChoice DeviceChoice { get; }

    public FeedForwardNetwork Network { get; }

    public Optimizer Optimizer { get; }

    public EarlyStopping Stopping { get; }

    /// <summary>The best epoch's weights, by the network's names.</summary>
    public Dictionary<string, Tensor> Best { get; }

    public IReadOnlyList<EpochRecord> Epochs => epochs;

    public bool IsFinished => epochs.Count >= settings.Epochs || (held is not null && epochs.Count > 0 && Stopping.IsSpent(epochs.Count));

    /// <summary>Goes on after the epochs that a checkpoint holds; the tensors have been copied in already.</summary>
    public void Resume(IEnumerable<EpochRecord> done, int bestEpoch, double best)
    {
        epochs.AddRange(done);
        Stopping.Restore(bestEpoch, best);
        schedule.MoveTo(epochs.Count);
    }

    public EpochRecord RunEpoch(CancellationToken cancellation)
    {
        var watch = Stopwatch.StartNew();
        var rate = Optimizer.LearningRate;
        var (trainingLoss, norm) = Train(cancellation);
        var trained = watch.Elapsed.TotalSeconds;
        var (validationLoss, auc, precision) = Validate();
        var record = new EpochRecord
        {
            Epoch = epochs.Count + 1,
            TrainingLoss = trainingLoss,
            ValidationLoss = validationLoss,
            RocAuc = auc,
            AveragePrecision = precision,
            LearningRate = rate,
            GradientNorm = norm,
            Timing = new(watch.Elapsed.TotalSeconds, labels.ElementCount / trained),
        };
        epochs.Add(record);
        if (held is null || Stopping.Improves(record)) Remember();
        schedule.Step();
        return record;
    }

    /// <summary>The result: the network with the best weights, handed over to the caller.</summary>
    public TrainingOutcome Finish(int resumed)
    {
        Network.LoadStateDict(Best);
        handedOver = true;
        return new()
        {
            Model = new(Network, standardizer, featureNames, DeviceChoice.Device),
            Epochs = epochs.ToImmutable(),
            BestEpoch = held is null ? epochs.Count : Stopping.BestEpoch,
            StoppedEarly = epochs.Count < settings.Epochs,
            Device = DeviceChoice,
            ResumedAfter = resumed,
        };
    }

    public void Dispose()
    {
        IEnumerable<IDisposable> owned = [features, labels, loss, Optimizer, .. Best.Values];
        foreach (var item in owned) item.Dispose();
        held?.Features.Dispose();
        held?.Labels.Dispose();
        if (!handedOver) Network.Dispose();
    }

    (double Loss, double Norm) Train(CancellationToken cancellation)
    {
        Network.Train();
        using var drawn = Tensor.RandomPermutation(labels.ElementCount);
        using var order = drawn.To(DeviceChoice.Device);
        var (lossSum, normSum, batch) = (0.0, 0.0, 0);
        foreach (var (start, rows) in Batches(labels.ElementCount, settings.BatchSize))
        {
            cancellation.ThrowIfCancellationRequested();
            var (value, norm) = Step(order, start, rows);
            batch++;
            if (!double.IsFinite(value) || !double.IsFinite(norm)) throw TrainingErrors.Diverged(epochs.Count + 1, batch, value, norm, settings);
            lossSum += value;
            normSum += norm;
        }
        return (lossSum / batch, normSum / batch);
    }

    (double Loss, double Norm) Step(Tensor order, long start, long rows)
    {
        using var scope = new TensorScope();
        var chosen = order.Narrow(0, start, rows);
        Optimizer.ZeroGrad();
        var value = loss.Forward(Network.Forward(features.IndexSelect(0, chosen)), labels.IndexSelect(0, chosen));
        value.Backward();
        var norm = settings.GradientClip > 0 ? Gradients.ClipNorm(Optimizer.Parameters, settings.GradientClip) : Gradients.Norm(Optimizer.Parameters);
        // A step by numbers that are no longer numbers would spoil the weights before anyone looks.
        if (double.IsFinite(norm)) Optimizer.Step();
        return (value.Item(), norm);
    }

    (double Loss, double RocAuc, double AveragePrecision) Validate()
    {
        if (held is not { } rows) return (double.NaN, double.NaN, double.NaN);
        Network.Eval();
        using var noGrad = new NoGrad();
        using var scope = new TensorScope();
        var parts = (rows.Features.Size(0) + RowsAtOnce - 1) / RowsAtOnce;
        var logits = Tensor.Cat([.. Enumerable.Range(0, (int)parts).Select(part => Network.Forward(Part(rows.Features, part * RowsAtOnce)))]);
        var scores = Array.ConvertAll(logits.Sigmoid().ToArray<float>(), score => (double)score);
        var known = validation!.Labels.Span;
        return (loss.Forward(logits, rows.Labels).Item(), metrics!.RocAuc(scores, known), metrics.AveragePrecision(scores, known));
    }

    static Tensor Part(Tensor rows, long start) => rows.Narrow(0, start, Math.Min(RowsAtOnce, rows.Size(0) - start));

    void Remember()
    {
        using var noGrad = new NoGrad();
        foreach (var (name, tensor) in Network.StateDict()) Best[name].CopyFrom(tensor);
    }

    // A last batch of one row joins the one before it: one row has no variance to normalize by.
    static IEnumerable<(long Start, long Rows)> Batches(long rows, long size)
    {
        for (var start = 0L; start < rows;)
        {
            var left = rows - start;
            var taken = left <= size + 1 ? left : size;
            yield return (start, taken);
            start += taken;
        }
    }
}
