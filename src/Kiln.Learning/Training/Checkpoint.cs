using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Kiln.Learning.Models;
using Kiln.Learning.Networks;
using Kiln.Torch;

namespace Kiln.Learning.Training;

/// <summary>
/// A training's whole state after a step, in one safetensors file: weights, best weights, optimizer, generators, the epochs' records
/// and the place within the epoch. Restoring it goes on with the same bits. It belongs to one training: other settings or rows start anew.
/// </summary>
sealed class Checkpoint(string path, string identity)
{
    const string IdentityName = "identity";
    const string EpochsName = "epochs";
    const string ProgressName = "progress";
    const string BestEpochName = "best epoch";
    const string BestName = "best";
    const string CpuGenerator = "generator.cpu";
    const string CudaGenerator = "generator.cuda";

    /// <summary>The hash of everything that decides the training's course; how often it is saved does not.</summary>
    public static string Identify(NetworkSettings settings, string rows)
    {
        var course = settings with { Training = settings.Training with { CheckpointSeconds = 0 } };
        var text = JsonSerializer.Serialize(course, ModelJson.Options) + TorchRuntime.Version + rows;
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
    }

    public void Save(NetworkFit fit)
    {
        using var cpu = TorchRuntime.GeneratorState(Device.Cpu);
        using var cuda = fit.Device.Type == DeviceType.Cuda ? TorchRuntime.GeneratorState(fit.Device) : null;
        var tensors = new Dictionary<string, Tensor>(StringComparer.Ordinal) { [CpuGenerator] = cpu };
        if (cuda is not null) tensors.Add(CudaGenerator, cuda);
        Add("network.", fit.Network.StateDict());
        Add("optimizer.", fit.Groups.StateDict());
        Add("best.", fit.Best);
        SafeTensors.Write(Next, tensors, new Dictionary<string, string>
        {
            [IdentityName] = identity,
            [EpochsName] = JsonSerializer.Serialize(fit.Epochs, ModelJson.Options),
            [ProgressName] = JsonSerializer.Serialize(fit.Progress, ModelJson.Options),
            [BestEpochName] = fit.Stopping.BestEpoch.ToString(CultureInfo.InvariantCulture),
            [BestName] = fit.Stopping.Best.ToString("R", CultureInfo.InvariantCulture),
        });
        // A damaged one would be gone on from without a word: its hash stands beside it. Both are good while one takes the other's place.
        var hash = HashOf(Next);
        WriteHashes(ReadHashes().Append(hash));
        File.Move(Next, path, overwrite: true);
        WriteHashes([hash]);
        void Add(string prefix, IEnumerable<KeyValuePair<string, Tensor>> state)
        {
            foreach (var (name, tensor) in state) tensors.Add(prefix + name, tensor);
        }
    }

    /// <summary>Puts the training into the saved state, and returns how many epochs that had; 0 where there is nothing to go on from.</summary>
    public int Restore(NetworkFit fit)
    {
        if (!File.Exists(path)) return 0;
        using var file = TryRead();
        if (file is null || file.Metadata.GetValueOrDefault(IdentityName) != identity) return 0;
        fit.Network.LoadStateDict(file.Under("network."));
        fit.Groups.LoadStateDict(file, "optimizer.");
        foreach (var (name, tensor) in file.Under("best.")) fit.Best[name].CopyFrom(tensor);
        TorchRuntime.SetGeneratorState(Device.Cpu, file.Tensors[CpuGenerator]);
        if (file.Tensors.TryGetValue(CudaGenerator, out var cuda)) TorchRuntime.SetGeneratorState(fit.Device, cuda);
        var epochs = JsonSerializer.Deserialize<ImmutableArray<EpochRecord>>(file.Metadata[EpochsName], ModelJson.Options);
        var progress = JsonSerializer.Deserialize<EpochProgress>(file.Metadata[ProgressName], ModelJson.Options)!;
        fit.Resume(epochs, progress, int.Parse(file.Metadata[BestEpochName], CultureInfo.InvariantCulture), double.Parse(file.Metadata[BestName], CultureInfo.InvariantCulture));
        return epochs.Length;
    }

    /// <summary>A checkpoint that cannot be read, or is not as it was written, saves no time, and costs none: the training starts anew.</summary>
    SafeTensorsFile? TryRead()
    {
        try
        {
            return ReadHashes().Contains(HashOf(path)) ? SafeTensors.Read(path) : null;
        }
        catch (Exception error) when (error is TorchException or IOException)
        {
            return null;
        }
    }

    string Next => path + ".next";

    string Hashes => path + ".sha256";

    string[] ReadHashes() => File.Exists(Hashes) ? File.ReadAllLines(Hashes) : [];

    void WriteHashes(IEnumerable<string> hashes)
    {
        File.WriteAllLines(Hashes + ".next", hashes);
        File.Move(Hashes + ".next", Hashes, overwrite: true);
    }

    static string HashOf(string file)
    {
        using var stream = File.OpenRead(file);
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }
}
