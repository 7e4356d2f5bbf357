using System.Collections.Immutable;

namespace Kiln.Data.Features;

/// <summary>A feature's place in the set, the window it reads, and what it takes from it.</summary>
readonly record struct WindowReading(int Feature, int Window, WindowMeasure Measure, long Scale)
{
    public float From(in RollingWindow window) => Measure switch
    {
        WindowMeasure.Count => window.Count,
        _ => window.Count == 0 ? 0 : (float)((double)window.Sum / window.Count / Scale),
    };
}

/// <summary>The windows that one key column's features need, each kept once, and who reads them.</summary>
sealed record EntityPlan(string Key, ImmutableArray<WindowSpan> Windows, ImmutableArray<WindowReading> Readings)
{
    public static ImmutableArray<EntityPlan> For(ImmutableArray<Feature> features, ImmutableArray<string> values) =>
    [
        .. features.OfType<WindowFeature>().Select(feature => feature.Key).Distinct()
            .Select(key => For(key, features, values)),
    ];

    static EntityPlan For(string key, ImmutableArray<Feature> features, ImmutableArray<string> values)
    {
        var windows = new List<WindowSpan>();
        var readings = new List<WindowReading>();
        // Means first: a count of the same window then reads the mean's and needs none of its own.
        var own = features.Select((feature, place) => (Feature: feature as WindowFeature, Place: place))
            .Where(item => item.Feature?.Key == key)
            .OrderBy(item => item.Feature!.Measure == WindowMeasure.Count);
        foreach (var (feature, place) in own)
        {
            var value = feature!.Measure == WindowMeasure.Count ? -1 : values.IndexOf(feature.Value!);
            var span = new WindowSpan(Micros(feature.Delay), Micros(feature.Window), value);
            var window = windows.FindIndex(other => other == span || (value < 0 && other with { Value = -1 } == span));
            if (window < 0)
            {
                window = windows.Count;
                windows.Add(span);
            }
            readings.Add(new(place, window, feature.Measure, feature.Scale));
        }
        return new(key, [.. windows], [.. readings]);
    }

    static long Micros(TimeSpan span) => span.Ticks / TimeSpan.TicksPerMicrosecond;
}
