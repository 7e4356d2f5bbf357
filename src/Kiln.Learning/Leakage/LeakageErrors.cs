using Kiln.Data;

namespace Kiln.Learning.Leakage;

/// <summary>Every error of looking for leaks, in one place.</summary>
static class LeakageErrors
{
    public static KilnException NoEntity() => new UsageException(
        "An entity is told by no column.", [("columns", "none")], "Name the columns that tell whose a row is: entities: [{columns: [customer_id]}].");

    public static KilnException NotTimes(ColumnSchema feature, ColumnSchema label) => new UsageException(
        "Two columns cannot be compared as times.", [("feature", $"{feature.Name} ({feature.Type})"), ("label", $"{label.Name} ({label.Type})")],
        "Name columns that are both dates or times, or both numbers.");

    public static KilnException NotATime(ColumnSchema column) => new UsageException(
        "The column of times holds none.", [("column", column.Name), ("type", column.Type.ToString())], "Name a column of dates, times or numbers as the problem's time.");
}
