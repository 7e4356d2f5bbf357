namespace Kiln.Learning.Gates;

/// <summary>How many rows stand behind a figure.</summary>
/// <param name="Rows">All of them.</param>
/// <param name="Positives">Those of the class that is looked for; null where there are no classes.</param>
public readonly record struct SampleSize(int Rows, int? Positives = null);
