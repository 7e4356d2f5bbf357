namespace Kiln;

/// <summary>
/// The stages of one type in the order they were added, found by key at once: ten thousand partitions that each ask for another one
/// must not look through ten thousand.
/// </summary>
sealed class StagesOfType(Type type)
{
    readonly List<Stage> _all = [];
    readonly Dictionary<string, Stage> _byKey = new(StringComparer.Ordinal);
    int _seen;
    object? _partitions;

    public IReadOnlyList<Stage> All => _all;

    /// <summary>The partition of a key, or null.</summary>
    public Stage? Of(string key) => _byKey.GetValueOrDefault(key);

    public void CatchUp(List<Stage> stages)
    {
        for (; _seen < stages.Count; _seen++)
        {
            if (!type.IsInstanceOfType(stages[_seen])) continue;
            _all.Add(stages[_seen]);
            _byKey.TryAdd(stages[_seen].PartitionKey ?? "", stages[_seen]);
            _partitions = null;
        }
    }

    /// <summary>All of them as the <see cref="Partitions{TStage}"/> that a constructor asks for.</summary>
    public object AsPartitions(Type partitions) => _partitions ??= Activator.CreateInstance(partitions, _all)!;
}
