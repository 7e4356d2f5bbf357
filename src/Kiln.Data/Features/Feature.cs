namespace Kiln.Data.Features;

/// <summary>One column of a feature set: its name, and how it comes from the events.</summary>
public abstract record Feature
{
    /// <summary>The column's name; unique in its set.</summary>
    public required string Name { get; init; }
}

/// <summary>A feature of the event alone, such as its amount or whether it fell on a weekend.</summary>
public sealed record RowFeature : Feature
{
    /// <summary>The feature from the event's time (UTC) and the value of <see cref="Value"/> (0 where none is named).</summary>
    public required Func<DateTime, long, double> Of { get; init; }

    /// <summary>The integer column that <see cref="Of"/> is given, if any.</summary>
    public string? Value { get; init; }
}

/// <summary>
/// A feature of what one entity (a customer, a terminal) did in the window (t − delay − window, t − delay],
/// where t is the event's time. With no delay the event itself is inside, and events after it in (time, id) order are not,
/// even when they carry the same time.
/// </summary>
public sealed record WindowFeature : Feature
{
    /// <summary>The integer column that says whose history the window looks at.</summary>
    public required string Key { get; init; }

    /// <summary>The window's length; positive.</summary>
    public required TimeSpan Window { get; init; }

    /// <summary>How long it takes until an event's value is known, for example a label; zero or more.</summary>
    public TimeSpan Delay { get; init; }

    /// <summary>What is measured.</summary>
    public required WindowMeasure Measure { get; init; }

    /// <summary>The integer column that <see cref="WindowMeasure.Mean"/> averages: minor units of money, or labels as 0 and 1.</summary>
    public string? Value { get; init; }

    /// <summary>Units of <see cref="Value"/> in one unit of the feature: 100 turns cents into euros.</summary>
    public long Scale { get; init; } = 1;
}

/// <summary>What a window measures.</summary>
public enum WindowMeasure
{
    /// <summary>The number of events.</summary>
    Count,

    /// <summary>The sum of the value over the number of events; 0 where there are none. Of labels of 0 and 1 it is the share.</summary>
    Mean,
}
