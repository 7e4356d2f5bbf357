using System.Collections.Immutable;

namespace Kiln.Data;

/// <summary>A SELECT whose answer becomes a table.</summary>
public sealed record TableQuery
{
    /// <summary>One SELECT; <c>$1</c>, <c>$2</c> … stand for the parameters.</summary>
    public required string Sql { get; init; }

    /// <summary>The tables by the names that the statement uses.</summary>
    public required IReadOnlyDictionary<string, Table> Tables { get; init; }

    /// <summary>Columns of the answer that together are unique: they decide the order of rows, and so the bytes.</summary>
    public required ImmutableArray<string> OrderBy { get; init; }

    /// <summary>null, bool, int, long, double, string, DateOnly or DateTime.</summary>
    public ImmutableArray<object?> Parameters { get; init; } = [];
}
