using System.Text;

namespace Kiln.Data;

/// <summary>Types whose values are whole numbers in memory: integers, decimals, dates, timestamps and booleans.</summary>
sealed class WholeFieldParser : NumberFieldParser<long>
{
    public WholeFieldParser(ColumnRule rule)
        : base(rule, long.MaxValue, long.MinValue)
    {
        if (rule.Round && rule.Type.Kind != ColumnKind.Decimal) throw new RuleException("round", "only a decimal is rounded");
        Bound(Parsed);
    }

    public override string Key => IsNull ? "" : Value.ToString();

    protected override (string Min, string Max)? Range =>
        Smallest <= Largest ? (WholeValue.Describe(Rule.Type, Smallest), WholeValue.Describe(Rule.Type, Largest)) : null;

    public override Column ToColumn()
    {
        var nulls = Nulls;
        return Rule.Type.Storage switch
        {
            var t when t == typeof(bool) => new Column<bool>(Rule.Name, Rule.Type, Converted(value => value != 0), nulls),
            var t when t == typeof(short) => new Column<short>(Rule.Name, Rule.Type, Converted(value => (short)value), nulls),
            var t when t == typeof(int) => new Column<int>(Rule.Name, Rule.Type, Converted(value => (int)value), nulls),
            _ => new Column<long>(Rule.Name, Rule.Type, Values.ToArray(), nulls),
        };
    }

    protected override string? CheckValue(ReadOnlySpan<byte> field)
    {
        if (!WholeValue.TryParse(Rule.Type, field, Rule.Round, out var value)) return NotOfType;
        Value = value;
        return CheckBounds();
    }

    long Parsed(string key, string text) => WholeValue.TryParse(Rule.Type, Encoding.UTF8.GetBytes(text), false, out var value)
        ? value
        : throw new RuleException(key, $"{text} is {NotOfType}");

    T[] Converted<T>(Func<long, T> convert)
    {
        var converted = new T[Values.Count];
        for (var i = 0; i < converted.Length; i++) converted[i] = convert(Values[i]);
        return converted;
    }
}
