using System.Collections.Immutable;

namespace Kiln.Torch;

/// <summary>What a safetensors file held: it owns its tensors.</summary>
public sealed class SafeTensorsFile : IDisposable
{
    /// <summary>The tensors by name, on the CPU.</summary>
    public required IReadOnlyDictionary<string, Tensor> Tensors { get; init; }

    /// <summary>The texts saved beside them.</summary>
    public required ImmutableSortedDictionary<string, string> Metadata { get; init; }

    /// <summary>The tensors whose names begin with a prefix, by the rest of their names; this file keeps owning them.</summary>
    public IReadOnlyDictionary<string, Tensor> Under(string prefix) =>
        Tensors.Where(pair => pair.Key.StartsWith(prefix, StringComparison.Ordinal))
            .ToDictionary(pair => pair.Key[prefix.Length..], pair => pair.Value, StringComparer.Ordinal);

    public void Dispose()
    {
        foreach (var tensor in Tensors.Values) tensor.Dispose();
    }
}
