using System.Collections.Immutable;

namespace Kiln.Data;

/// <summary>What a source promises: its columns, keys and size. Read from YAML by <see cref="FromYaml"/>.</summary>
public sealed record DataContract
{
    /// <summary>The columns, in the order in which the table gets them. A file must have these and no others, in any order.</summary>
    public required ImmutableArray<ColumnRule> Columns { get; init; }

    /// <summary>Columns that together are different in every row. Empty: nothing is promised.</summary>
    public ImmutableArray<string> UniqueKey { get; init; } = [];

    /// <summary>The columns that rows are sorted by. Empty: the file's order.</summary>
    public ImmutableArray<string> Order { get; init; } = [];

    /// <summary>Fewest rows a file may have.</summary>
    public long MinRows { get; init; }

    /// <summary>Most rows a file may have.</summary>
    public long MaxRows { get; init; } = long.MaxValue;

    /// <summary>What becomes of rows that break the contract.</summary>
    public RejectPolicy OnReject { get; init; }

    /// <summary>The largest share of rows, 0 to 1, that may be rejected and kept aside before the whole file is refused.</summary>
    public double MaxRejectedShare { get; init; } = 1;

    /// <summary>Reads a contract from a YAML file.</summary>
    /// <exception cref="ContractFileException">The file is not there or wrong; the message names the line.</exception>
    public static DataContract FromYaml(string path) => ContractFile.Read(path);
}

/// <summary>What one column promises.</summary>
public sealed record ColumnRule
{
    /// <summary>The column's name in the header.</summary>
    public required string Name { get; init; }

    /// <summary>INTEGER, BIGINT, DOUBLE, a DECIMAL of at most 18 digits, text, DATE, TIMESTAMP or BOOLEAN.</summary>
    public required ColumnType Type { get; init; }

    /// <summary>Whether digits of a decimal beyond its scale, such as those of 85.64999999999999, are rounded instead of refused.</summary>
    public bool Round { get; init; }

    /// <summary>Whether a value may be missing.</summary>
    public bool Nullable { get; init; }

    /// <summary>The smallest value allowed, written as in the file.</summary>
    public string? Min { get; init; }

    /// <summary>The largest value allowed, written as in the file.</summary>
    public string? Max { get; init; }

    /// <summary>The only values allowed, written as in the file. Empty: all.</summary>
    public ImmutableArray<string> Allowed { get; init; } = [];

    /// <summary>A regular expression that the whole text must match.</summary>
    public string? Pattern { get; init; }
}

/// <summary>What becomes of rows that break their contract.</summary>
public enum RejectPolicy
{
    /// <summary>One of them refuses the file.</summary>
    Fail,

    /// <summary>They are written aside with line, column and reason, and counted.</summary>
    Keep,
}
