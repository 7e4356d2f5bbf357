using System.Globalization;

namespace Kiln.Learning.Evaluating;

/// <summary>The metrics there are, by name.</summary>
static class MetricNames
{
    static readonly Dictionary<string, Metric> Plain = new Metric[] { new AreaUnderRoc(), new AveragePrecision() }
        .ToDictionary(metric => metric.Name, StringComparer.OrdinalIgnoreCase);

    /// <summary>Names that end in a number, with one that may stand there.</summary>
    static readonly (string Start, string Example, Func<double, Metric?> Of)[] Numbered =
    [
        ("precision@", "100", k => WholeNumber(k) is { } rows ? new PrecisionAt(rows) : null),
    ];

    public static Metric Parse(string name)
    {
        if (Plain.TryGetValue(name, out var plain)) return plain;
        foreach (var (start, _, of) in Numbered)
        {
            if (name.StartsWith(start, StringComparison.OrdinalIgnoreCase)
                && double.TryParse(name.AsSpan(start.Length), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
                && of(number) is { } metric)
                return metric;
        }
        string[] known = [.. Plain.Keys, .. Numbered.Select(form => form.Start + form.Example)];
        throw EvaluatingErrors.NoSuchMetric(name, Nearest.Names(name, known, 3), known);
    }

    static int? WholeNumber(double number) => number >= 1 && number <= int.MaxValue && number == Math.Floor(number) ? (int)number : null;
}
