using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;
using Kiln.Torch;

namespace Kiln.Learning.Training;

/// <summary>
/// A training's whole state after an epoch, in one safetensors file: weights, best weights, optimizer, generators, and the epochs'
/// records. Restoring it goes on with the same bits. It belongs to one training: other settings or rows start anew.
/// </summary>
sealed class Checkpoint(string path, string identity)
{
    const string IdentityName = "identity";
    const string EpochsName = "epochs";
    const string BestEpochName = "best epoch";
    const string BestName = "best";
    const string CpuGenerator = "generator.cpu";
    const string CudaGenerator = "generator.cuda";

    /// <summary>The hash of everything that decides the training's course.</summary>
    public static string Identify(TrainingSettings settings, ImmutableArray<string> featureNames, TrainingExamples training, TrainingExamples? validation)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(JsonSerializer.SerializeToUtf8Bytes(settings, TrainingJson.Options));
        hash.AppendData(JsonSerializer.SerializeToUtf8Bytes(featureNames, TrainingJson.Options));
        hash.AppendData(JsonSerializer.SerializeToUtf8Bytes(TorchRuntime.Version));
        foreach (var examples in new[] { training, validation })
        {
            hash.AppendData(BitConverter.GetBytes(examples?.Rows ?? -1));
            if (examples is null) continue;
            hash.AppendData(MemoryMarshal.AsBytes(examples.Features.Span));
            hash.AppendData(MemoryMarshal.AsBytes(examples.Labels.Span));
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    public void Save(TrainingRun run)
    {
        using var cpu = TorchRuntime.GeneratorState(Device.Cpu);
        using var cuda = run.DeviceChoice.Device.Type == DeviceType.Cuda ? TorchRuntime.GeneratorState(run.DeviceChoice.Device) : null;
        var tensors = new Dictionary<string, Tensor>(StringComparer.Ordinal) { [CpuGenerator] = cpu };
        if (cuda is not null) tensors.Add(CudaGenerator, cuda);
        foreach (var (prefix, state) in States(run))
            foreach (var (name, tensor) in state) tensors.Add(prefix + name, tensor);
        SafeTensors.Write(path, tensors, new Dictionary<string, string>
        {
            [IdentityName] = identity,
            [EpochsName] = JsonSerializer.Serialize(run.Epochs, TrainingJson.Options),
            [BestEpochName] = run.Stopping.BestEpoch.ToString(CultureInfo.InvariantCulture),
            [BestName] = run.Stopping.Best.ToString("R", CultureInfo.InvariantCulture),
        });
    }

    /// <summary>Puts the run into the saved state, and returns how many epochs that had; 0 where there is nothing to go on from.</summary>
    public int Restore(TrainingRun run)
    {
        if (!File.Exists(path)) return 0;
        using var file = TryRead();
        if (file is null || file.Metadata.GetValueOrDefault(IdentityName) != identity) return 0;
        run.Network.LoadStateDict(file.Under("network."));
        run.Optimizer.LoadStateDict(file.Under("optimizer."));
        foreach (var (name, tensor) in file.Under("best.")) run.Best[name].CopyFrom(tensor);
        TorchRuntime.SetGeneratorState(Device.Cpu, file.Tensors[CpuGenerator]);
        if (file.Tensors.TryGetValue(CudaGenerator, out var cuda)) TorchRuntime.SetGeneratorState(run.DeviceChoice.Device, cuda);
        var epochs = JsonSerializer.Deserialize<ImmutableArray<EpochRecord>>(file.Metadata[EpochsName], TrainingJson.Options);
        run.Resume(epochs, int.Parse(file.Metadata[BestEpochName], CultureInfo.InvariantCulture), double.Parse(file.Metadata[BestName], CultureInfo.InvariantCulture));
        return epochs.Length;
    }

    /// <summary>A checkpoint that cannot be read saves no time, and costs none: the training starts anew.</summary>
    SafeTensorsFile? TryRead()
    {
        try
        {
            return SafeTensors.Read(path);
        }
        catch (Exception error) when (error is TorchException or IOException)
        {
            return null;
        }
    }

    static IEnumerable<(string Prefix, IReadOnlyDictionary<string, Tensor> State)> States(TrainingRun run) =>
        [("network.", run.Network.StateDict()), ("optimizer.", run.Optimizer.StateDict()), ("best.", run.Best)];
}
