namespace Kiln.Data;

/// <summary>A rule's own value is wrong: which of its keys, and why.</summary>
sealed class RuleException(string key, string why) : Exception(why)
{
    public string Key => key;
}

/// <summary>
/// Parses and checks one column's fields strictly (nothing is rounded, trimmed or guessed), and collects those of accepted rows:
/// <see cref="Check"/> each field of a row, then <see cref="Accept"/> all of them or none.
/// </summary>
abstract class FieldParser(ColumnRule rule)
{
    public ColumnRule Rule => rule;

    public long NullCount { get; private set; }

    /// <summary>Whether the field checked last has no value.</summary>
    protected bool IsNull { get; private set; }

    /// <summary>The field checked last, in a form that is equal for equal values.</summary>
    public abstract string Key { get; }

    public static FieldParser For(ColumnRule rule) => rule.Type.Kind switch
    {
        ColumnKind.Text => new TextFieldParser(rule),
        ColumnKind.Double => new DoubleFieldParser(rule),
        _ => new WholeFieldParser(rule),
    };

    /// <summary>The rule that a field breaks, or null when it breaks none.</summary>
    public string? Check(ReadOnlySpan<byte> field, bool quoted)
    {
        IsNull = field.IsEmpty && !(quoted && rule.Type.Kind == ColumnKind.Text);
        if (IsNull) return rule.Nullable ? null : "a value is missing";
        return CheckValue(field);
    }

    public void Accept()
    {
        if (IsNull) NullCount++;
        AcceptValue();
    }

    public abstract Column ToColumn();

    public ColumnSummary Summary => new(rule.Name, NullCount, Range?.Min, Range?.Max);

    /// <summary>The smallest and the largest accepted value, or null where there is none.</summary>
    protected abstract (string Min, string Max)? Range { get; }

    protected abstract string? CheckValue(ReadOnlySpan<byte> field);

    protected abstract void AcceptValue();

    protected string NotOfType => (rule.Type.Kind == ColumnKind.Integer ? "not an " : "not a ") + rule.Type.ToString().ToLowerInvariant();
}
