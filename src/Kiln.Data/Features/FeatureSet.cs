using System.Collections.Immutable;

namespace Kiln.Data.Features;

/// <summary>
/// The one definition of a model's features. <see cref="Compute"/> evaluates it over past events, <see cref="FeatureState"/> one event
/// at a time; both give the same bits.
/// </summary>
public sealed class FeatureSet
{
    /// <exception cref="DataException">Two features of one name, a window without a positive length, or a mean without a value.</exception>
    public FeatureSet(params ReadOnlySpan<Feature> features)
    {
        Features = [.. features];
        Check(Features);
        Names = [.. Features.Select(feature => feature.Name)];
        Values = [.. Features.Select(ValueOf).OfType<string>().Distinct()];
        Plans = EntityPlan.For(Features, Values);
        Keys = [.. Plans.Select(plan => plan.Key)];
    }

    /// <summary>The features, in column order.</summary>
    public ImmutableArray<Feature> Features { get; }

    /// <summary>The features' names, in column order.</summary>
    public ImmutableArray<string> Names { get; }

    /// <summary>The key columns that the windows follow, in order of first use.</summary>
    public ImmutableArray<string> Keys { get; }

    /// <summary>The value columns that the features read, in order of first use.</summary>
    public ImmutableArray<string> Values { get; }

    internal ImmutableArray<EntityPlan> Plans { get; }

    /// <summary>Computes every feature of every event, in time proportional to their number.</summary>
    /// <param name="events">The events, ordered by (time, id), with all columns of <see cref="Keys"/> and <see cref="Values"/>.</param>
    /// <param name="threads">How many threads may work; the result does not depend on it. None: one a processor.</param>
    /// <exception cref="DataException">A column is missing or of another length, or the events are out of order.</exception>
    /// <exception cref="OverflowException">A window's sum leaves 64 bits.</exception>
    public FeatureColumns Compute(EventColumns events, int? threads = null)
    {
        var columns = new float[Features.Length][];
        for (var i = 0; i < columns.Length; i++) columns[i] = new float[events.Ids.Length];
        new BatchComputation(this, events, columns, threads ?? Environment.ProcessorCount).Run();
        return new(Names, columns);
    }

    internal static string? ValueOf(Feature feature) => feature switch
    {
        RowFeature row => row.Value,
        WindowFeature { Measure: not WindowMeasure.Count } window => window.Value,
        _ => null,
    };

    static void Check(ImmutableArray<Feature> features)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var feature in features)
        {
            if (!seen.Add(feature.Name)) throw Errors.WrongFeature(feature.Name, "another feature has this name");
            if (feature is not WindowFeature window) continue;
            if (window.Window < TimeSpan.FromMicroseconds(1)) throw Errors.WrongFeature(feature.Name, "its window is not positive");
            if (window.Delay < TimeSpan.Zero) throw Errors.WrongFeature(feature.Name, "its delay is negative");
            if (window.Window > EventTime.LongestSpan || window.Delay > EventTime.LongestSpan)
                throw Errors.WrongFeature(feature.Name, "its window or delay is longer than 1,000 years");
            if (window.Scale <= 0) throw Errors.WrongFeature(feature.Name, "its scale is not positive");
            if (window.Measure == WindowMeasure.Mean && window.Value is null)
                throw Errors.WrongFeature(feature.Name, "a mean needs the value column that it averages");
        }
    }
}
