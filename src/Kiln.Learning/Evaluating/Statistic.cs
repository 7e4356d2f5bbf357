namespace Kiln.Learning.Evaluating;

/// <summary>
/// A figure of rows that may count several times, or not at all. Called from several threads at once.
/// </summary>
/// <param name="weights">One weight a row, at least 0; whole numbers in a bootstrap, where 0 leaves the row out.</param>
/// <returns>The figure; not a number where it is undefined, as a ranking's is where one class is left.</returns>
public delegate double Statistic(ReadOnlySpan<double> weights);
