using System.Globalization;

namespace Kiln.Reporting;

/// <summary>Times and amounts as people read them.</summary>
static class Durations
{
    public static string Of(TimeSpan time) => time.TotalSeconds switch
    {
        < 0.0005 => "",
        < 0.9995 => string.Create(CultureInfo.InvariantCulture, $"{time.TotalMilliseconds:0} ms"),
        < 99.95 => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.0} s"),
        < 3600 => $"{(int)time.TotalMinutes} min {time.Seconds:00} s",
        _ => $"{(int)time.TotalHours} h {time.Minutes:00} min",
    };

    /// <summary>A rate with a sensible number of digits, such as 12,300 rows/s.</summary>
    public static string Rate(double perSecond, string unit) =>
        string.Create(CultureInfo.InvariantCulture, $"{(perSecond >= 100 ? Math.Round(perSecond) : Math.Round(perSecond, 1)):#,0.#} {unit}/s");
}
