using System.Collections.Immutable;

namespace Kiln.Learning.Preparing;

/// <summary>Starts the declaration of how columns of one kind are prepared; each column is fitted on its own.</summary>
public static class Prepare
{
    /// <summary>Columns of numbers, or of truths as 0 and 1. Without a step they are features as they are, NaN where missing.</summary>
    public static NumberColumns Numbers(params ImmutableArray<string> columns) => new(columns);

    /// <summary>Columns of texts, truths or numbers whose values are categories.</summary>
    public static CategoryColumns Categories(params ImmutableArray<string> columns) => new(columns);

    /// <summary>Columns of dates or points in time, which are read as UTC.</summary>
    public static TimeColumns Times(params ImmutableArray<string> columns) => new(columns);

    /// <summary>A column with so many bytes in every row, such as an image's pixels. Without scaling a byte is a feature from 0 to 255.</summary>
    public static ByteColumns Bytes(string column, int bytes) => new([column], bytes);
}
