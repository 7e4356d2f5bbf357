using System.Buffers.Text;

namespace Kiln.Data;

/// <summary>
/// The text forms of values that are whole numbers in memory. Dates are yyyy-MM-dd; timestamps add a blank or T, HH:mm:ss, up to six
/// digits of a second, and perhaps Z; a decimal may have more digits than its scale only if they are zeros or are to be rounded away.
/// </summary>
static class WholeValue
{
    const long MicrosPerDay = 86_400_000_000;
    static readonly long[] PowersOfTen = [.. Enumerable.Range(0, 19).Select(exponent => (long)Math.Pow(10, exponent))];
    static readonly int EpochDay = DateOnly.FromDateTime(DateTime.UnixEpoch).DayNumber;

    /// <param name="round">Digits of a decimal beyond its scale are rounded, halves away from zero, instead of refused.</param>
    public static bool TryParse(ColumnType type, ReadOnlySpan<byte> text, bool round, out long value) => type.Kind switch
    {
        ColumnKind.BigInt => TryWhole(text, out value),
        ColumnKind.Integer => TryWhole(text, out value) && value is >= int.MinValue and <= int.MaxValue,
        ColumnKind.Decimal => TryDecimal(type, text, round, out value),
        ColumnKind.Date => TryDate(text, out value),
        ColumnKind.Timestamp => TryTimestamp(text, out value),
        _ => TryBoolean(text, out value),
    };

    public static string Describe(ColumnType type, long value) => type.Kind switch
    {
        ColumnKind.Boolean => value == 0 ? "false" : "true",
        ColumnKind.Date => DateOnly.FromDayNumber((int)value + EpochDay).ToString("yyyy-MM-dd"),
        ColumnKind.Timestamp => Features.EventTime.Describe(value),
        ColumnKind.Decimal => new decimal((int)Math.Abs(value), (int)(Math.Abs(value) >> 32), 0, value < 0, (byte)type.Scale).ToString(),
        _ => value.ToString(),
    };

    static bool TryWhole(ReadOnlySpan<byte> text, out long value) =>
        Utf8Parser.TryParse(text, out value, out var used) && used == text.Length;

    static bool TryDecimal(ColumnType type, ReadOnlySpan<byte> text, bool round, out long value)
    {
        value = 0;
        var negative = !text.IsEmpty && text[0] == '-';
        if (!text.IsEmpty && text[0] is (byte)'-' or (byte)'+') text = text[1..];
        var point = text.IndexOf((byte)'.');
        var whole = point < 0 ? text : text[..point];
        var behind = point < 0 ? [] : text[(point + 1)..];
        if (whole.IsEmpty && behind.IsEmpty) return false;
        foreach (var digit in whole)
            if (!Append(ref value, digit, type.Precision - type.Scale)) return false;
        for (var i = 0; i < behind.Length; i++)
        {
            if (i < type.Scale && !Append(ref value, behind[i], type.Precision)) return false;
            if (i >= type.Scale && !(behind[i] == '0' || (round && char.IsAsciiDigit((char)behind[i])))) return false;
        }
        for (var i = behind.Length; i < type.Scale; i++) value *= 10;
        if (behind.Length > type.Scale && behind[type.Scale] >= '5' && ++value >= PowersOfTen[type.Precision]) return false;
        if (negative) value = -value;
        return true;
    }

    static bool Append(ref long value, byte digit, int mostDigits)
    {
        // One digit too many is refused before it is taken in: ten times the largest decimal does not fit.
        if (!char.IsAsciiDigit((char)digit) || (mostDigits > 0 && value >= PowersOfTen[mostDigits - 1])) return false;
        value = value * 10 + (digit - '0');
        return value < PowersOfTen[mostDigits];
    }

    static bool TryDate(ReadOnlySpan<byte> text, out long days)
    {
        days = 0;
        if (text.Length != 10 || text[4] != '-' || text[7] != '-') return false;
        if (!TryDigits(text[..4], out var year) || !TryDigits(text[5..7], out var month)) return false;
        if (!TryDigits(text[8..], out var day)) return false;
        if (year < 1 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month)) return false;
        days = new DateOnly(year, month, day).DayNumber - EpochDay;
        return true;
    }

    static bool TryTimestamp(ReadOnlySpan<byte> text, out long micros)
    {
        micros = 0;
        if (text.EndsWith("Z"u8)) text = text[..^1];
        if (text.Length < 19 || text[10] is not ((byte)' ' or (byte)'T') || text[13] != ':' || text[16] != ':') return false;
        if (!TryDate(text[..10], out var days)) return false;
        if (!TryDigits(text[11..13], out var hour) || !TryDigits(text[14..16], out var minute)) return false;
        if (!TryDigits(text[17..19], out var second)) return false;
        if (hour > 23 || minute > 59 || second > 59) return false;

        var fraction = 0;
        if (text.Length > 19)
        {
            if (text[19] != '.' || text.Length is < 21 or > 26 || !TryDigits(text[20..], out fraction)) return false;
            for (var digits = text.Length - 20; digits < 6; digits++) fraction *= 10;
        }
        micros = days * MicrosPerDay + (hour * 3_600L + minute * 60 + second) * 1_000_000 + fraction;
        return true;
    }

    static bool TryDigits(ReadOnlySpan<byte> text, out int value)
    {
        value = 0;
        foreach (var digit in text)
        {
            if (!char.IsAsciiDigit((char)digit)) return false;
            value = value * 10 + (digit - '0');
        }
        return true;
    }

    static bool TryBoolean(ReadOnlySpan<byte> text, out long value)
    {
        value = text.SequenceEqual("1"u8) || text.SequenceEqual("true"u8) ? 1 : 0;
        return value == 1 || text.SequenceEqual("0"u8) || text.SequenceEqual("false"u8);
    }
}
