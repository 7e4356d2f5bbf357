namespace Kiln.Data;

/// <summary>Data could not be read, written, queried or computed with.</summary>
public class DataException(string what, IEnumerable<(string Label, string Value)> facts, string next, Exception? inner = null)
    : KilnException(what, facts, next, inner);
