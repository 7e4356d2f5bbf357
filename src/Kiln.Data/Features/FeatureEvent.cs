namespace Kiln.Data.Features;

/// <summary>One event, as serving sees it.</summary>
public readonly ref struct FeatureEvent
{
    /// <summary>The event's id, which orders events of equal time.</summary>
    public required long Id { get; init; }

    /// <summary>Microseconds since 1970-01-01 UTC.</summary>
    public required long Time { get; init; }

    /// <summary>One key for each of <see cref="FeatureSet.Keys"/>, in that order.</summary>
    public required ReadOnlySpan<long> Keys { get; init; }

    /// <summary>One value for each of <see cref="FeatureSet.Values"/>, in that order. A label not yet known is 0 until revised.</summary>
    public required ReadOnlySpan<long> Values { get; init; }
}
