using System.Globalization;
using Kiln.Learning.Preparing;
using Kiln.Learning.Reporting;

namespace Kiln.Learning.Describing;

/// <summary>A column's numbers as people write them: days and points in time by the calendar.</summary>
static class ColumnText
{
    public static string Of(double value, ColumnFacts column) => column.Kind != InputKind.Time ? Written.Number(value)
        : column.Type == "DATE" ? DateTime.UnixEpoch.AddDays(Math.Floor(value)).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)
        : DateTime.UnixEpoch.AddMicroseconds(Math.Floor(value)).ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
}
