using Kiln.Learning.Models;
using Kiln.Learning.Training;
using Kiln.Torch;

namespace Kiln.Learning.Networks;

/// <summary>
/// Trains a network: mini-batches in an order drawn anew each epoch, AdamW, early stopping on validation rows, and the best epoch's
/// weights as the result. The same settings, rows, libtorch and thread count give the same bits on the CPU, whether or not the training
/// was interrupted and resumed from a checkpoint.
/// </summary>
sealed class NetworkEstimator(NetworkSettings settings, Func<ModelShape, TableNetwork>? ownNetwork = null) : Estimator
{
    const string CheckpointName = "network.safetensors";

    // libtorch's default generators belong to the process: two trainings at once would draw from each other's numbers.
    static readonly Lock oneAtATime = new();

    /// <summary>Steps between readings of losses and norms, at most; null: each on the CPU, where reading waits for nothing, and many on a GPU.</summary>
    public int? StepsPerReading { get; init; }

    public override string? Library => $"libtorch {TorchRuntime.Version}";

    public override Reproducibility Reproducibility => Device.Parse(settings.Training.Device).Device.Type == DeviceType.Cpu ? Reproducibility.BitIdentical
        : settings.Training.Deterministic ? Reproducibility.BitIdenticalOnDevice : Reproducibility.Rounding;

    public override FittedPredictor Fit(FitRows training, FitRows? validation, FitOptions options) => Guarded(ShapeOf(training), () =>
    {
        var weights = TrainingLoss.RowWeights(settings.Training, training);
        return Fit(training, validation, options, (layout, scale, device) => new ResidentBatches(new ResidentRows(training, layout, scale, weights, device), settings.Training, device));
    });

    /// <summary>The same, from rows that stay on disk.</summary>
    public FittedPredictor FitStreamed(StreamedRows training, FitRows? validation, FitOptions options) => Guarded(ShapeOf(training.Known), () =>
    {
        var weights = TrainingLoss.RowWeights(settings.Training, training.Known);
        return Fit(training.Known, validation, options, (layout, scale, device) => new StreamedBatches(training, layout, scale, weights, settings.Training, device), training.Hash);
    });

    public override IPredictor Load(ModelShape shape, string folder) => Guarded(shape, () =>
    {
        using var skip = new SkipInitialization();
        // A script's file is in the folder, wherever it came from.
        var network = Architectures.Make(WithScript(_ => Path.Combine(folder, ScriptNetwork.FileName)), shape, ownNetwork);
        try
        {
            return NetworkPredictor.Load(network, shape, folder);
        }
        catch (TorchException exception)
        {
            throw ModelErrors.NotAModel(folder, exception.Message, exception);
        }
    });

    NetworkSettings WithScript(Func<string, string> place) => settings.Script is { } script ? settings with { Script = script with { File = place(script.File) } } : settings;

    FittedPredictor Fit(FitRows training, FitRows? validation, FitOptions options, Func<NetworkLayout, LabelScale, Device, IBatches> batches, Func<string>? filesHash = null)
    {
        TorchRuntime.Threads = settings.Training.Threads;
        TorchRuntime.Seed((ulong)settings.Training.Seed);
        var device = Device.Parse(settings.Training.Device);
        // Of the whole process: a training on a GPU leaves it as it asked for, and the next one asks anew.
        if (device.Device.Type == DeviceType.Cuda) TorchRuntime.Deterministic = settings.Training.Deterministic;
        var shape = ShapeOf(training);
        var layout = new NetworkLayout(shape.Features);
        var scale = settings.Script is null ? LabelScale.Fit(training) : LabelScale.None;
        NetworkSize.Check(settings, layout, shape.Target, device.Device);
        var network = Architectures.Make(WithScript(file => Path.GetFullPath(file, options.FilesIn ?? Directory.GetCurrentDirectory())), shape, ownNetwork);
        try
        {
            network.To(device.Device);
            if (settings.Script is { Train: false }) return new(new NetworkPredictor(network, shape, scale, device.Device), AsItIs(network, training, device));
            using var fit = new NetworkFit(new()
            {
                Settings = settings.Training,
                Target = shape.Target,
                Device = device,
                Network = network,
                Training = batches(layout, scale, device.Device),
                Scale = scale,
                StepsPerReading = StepsPerReading ?? (device.Device.Type == DeviceType.Cpu ? 1 : 64),
                Validation = validation is null ? null : new(validation, new(validation, layout, scale, TrainingLoss.RowWeights(settings.Training, validation), device.Device)),
            });
            var record = Run(fit, CheckpointOf(options, () => FitRows.Hash(training, validation) + filesHash?.Invoke() + network.FilesHash), options);
            return new(new NetworkPredictor(network, shape, scale, device.Device), record);
        }
        catch
        {
            network.Dispose();
            throw;
        }
    }

    FitRecord Run(NetworkFit fit, Checkpoint? checkpoint, FitOptions options)
    {
        var resumed = checkpoint?.Restore(fit) ?? 0;
        if (resumed > 0) options.OnResume?.Invoke(resumed);
        var saved = Environment.TickCount64;
        while (!fit.IsFinished)
        {
            var epoch = fit.RunEpoch(SaveNowAndThen, options.Cancellation);
            checkpoint?.Save(fit);
            options.OnEpoch?.Invoke(epoch);
        }
        return fit.Finish();

        void SaveNowAndThen()
        {
            if (checkpoint is null || Environment.TickCount64 - saved < settings.Training.CheckpointSeconds * 1000L) return;
            checkpoint.Save(fit);
            saved = Environment.TickCount64;
        }
    }

    Checkpoint? CheckpointOf(FitOptions options, Func<string> rows)
    {
        if (options.CheckpointFolder is not { } folder) return null;
        Directory.CreateDirectory(folder);
        return new(Path.Combine(folder, CheckpointName), Checkpoint.Identify(settings, rows()));
    }

    static FitRecord AsItIs(TableNetwork network, FitRows training, DeviceChoice device) => new()
    {
        Device = $"{device.Device} ({device.Reason})",
        Parameters = network.Parameters.Sum(parameter => parameter.ElementCount),
        Rows = training.Rows,
    };

    static ModelShape ShapeOf(FitRows rows) => new() { Features = rows.Features.Features, Target = rows.Target };

    T Guarded<T>(ModelShape shape, Func<T> body)
    {
        try
        {
            lock (oneAtATime) return body();
        }
        catch (TorchException exception)
        {
            throw exception.IsOutOfMemory ? TrainingErrors.OutOfMemory(settings.Training, exception)
                : settings.Own is { } own ? NetworkErrors.OwnFailed(own.Name, shape, exception)
                : ModelErrors.OfLibrary(exception);
        }
    }
}
