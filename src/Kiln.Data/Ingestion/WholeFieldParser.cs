using System.Text;

namespace Kiln.Data;

/// <summary>Types whose values are whole numbers in memory: integers, decimals, dates, timestamps and booleans.</summary>
sealed class WholeFieldParser : FieldParser
{
    readonly long? _min;
    readonly long? _max;
    readonly HashSet<long>? _allowed;
    readonly List<long> _values = [];
    readonly List<bool> _nulls = [];
    long _value;
    long _smallest = long.MaxValue;
    long _largest = long.MinValue;

    public WholeFieldParser(ColumnRule rule)
        : base(rule)
    {
        if (rule.Round && rule.Type.Kind != ColumnKind.Decimal) throw new RuleException("round", "only a decimal is rounded");
        if (rule.Pattern is not null) throw new RuleException("pattern", "only text has a pattern");
        _min = rule.Min is { } min ? Parsed("min", min) : null;
        _max = rule.Max is { } max ? Parsed("max", max) : null;
        _allowed = rule.Allowed.IsEmpty ? null : [.. rule.Allowed.Select(text => Parsed("allowed", text))];
    }

    public override string Key => IsNull ? "" : _value.ToString();

    protected override (string Min, string Max)? Range =>
        _smallest <= _largest ? (WholeValue.Describe(Rule.Type, _smallest), WholeValue.Describe(Rule.Type, _largest)) : null;

    public override Column ToColumn()
    {
        var nulls = NullCount == 0 ? default : new ReadOnlyMemory<bool>([.. _nulls]);
        return Rule.Type.Storage switch
        {
            var t when t == typeof(bool) => new Column<bool>(Rule.Name, Rule.Type, Converted(value => value != 0), nulls),
            var t when t == typeof(short) => new Column<short>(Rule.Name, Rule.Type, Converted(value => (short)value), nulls),
            var t when t == typeof(int) => new Column<int>(Rule.Name, Rule.Type, Converted(value => (int)value), nulls),
            _ => new Column<long>(Rule.Name, Rule.Type, _values.ToArray(), nulls),
        };
    }

    protected override string? CheckValue(ReadOnlySpan<byte> field)
    {
        if (!WholeValue.TryParse(Rule.Type, field, Rule.Round, out _value)) return NotOfType;
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

    long Parsed(string key, string text) => WholeValue.TryParse(Rule.Type, Encoding.UTF8.GetBytes(text), false, out var value)
        ? value
        : throw new RuleException(key, $"{text} is {NotOfType}");

    T[] Converted<T>(Func<long, T> convert)
    {
        var converted = new T[_values.Count];
        for (var i = 0; i < converted.Length; i++) converted[i] = convert(_values[i]);
        return converted;
    }
}
