using System.Collections.Immutable;
using Kiln.Learning.Networks;
using Kiln.Torch;

namespace Kiln.Learning.Training;

/// <summary>AdamW over a network's parameters: those that weight decay draws to 0, and those it leaves alone; one schedule for both.</summary>
sealed class ParameterGroups : IDisposable
{
    readonly ImmutableArray<(string Name, Optimizer Optimizer, LRScheduler Schedule)> groups;
    readonly ImmutableArray<Tensor> parameters;

    public ParameterGroups(TableNetwork network, TrainingSettings settings, long stepsPerEpoch)
    {
        parameters = network.Parameters;
        var named = network.NamedParameters().ToList();
        var decayed = settings.WeightDecay > 0 ? named.Where(pair => network.IsDecayed(pair.Name)).Select(pair => pair.Tensor).ToList() : [];
        var plain = settings.WeightDecay > 0 ? named.Where(pair => !network.IsDecayed(pair.Name)).Select(pair => pair.Tensor).ToList() : [.. parameters];
        var made = new List<(string, Optimizer, LRScheduler)>();
        if (decayed.Count > 0) made.Add(Group("decayed.", decayed, settings.WeightDecay));
        if (plain.Count > 0) made.Add(Group("plain.", plain, 0));
        groups = [.. made];
        MoveTo(0);

        (string, Optimizer, LRScheduler) Group(string name, List<Tensor> members, double decay)
        {
            var optimizer = new AdamW(members, settings.LearningRate, new() { WeightDecay = decay });
            return (name, optimizer, LearningRates.Make(settings, optimizer, stepsPerEpoch));
        }
    }

    /// <summary>The rate of the next step.</summary>
    public double LearningRate => groups[0].Optimizer.LearningRate;

    /// <summary>Sets the rate of a step, counted from 0.</summary>
    public void MoveTo(long step)
    {
        foreach (var (_, _, schedule) in groups) schedule.MoveTo((int)Math.Min(int.MaxValue, step));
    }

    public void ZeroGrad()
    {
        foreach (var (_, optimizer, _) in groups) optimizer.ZeroGrad();
    }

    /// <summary>Makes the gradients 0 where they lie.</summary>
    public void FillGradZero() => Gradients.FillZero(parameters);

    /// <summary>The norm of all gradients, which are scaled down where it is above a maximum; 0 is none.</summary>
    public double ClipNorm(double maximum) => maximum > 0 ? Gradients.ClipNorm(parameters, maximum) : Gradients.Norm(parameters);

    /// <summary>The same, left on the device: Float64 [].</summary>
    public Tensor ClipNormUnread(double maximum) => Gradients.ClipNormUnread(parameters, maximum);

    public void Step()
    {
        foreach (var (_, optimizer, _) in groups) optimizer.Step();
    }

    /// <summary>The running state by name.</summary>
    public IEnumerable<KeyValuePair<string, Tensor>> StateDict() =>
        groups.SelectMany(group => group.Optimizer.StateDict().Select(pair => KeyValuePair.Create(group.Name + pair.Key, pair.Value)));

    public void LoadStateDict(SafeTensorsFile file, string prefix)
    {
        foreach (var (name, optimizer, _) in groups) optimizer.LoadStateDict(file.Under(prefix + name));
    }

    public void Dispose()
    {
        foreach (var (_, optimizer, _) in groups) optimizer.Dispose();
    }
}
