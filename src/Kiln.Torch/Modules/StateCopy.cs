namespace Kiln.Torch;

/// <summary>Copies a saved set of named tensors into a live one, after checking that they correspond.</summary>
static class StateCopy
{
    public static void Into(IReadOnlyDictionary<string, Tensor> live, IReadOnlyDictionary<string, Tensor> saved, string complaint)
    {
        var missing = live.Keys.Where(name => !saved.ContainsKey(name)).Select(name => ("missing", name));
        var unknown = saved.Keys.Where(name => !live.ContainsKey(name)).Select(name => ("unknown", name));
        var different = live.Where(pair => saved.TryGetValue(pair.Key, out var other) && !other.Shape.SequenceEqual(pair.Value.Shape))
            .Select(pair => ("shape", $"{pair.Key}: {saved[pair.Key]}, expected {pair.Value}"));
        var faults = missing.Concat(unknown).Concat(different).OrderBy(fault => fault.Item2, StringComparer.Ordinal).Take(10).ToList();
        if (faults.Count > 0) throw Errors.StateMismatch(complaint, faults);
        using var noGrad = new NoGrad();
        foreach (var (name, tensor) in live) tensor.CopyFrom(saved[name]);
    }
}
