using System.Globalization;
using System.Text;

namespace Kiln.Data;

/// <summary>Finite doubles.</summary>
sealed class DoubleFieldParser : FieldParser
{
    const NumberStyles Style = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;

    readonly double? _min;
    readonly double? _max;
    readonly HashSet<double>? _allowed;
    readonly List<double> _values = [];
    readonly List<bool> _nulls = [];
    double _value;
    double _smallest = double.PositiveInfinity;
    double _largest = double.NegativeInfinity;

    public DoubleFieldParser(ColumnRule rule)
        : base(rule)
    {
        if (rule.Pattern is not null) throw new RuleException("pattern", "only text has a pattern");
        _min = rule.Min is { } min ? Parsed("min", min) : null;
        _max = rule.Max is { } max ? Parsed("max", max) : null;
        _allowed = rule.Allowed.IsEmpty ? null : [.. rule.Allowed.Select(text => Parsed("allowed", text))];
    }

    public override string Key => IsNull ? "" : (_value + 0.0).ToString("R");

    protected override (string Min, string Max)? Range => _smallest <= _largest ? (_smallest.ToString("R"), _largest.ToString("R")) : null;

    public override Column ToColumn() =>
        Column.Of<double>(Rule.Name, _values.ToArray(), NullCount == 0 ? default : new ReadOnlyMemory<bool>([.. _nulls]));

    protected override string? CheckValue(ReadOnlySpan<byte> field)
    {
        if (!TryParse(field, out _value)) return "not a finite double";
        if (_value < _min) return $"less than {Rule.Min}";
        if (_value > _max) return $"more than {Rule.Max}";
        return _allowed is null || _allowed.Contains(_value) ? null : "not one of " + string.Join(", ", Rule.Allowed);
    }

    protected override void AcceptValue()
    {
        _nulls.Add(IsNull);
        _values.Add(IsNull ? 0 : _value);
        if (IsNull) return;
        _smallest = Math.Min(_smallest, _value);
        _largest = Math.Max(_largest, _value);
    }

    static bool TryParse(ReadOnlySpan<byte> text, out double value) =>
        double.TryParse(text, Style, CultureInfo.InvariantCulture, out value) && double.IsFinite(value);

    static double Parsed(string key, string text) => TryParse(Encoding.UTF8.GetBytes(text), out var value)
        ? value
        : throw new RuleException(key, $"{text} is not a finite double");
}
