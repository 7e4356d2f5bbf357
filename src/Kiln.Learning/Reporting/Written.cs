using System.Globalization;

namespace Kiln.Learning.Reporting;

/// <summary>Values as pages write them, in a table and in a template.</summary>
static class Written
{
    const int SignificantDigits = 6;

    public static string As(object? value, ColumnFormat format) => (value, format) switch
    {
        (null or double.NaN or float.NaN, _) => "–",
        (_, ColumnFormat.Text or ColumnFormat.Code) => $"{value}",
        (_, ColumnFormat.Count) => $"{value:N0}",
        (_, ColumnFormat.Score) => $"{value:0.######}",
        (_, ColumnFormat.Percent) => $"{value:0.00 %}",
        (_, ColumnFormat.Seconds) => $"{value:0.00} s",
        (_, ColumnFormat.Number) => Number(Double(value)),
        _ => Measure(Double(value)),
    };

    /// <summary>Four digits behind the point; from 10 on two, from 1,000 on none.</summary>
    public static string Measure(double value) => value.ToString(Math.Abs(value) switch { < 10 => "0.0000", < 1000 => "0.00", _ => "#,0" }, CultureInfo.InvariantCulture);

    /// <summary>Six significant digits at most, without an exponent where that is short.</summary>
    public static string Number(double value)
    {
        if (value == 0 || !double.IsFinite(value)) return value.ToString(CultureInfo.InvariantCulture);
        var magnitude = (int)Math.Floor(Math.Log10(Math.Abs(value)));
        if (magnitude is < -SignificantDigits or > 15) return value.ToString("0.#####E0", CultureInfo.InvariantCulture);
        var behind = Math.Clamp(SignificantDigits - 1 - magnitude, 0, 12);
        return value.ToString("#,0." + new string('#', behind), CultureInfo.InvariantCulture);
    }

    static double Double(object? value) => Convert.ToDouble(value, CultureInfo.InvariantCulture);
}
