namespace Kiln.Data.Features;

/// <summary>Times of events: microseconds since 1970, within the years 1 to 9999.</summary>
static class EventTime
{
    static readonly long Earliest = DateTime.MinValue.Subtract(DateTime.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;
    static readonly long Latest = DateTime.MaxValue.Subtract(DateTime.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;

    /// <summary>Keeps a window's start inside 64 bits.</summary>
    public static readonly TimeSpan LongestSpan = TimeSpan.FromDays(365_250);

    public static bool IsValid(long time) => time >= Earliest && time <= Latest;

    public static DateTime ToDateTime(long time) => DateTime.UnixEpoch.AddTicks(time * TimeSpan.TicksPerMicrosecond);

    /// <summary>The time as a person reads it, whatever it is.</summary>
    public static string Describe(long time) => IsValid(time) ? ToDateTime(time).ToString("yyyy-MM-dd HH:mm:ss.FFFFFF") : time + " µs";
}
