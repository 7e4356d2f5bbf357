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

    /// <summary>A rate with a sensible number of digits, such as 12,300 rows/s; slow work is told by what one unit takes.</summary>
    public static string Rate(double perSecond, string unit) => perSecond switch
    {
        <= 0 => $"0 {unit}/s",
        < 0.5 => Of(TimeSpan.FromSeconds(1 / perSecond)) + " each",
        < 100 => string.Create(CultureInfo.InvariantCulture, $"{perSecond:0.#} {unit}/s"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{perSecond:#,0} {unit}/s"),
    };
}
