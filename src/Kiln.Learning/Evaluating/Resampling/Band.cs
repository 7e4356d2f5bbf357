namespace Kiln.Learning.Evaluating.Resampling;

/// <summary>Several figures of rows that were prepared once, with whatever weights: NaN where one is not defined. Several threads may ask at once.</summary>
/// <param name="weights">How much each row counts, from 0.</param>
/// <param name="values">Takes the figures.</param>
public delegate void Figures(ReadOnlySpan<double> weights, Span<double> values);

/// <summary>A figure, and the percentiles of it over resamples.</summary>
/// <param name="Estimate">The figure of the rows as they are; NaN where it is not defined.</param>
/// <param name="Lower">The lower end of the band; null where too many resamples leave it undefined, or there is one unit only.</param>
/// <param name="Upper">The upper end.</param>
public readonly record struct Band(double Estimate, double? Lower, double? Upper);
