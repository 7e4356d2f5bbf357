using Kiln.Data.Features;

namespace Kiln.Data;

/// <summary>Every error of this project, as what happened, the facts, and the next step.</summary>
static class Errors
{
    public static DataException NoSuchFeature(string name, IEnumerable<string> known) => new(
        $"No feature is called {name}.",
        [("features", string.Join(", ", known))],
        "Use one of these names.");

    public static DataException WrongFeature(string name, string why) => new(
        "A feature is defined wrongly: " + why + ".",
        [("feature", name)],
        "Correct its definition.");

    public static DataException NoSuchEventColumn(string name, IEnumerable<string> known) => new(
        "The features need a column that the events do not have.",
        [("column", name), ("columns given", string.Join(", ", known.Order(StringComparer.Ordinal)))],
        "Give the events this column, or correct the feature's key or value.");

    public static DataException ColumnLength(string name, int length, int expected) => new(
        "A column of the events has the wrong length.",
        [("column", name), ("length", $"{length:N0}"), ("expected", $"{expected:N0}")],
        "All columns must be of one length.");

    public static DataException EventTimeOutOfRange(int? row, long id, long time) => new(
        "An event's time is not within the years 1 to 9999.",
        [.. row is { } r ? new[] { ("row", $"{r:N0}") } : [], ("id", $"{id}"), ("time", EventTime.Describe(time))],
        "Times are microseconds since 1970-01-01 UTC.");

    public static DataException EventsOutOfOrder((long Time, long Id) before, (long Time, long Id) after) => new(
        "The events are not in (time, id) order.",
        [
            ("event", $"{before.Id} at {EventTime.Describe(before.Time)}"),
            ("then", $"{after.Id} at {EventTime.Describe(after.Time)}"),
        ],
        "Sort them by time and then by id; ids of equal time must differ.");
}
