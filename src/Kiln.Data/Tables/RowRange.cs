namespace Kiln.Data;

/// <summary>Neighbouring rows of one file: a row group of Parquet, or a part of a large one.</summary>
/// <param name="File">The file.</param>
/// <param name="Start">The first row's place in the file, from 0.</param>
/// <param name="Count">How many rows.</param>
public readonly record struct RowRange(string File, long Start, int Count);
