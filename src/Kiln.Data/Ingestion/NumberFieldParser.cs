using System.Numerics;

namespace Kiln.Data;

/// <summary>What columns of numbers share: bounds and allowed values, the accepted values, the smallest and the largest of them.</summary>
abstract class NumberFieldParser<T>(ColumnRule rule, T above, T below) : FieldParser(rule)
    where T : struct, INumber<T>
{
    readonly List<bool> _nulls = [];
    T? _min;
    T? _max;
    HashSet<T>? _allowed;

    /// <summary>The accepted values, 0 where there is none.</summary>
    protected List<T> Values { get; } = [];

    /// <summary>Which rows have no value; empty where every row has one.</summary>
    protected ReadOnlyMemory<bool> Nulls => NullCount == 0 ? default : new ReadOnlyMemory<bool>([.. _nulls]);

    /// <summary>The field checked last, where it has a value.</summary>
    protected T Value { get; set; }

    /// <summary>The smallest accepted value; <c>above</c> while there is none.</summary>
    protected T Smallest { get; private set; } = above;

    /// <summary>The largest accepted value; <c>below</c> while there is none.</summary>
    protected T Largest { get; private set; } = below;

    /// <summary>Reads the rule's bounds and allowed values.</summary>
    /// <param name="parsed">Parses the text that stands under a key of the rule, or throws.</param>
    protected void Bound(Func<string, string, T> parsed)
    {
        if (Rule.Pattern is not null) throw new RuleException("pattern", "only text has a pattern");
        _min = Rule.Min is { } min ? parsed("min", min) : null;
        _max = Rule.Max is { } max ? parsed("max", max) : null;
        _allowed = Rule.Allowed.IsEmpty ? null : [.. Rule.Allowed.Select(text => parsed("allowed", text))];
    }

    /// <summary>The bound or list that <see cref="Value"/> breaks, or null.</summary>
    protected string? CheckBounds()
    {
        if (_min is { } min && Value < min) return $"less than {Rule.Min}";
        if (_max is { } max && Value > max) return $"more than {Rule.Max}";
        return _allowed is null || _allowed.Contains(Value) ? null : "not one of " + string.Join(", ", Rule.Allowed);
    }

    protected override void AcceptValue()
    {
        _nulls.Add(IsNull);
        Values.Add(IsNull ? T.Zero : Value);
        if (IsNull) return;
        Smallest = T.Min(Smallest, Value);
        Largest = T.Max(Largest, Value);
    }
}
