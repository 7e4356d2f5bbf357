using System.Globalization;

namespace Kiln.XGBoost;

/// <summary>
/// Reads what the library prints of a round: <c>[3] tab train-auc:0.5 tab train-logloss:0.25 …</c>. It prints 17 digits, so a double comes
/// back to the bit.
/// </summary>
static class MetricText
{
    public static IEnumerable<MetricValue> Parse(string text, IReadOnlyList<string> names)
    {
        var parts = text.Split('\t')[1..];
        // The library goes through the matrices in order, each time with the same metrics: names may hold any sign.
        if (parts.Length % names.Count != 0) throw Errors.Refused($"its metrics cannot be read: {text}");
        var each = parts.Length / names.Count;
        for (var i = 0; i < parts.Length; i++)
        {
            var (name, colon) = (names[i / each], parts[i].LastIndexOf(':'));
            if (colon <= name.Length || !parts[i].StartsWith(name + "-", StringComparison.Ordinal)) throw Errors.Refused($"its metrics cannot be read: {text}");
            yield return new(name, parts[i][(name.Length + 1)..colon], Number(parts[i][(colon + 1)..]));
        }
    }

    static double Number(string text) => text.Trim().TrimStart('-') switch
    {
        "nan" => double.NaN,
        "inf" => text.Contains('-', StringComparison.Ordinal) ? double.NegativeInfinity : double.PositiveInfinity,
        _ => double.Parse(text, CultureInfo.InvariantCulture),
    };
}
