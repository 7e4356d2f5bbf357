using System.Security.Cryptography;
using Kiln.Learning.Models;
using Kiln.Torch;

namespace Kiln.Learning.Networks;

/// <summary>A TorchScript module as a network: its architecture is in its file, which goes into the model's folder as it is.</summary>
sealed class ScriptNetwork : TableNetwork
{
    /// <summary>The module's own file in a model's folder.</summary>
    public const string FileName = "network.pt";

    readonly byte[] archive;
    readonly ScriptModule module;
    readonly int outputs;

    /// <exception cref="KilnException">The file is missing or no TorchScript, or its module takes or returns something else.</exception>
    public ScriptNetwork(ScriptSettings settings, NetworkLayout layout, Target target)
        : base(target)
    {
        outputs = target.Outputs;
        if (layout.Categories > 0) throw NetworkErrors.ScriptTakesNumbers(settings.File, layout.Categories);
        if (!File.Exists(settings.File)) throw NetworkErrors.BadScript(settings.File, layout.Numbers, "there is no such file");
        archive = File.ReadAllBytes(settings.File);
        try
        {
            module = AddChild("module", ScriptModule.Load(settings.File));
            Try(settings, layout.Numbers);
        }
        catch (Exception error)
        {
            Dispose();
            throw error is TorchException torch ? NetworkErrors.BadScript(settings.File, layout.Numbers, torch.Reason ?? torch.Message, torch) : error;
        }
        if (settings.Train && !module.Parameters.Any(parameter => parameter.RequiresGrad)) throw NothingToTrain(settings);
    }

    internal override string FilesHash => Convert.ToHexStringLower(SHA256.HashData(archive));

    public override Tensor Forward(NetworkInput input)
    {
        var answers = module.Forward(input.Numbers!);
        return answers.Shape.Length == 2 ? Answer(answers) : answers;
    }

    internal override void SaveBeside(string folder) => File.WriteAllBytes(Path.Combine(folder, FileName), archive);

    void Try(ScriptSettings settings, int columns)
    {
        using var scope = new TensorScope();
        using var noGrad = new NoGrad();
        Eval();
        var answers = module.Forward(Tensor.Zeros([2, columns]));
        Train();
        var fits = answers.ScalarType == ScalarType.Float32 && (answers.Shape.AsSpan().SequenceEqual([2, outputs]) || (outputs == 1 && answers.Shape.AsSpan().SequenceEqual([2])));
        if (!fits) throw NetworkErrors.ScriptAnswers(settings.File, $"{answers}", outputs);
    }

    KilnException NothingToTrain(ScriptSettings settings)
    {
        Dispose();
        return NetworkErrors.NothingToTrain(settings.File);
    }
}
