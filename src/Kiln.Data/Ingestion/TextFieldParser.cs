using System.Text;
using System.Text.RegularExpressions;
using System.Text.Unicode;

namespace Kiln.Data;

/// <summary>Valid UTF-8; an empty field is a missing value unless it is quoted. Order is ordinal.</summary>
sealed class TextFieldParser : FieldParser
{
    readonly Regex? _pattern;
    readonly HashSet<string>? _allowed;
    readonly List<string?> _values = [];
    string _value = "";
    string? _smallest;
    string? _largest;

    public TextFieldParser(ColumnRule rule)
        : base(rule)
    {
        _allowed = rule.Allowed.IsEmpty ? null : new(rule.Allowed, StringComparer.Ordinal);
        try
        {
            // Without backtracking, no text can make a match take long.
            if (rule.Pattern is { } pattern)
                _pattern = new($@"\A(?:{pattern})\z", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            throw new RuleException("pattern", e.Message);
        }
    }

    public override string Key => IsNull ? "" : "=" + _value;

    protected override (string Min, string Max)? Range => _smallest is null ? null : (_smallest, _largest!);

    public override Column ToColumn() => Column.Texts(Rule.Name, _values.ToArray());

    protected override string? CheckValue(ReadOnlySpan<byte> field)
    {
        if (!Utf8.IsValid(field)) return "not valid UTF-8";
        _value = Encoding.UTF8.GetString(field);
        if (Rule.Min is { } min && string.CompareOrdinal(_value, min) < 0) return $"less than {min}";
        if (Rule.Max is { } max && string.CompareOrdinal(_value, max) > 0) return $"more than {max}";
        if (_allowed is not null && !_allowed.Contains(_value)) return "not one of " + string.Join(", ", Rule.Allowed);
        return _pattern is null || _pattern.IsMatch(_value) ? null : $"does not match {Rule.Pattern}";
    }

    protected override void AcceptValue()
    {
        _values.Add(IsNull ? null : _value);
        if (IsNull) return;
        if (_smallest is null || string.CompareOrdinal(_value, _smallest) < 0) _smallest = _value;
        if (_largest is null || string.CompareOrdinal(_value, _largest) > 0) _largest = _value;
    }
}
