using Kiln.Learning.Models;
using Kiln.Learning.Training;
using Kiln.Torch;

namespace Kiln.Learning.Networks;

/// <summary>A trained network: prepared rows in, probabilities or values out.</summary>
sealed class NetworkPredictor : IPredictor
{
    /// <summary>The file of the weights in a model's folder.</summary>
    public const string FileName = "weights.safetensors";

    const string NetworkPrefix = "network.";
    const string ScaleName = "label.scale";
    const int RowsAtOnce = 8192;

    readonly TableNetwork network;
    readonly NetworkLayout layout;
    readonly ModelShape shape;
    readonly LabelScale scale;
    readonly Device device;

    /// <summary>Takes the network over, switched to inference.</summary>
    public NetworkPredictor(TableNetwork network, ModelShape shape, LabelScale scale, Device device)
    {
        (this.network, this.shape, this.scale, this.device) = (network, shape, scale, device);
        layout = new NetworkLayout(shape.Features);
        network.Eval();
        // Nothing learns from here on: gradients of inputs (IntegratedGradients) leave none behind in the weights.
        foreach (var parameter in network.Parameters) parameter.RequiresGrad = false;
    }

    internal TableNetwork Network => network;

    internal NetworkLayout Layout => layout;

    internal ModelShape Shape => shape;

    internal LabelScale Scale => scale;

    internal Device Device => device;

    public void Predict(ReadOnlySpan<float> rows, Span<float> answers)
    {
        var columns = shape.Features.Length;
        var outputs = shape.Target.Outputs;
        try
        {
            using var noGrad = new NoGrad();
            for (var start = 0; start < rows.Length / columns; start += RowsAtOnce)
            {
                using var scope = new TensorScope();
                var count = Math.Min(RowsAtOnce, (rows.Length / columns) - start);
                var output = TableNetwork.Shaped(network.Forward(layout.ToInput(rows.Slice(start * columns, count * columns), device)), count, shape.Target);
                ToAnswers(output, shape.Target, scale).CopyTo(answers.Slice(start * outputs, count * outputs));
            }
        }
        catch (TorchException exception)
        {
            throw ModelErrors.OfLibrary(exception);
        }
    }

    public void Save(string folder)
    {
        using var scope = new TensorScope();
        var tensors = network.StateDict().ToDictionary(pair => NetworkPrefix + pair.Key, pair => pair.Value, StringComparer.Ordinal);
        if (scale != LabelScale.None) tensors.Add(ScaleName, Tensor.From(scale.Mean, scale.Deviation));
        SafeTensors.Write(Path.Combine(folder, FileName), tensors);
        network.SaveBeside(folder);
    }

    /// <summary>Reads the weights into a network that was made without starting values.</summary>
    public static NetworkPredictor Load(TableNetwork network, ModelShape shape, string folder)
    {
        try
        {
            using var file = SafeTensors.Read(Path.Combine(folder, FileName));
            network.LoadStateDict(file.Under(NetworkPrefix));
            // Parameters alone: a mask among the buffers may be infinite.
            if (network.NamedParameters().FirstOrDefault(named => !named.Tensor.AllFinite()).Name is { } bad) throw ModelErrors.NotFinite(folder, FileName, bad);
            var scale = file.Tensors.TryGetValue(ScaleName, out var numbers) && numbers.ElementCount == 2 ? new LabelScale(numbers.ToArray<float>()[0], numbers.ToArray<float>()[1]) : LabelScale.None;
            if (!(float.IsFinite(scale.Mean) && float.IsFinite(scale.Deviation))) throw ModelErrors.NotFinite(folder, FileName, ScaleName);
            return new(network, shape, scale, Device.Cpu);
        }
        catch
        {
            network.Dispose();
            throw;
        }
    }

    /// <summary>A network's output [n] or [n, outputs] as a predictor's answers: logits become probabilities, values leave the scale they were learned on.</summary>
    public static float[] ToAnswers(Tensor output, Target target, LabelScale scale)
    {
        using var scope = new TensorScope();
        var answers = (target.Task switch
        {
            LearningTask.Binary => output.Sigmoid(),
            LearningTask.MultiClass => output.Softmax(1),
            _ => output,
        }).ToArray<float>();
        scale.Undo(answers);
        return answers;
    }

    public void Dispose() => network.Dispose();
}
