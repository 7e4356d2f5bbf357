using System.Collections;
using System.Collections.Immutable;

namespace Kiln;

/// <summary>All partitions of a stage, in the order of their keys: what a stage asks for that gathers them.</summary>
public sealed class Partitions<TStage> : IReadOnlyList<TStage>
    where TStage : Stage
{
    readonly ImmutableArray<TStage> _items;
    readonly Dictionary<string, int> _byKey;

    /// <param name="stages">The partitions, in order.</param>
    public Partitions(IEnumerable<Stage> stages)
    {
        _items = [.. stages.Cast<TStage>()];
        _byKey = [];
        for (var i = 0; i < _items.Length; i++) _byKey.TryAdd(_items[i].PartitionKey ?? _items[i].Name, i); // two of one key are refused by the graph
    }

    /// <inheritdoc/>
    public int Count => _items.Length;

    /// <inheritdoc/>
    public TStage this[int index] => _items[index];

    /// <summary>The partition of a key.</summary>
    /// <exception cref="KeyNotFoundException">There is none.</exception>
    public TStage Of<TKey>(TKey key)
        where TKey : notnull => _items[_byKey[StageFacts.Key(key)]];

    /// <summary>
    /// The partition of a key with those of the keys before it, oldest first: what a stage reads that looks back, such as over a week with
    /// <c>back: 7</c>. Fewer where the keys do not go back that far. When one of them changes, only the stages whose window holds it run again.
    /// </summary>
    /// <exception cref="KeyNotFoundException">There is no such key.</exception>
    public IReadOnlyList<TStage> Window<TKey>(TKey key, int back)
        where TKey : notnull
    {
        ArgumentOutOfRangeException.ThrowIfNegative(back);
        var last = _byKey[StageFacts.Key(key)];
        var first = Math.Max(0, last - back);
        return _items.Slice(first, last - first + 1);
    }

    /// <inheritdoc/>
    public IEnumerator<TStage> GetEnumerator() => ((IEnumerable<TStage>)_items).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
