using System.Globalization;
using System.Text;

namespace Kiln.Data;

/// <summary>Finite doubles.</summary>
sealed class DoubleFieldParser : NumberFieldParser<double>
{
    const NumberStyles Style = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;

    public DoubleFieldParser(ColumnRule rule)
        : base(rule, double.PositiveInfinity, double.NegativeInfinity) => Bound(Parsed);

    public override string Key => IsNull ? "" : (Value + 0.0).ToString("R");

    protected override (string Min, string Max)? Range => Smallest <= Largest ? (Smallest.ToString("R"), Largest.ToString("R")) : null;

    public override Column ToColumn() =>
        Column.Of<double>(Rule.Name, Values.ToArray(), Nulls);

    protected override string? CheckValue(ReadOnlySpan<byte> field)
    {
        if (!TryParse(field, out var value)) return "not a finite double";
        Value = value;
        return CheckBounds();
    }

    static bool TryParse(ReadOnlySpan<byte> text, out double value) =>
        double.TryParse(text, Style, CultureInfo.InvariantCulture, out value) && double.IsFinite(value);

    static double Parsed(string key, string text) => TryParse(Encoding.UTF8.GetBytes(text), out var value)
        ? value
        : throw new RuleException(key, $"{text} is not a finite double");
}
