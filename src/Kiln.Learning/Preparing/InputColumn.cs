using System.Collections.Immutable;

namespace Kiln.Learning.Preparing;

/// <summary>What an input column holds; how wide a number is stored does not matter.</summary>
public enum InputKind
{
    /// <summary>Integers, decimals, floating-point numbers.</summary>
    Number,

    /// <summary>Truths.</summary>
    Boolean,

    /// <summary>Texts.</summary>
    Text,

    /// <summary>Dates or points in time.</summary>
    Time,

    /// <summary>As many bytes in every row, such as an image.</summary>
    Bytes,
}

/// <summary>A column that a model reads: its name, what it holds, and what was seen in it.</summary>
public sealed record InputColumn
{
    /// <summary>The column's name.</summary>
    public required string Name { get; init; }

    /// <summary>What it holds.</summary>
    public required InputKind Kind { get; init; }

    /// <summary>Whether a row may have no value.</summary>
    public bool IsOptional { get; init; }

    /// <summary>The values that training rows had, in order, where they are categories; others are taken as unseen.</summary>
    public ImmutableArray<string> KnownValues { get; init; } = [];

    /// <summary>Bytes in every row; 0 for other kinds.</summary>
    public int Bytes { get; init; }
}
