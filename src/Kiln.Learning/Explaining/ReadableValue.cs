using System.Globalization;
using Kiln.Data;
using Kiln.Learning.Preparing;

namespace Kiln.Learning.Explaining;

/// <summary>A column's values as people read them on a page.</summary>
static class ReadableValue
{
    /// <summary>Numbers and texts as the column writes them, dates and times as ISO 8601; null where missing, and for bytes.</summary>
    public static string? Of(Column column, int row) => column.IsNull(row) || column is BytesColumn ? null : column.Schema.Type.Kind switch
    {
        ColumnKind.Date when column is Column<int> days => Time(days.Values.Span[row] * TimeSpan.MicrosecondsPerDay, "yyyy-MM-dd"),
        ColumnKind.Timestamp when column is Column<long> micros => Time(micros.Values.Span[row], "yyyy-MM-ddTHH:mm:ss"),
        _ => CategoryText.At(column, row),
    };

    static string Time(long micros, string format)
    {
        // The preparation refuses such times where it reads them.
        if (micros < (DateTime.MinValue - DateTime.UnixEpoch).TotalMicroseconds || micros > (DateTime.MaxValue - DateTime.UnixEpoch).TotalMicroseconds) return $"{micros}";
        return DateTime.UnixEpoch.AddMicroseconds(micros).ToString(format, CultureInfo.InvariantCulture);
    }
}
