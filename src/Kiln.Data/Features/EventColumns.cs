namespace Kiln.Data.Features;

/// <summary>Events as columns of one length, ordered by (time, id).</summary>
public sealed record EventColumns
{
    /// <summary>The event's id, which orders events of equal time; unique.</summary>
    public required ReadOnlyMemory<long> Ids { get; init; }

    /// <summary>Microseconds since 1970-01-01 UTC, as in a TIMESTAMP column.</summary>
    public required ReadOnlyMemory<long> Times { get; init; }

    /// <summary>Key and value columns by name. Money is in minor units and labels are 0 or 1, so that sums are exact.</summary>
    public required IReadOnlyDictionary<string, ReadOnlyMemory<long>> Columns { get; init; }
}
