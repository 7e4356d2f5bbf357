using System.Collections.Immutable;
using System.Globalization;
using Kiln.Data;

namespace Kiln.Learning.Preparing;

/// <summary>
/// One row that is to be prepared on its own: a value for each of <see cref="FittedPreparation.Inputs"/>, missing until it is set. It may be
/// used again for the next row; one thread at a time.
/// </summary>
public sealed class InputRow
{
    readonly InputValue[] _values;

    internal InputRow(ImmutableArray<InputColumn> inputs) => (Inputs, _values) = (inputs, new InputValue[inputs.Length]);

    /// <summary>The columns, whose places are the inputs' numbers.</summary>
    public ImmutableArray<InputColumn> Inputs { get; }

    internal ref readonly InputValue this[int input] => ref _values[input];

    /// <summary>The place of a column among the inputs.</summary>
    /// <exception cref="KilnException">There is no such column.</exception>
    public int PlaceOf(string column)
    {
        for (var i = 0; i < Inputs.Length; i++)
            if (Inputs[i].Name == column) return i;
        throw PreparingErrors.NoSuchColumn(column, Inputs.Select(input => input.Name));
    }

    /// <summary>Sets a number.</summary>
    /// <exception cref="KilnException">There is no such input, or it is of another kind.</exception>
    public void Set(int input, double number) => Put(input, InputKind.Number, new() { HasValue = !double.IsNaN(number), Number = number });

    /// <summary>Sets a whole number.</summary>
    /// <exception cref="KilnException">There is no such input, or it is of another kind.</exception>
    public void Set(int input, long number) => Put(input, InputKind.Number, new() { HasValue = true, Number = number, Whole = number, IsWhole = true });

    /// <summary>Sets a truth.</summary>
    /// <exception cref="KilnException">There is no such input, or it is of another kind.</exception>
    public void Set(int input, bool truth) => Put(input, InputKind.Boolean, new() { HasValue = true, Number = truth ? 1 : 0, Text = truth ? "true" : "false" });

    /// <summary>Sets a text; null is missing.</summary>
    /// <exception cref="KilnException">There is no such input, or it is of another kind.</exception>
    public void Set(int input, string? text) => Put(input, InputKind.Text, new() { HasValue = text is not null, Text = text });

    /// <summary>Sets a point in time; a date is its midnight in UTC.</summary>
    /// <exception cref="KilnException">There is no such input, or it is of another kind.</exception>
    public void Set(int input, DateTimeOffset time) =>
        Put(input, InputKind.Time, new() { HasValue = true, Whole = (time.UtcTicks - DateTimeOffset.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond });

    /// <summary>Sets bytes, which must stay as they are until the row was prepared.</summary>
    /// <exception cref="KilnException">There is no such input, or it is of another kind.</exception>
    public void Set(int input, ReadOnlyMemory<byte> bytes) => Put(input, InputKind.Bytes, new() { HasValue = true, Bytes = bytes });

    /// <summary>Sets what a column holds in a row.</summary>
    /// <exception cref="KilnException">The column is of another kind.</exception>
    internal void Set(int input, Column column, int row)
    {
        InputKinds.Check(column, InputKinds.Describe(Inputs[input].Kind), Inputs[input].Kind);
        if (column.IsNull(row))
        {
            SetMissing(input);
            return;
        }
        switch (column)
        {
            case TextColumn texts: Set(input, texts.Values.Span[row]); break;
            case BytesColumn bytes: Set(input, bytes.Values.Span[row]); break;
            case Column<bool> truths: Set(input, truths.Values.Span[row]); break;
            case Column<long> { Schema.Type.Kind: ColumnKind.Timestamp } times: Set(input, DateTimeOffset.UnixEpoch.AddMicroseconds(times.Values.Span[row])); break;
            case Column<int> { Schema.Type.Kind: ColumnKind.Date } dates: Set(input, DateTimeOffset.UnixEpoch.AddDays(dates.Values.Span[row])); break;
            case Column<long> { Schema.Type.Kind: ColumnKind.BigInt } whole: Set(input, whole.Values.Span[row]); break;
            default: Set(input, column.Take([row]).ToDoubles()[0]); break;
        }
    }

    /// <summary>Makes a value missing.</summary>
    /// <exception cref="KilnException">There is no such input.</exception>
    public void SetMissing(int input)
    {
        CheckPlace(input);
        _values[input] = default;
    }

    /// <summary>Makes all values missing.</summary>
    public void Clear() => Array.Clear(_values);

    void Put(int input, InputKind kind, InputValue value)
    {
        CheckPlace(input);
        if (Inputs[input].Kind != kind) throw PreparingErrors.WrongKind(Inputs[input].Name, InputKinds.Describe(Inputs[input].Kind), InputKinds.Describe(kind));
        _values[input] = value;
    }

    void CheckPlace(int input)
    {
        if ((uint)input >= (uint)_values.Length) throw PreparingErrors.NoSuchInput(input, Inputs);
    }
}

/// <summary>A value of one of the kinds; which fields count, the input's kind tells.</summary>
readonly record struct InputValue
{
    public bool HasValue { get; init; }
    public bool IsMissing => !HasValue;
    public double Number { get; init; }
    public long Whole { get; init; }
    public bool IsWhole { get; init; }
    public string? Text { get; init; }
    public ReadOnlyMemory<byte> Bytes { get; init; }

    /// <summary>The value as a category is written; into the room where it is a number.</summary>
    public ReadOnlySpan<char> AsText(Span<char> room)
    {
        if (Text is not null) return Text;
        var written = 0;
        _ = IsWhole ? Whole.TryFormat(room, out written, default, CultureInfo.InvariantCulture) : Number.TryFormat(room, out written, default, CultureInfo.InvariantCulture);
        return room[..written];
    }
}
