using System.Collections;
using System.Collections.Immutable;

namespace Kiln;

/// <summary>All partitions of a stage, in the order of their keys: what a stage asks for that gathers them.</summary>
public sealed class Partitions<TStage> : IReadOnlyList<TStage>
    where TStage : Stage
{
    readonly ImmutableArray<TStage> _items;
    readonly Dictionary<string, TStage> _byKey;

    /// <param name="stages">The partitions, in order.</param>
    public Partitions(IEnumerable<Stage> stages)
    {
        _items = [.. stages.Cast<TStage>()];
        _byKey = [];
        foreach (var stage in _items) _byKey.TryAdd(stage.PartitionKey ?? stage.Name, stage); // two of one key are refused by the graph
    }

    /// <inheritdoc/>
    public int Count => _items.Length;

    /// <inheritdoc/>
    public TStage this[int index] => _items[index];

    /// <summary>The partition of a key.</summary>
    /// <exception cref="KeyNotFoundException">There is none.</exception>
    public TStage Of<TKey>(TKey key)
        where TKey : notnull => _byKey[StageFacts.Key(key)];

    /// <inheritdoc/>
    public IEnumerator<TStage> GetEnumerator() => ((IEnumerable<TStage>)_items).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
