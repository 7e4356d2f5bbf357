namespace Kiln.Data;

/// <summary>Data could not be read, written, queried or computed with.</summary>
public class DataException(string what, IEnumerable<(string Label, string Value)> facts, string next, Exception? inner = null)
    : KilnException(what, facts, next, inner);

/// <summary>DuckDB refused a statement.</summary>
sealed class QueryException(string what, IEnumerable<(string Label, string Value)> facts, string next) : DataException(what, facts, next)
{
    /// <summary>What DuckDB said.</summary>
    public required string Reason { get; init; }
}
