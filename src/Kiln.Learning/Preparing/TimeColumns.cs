using System.Collections.Immutable;
using Kiln.Data;

namespace Kiln.Learning.Preparing;

/// <summary>A part of a date or time, in UTC.</summary>
public enum DatePart
{
    /// <summary>0 to 23.</summary>
    Hour,

    /// <summary>Monday 0 to Sunday 6.</summary>
    Weekday,

    /// <summary>1 to 31.</summary>
    DayOfMonth,

    /// <summary>1 to 12.</summary>
    Month,

    /// <summary>1 to 366.</summary>
    DayOfYear,

    /// <summary>1 to 9999; it has no cycle.</summary>
    Year,

    /// <summary>Days with their fraction since an origin; it has no cycle.</summary>
    DaysSince,
}

/// <summary>A part of a time as one feature, or as the sine and cosine of its place in its cycle.</summary>
public sealed record TimePart
{
    /// <summary>Which part.</summary>
    public required DatePart Part { get; init; }

    /// <summary>Whether it is two features, sine and cosine.</summary>
    public bool Cyclic { get; init; }

    /// <summary>From when days are counted.</summary>
    public DateOnly Origin { get; init; } = new(1970, 1, 1);
}

/// <summary>Columns of dates or times and the parts that become features; NaN where missing.</summary>
public sealed record TimeColumns : PreparedColumns
{
    internal TimeColumns(ImmutableArray<string> names)
        : base(names)
    {
    }

    /// <summary>The parts, in order.</summary>
    public ImmutableArray<TimePart> Wanted { get; private init; } = [];

    /// <summary>These parts as they are, one feature each.</summary>
    public TimeColumns Parts(params ReadOnlySpan<DatePart> parts) => Then(parts, cyclic: false);

    /// <summary>These parts as sine and cosine of their place in their cycle, so that Sunday is beside Monday.</summary>
    public TimeColumns Cyclic(params ReadOnlySpan<DatePart> parts)
    {
        foreach (var part in parts)
            if (part is DatePart.Year or DatePart.DaysSince) throw Wrong($"The part {part} of a time has no cycle.", "Use it as it is: Parts(…), DaysSince(…).");
        return Then(parts, cyclic: true);
    }

    /// <summary>Days, with their fraction, since an origin.</summary>
    public TimeColumns DaysSince(DateOnly origin) => this with { Wanted = Wanted.Add(new() { Part = DatePart.DaysSince, Origin = origin }) };

    internal override FittedPart Fit(Column column, FittingLabels? labels)
    {
        if (Wanted.IsEmpty) throw Wrong("No part of a time is named.", "Name the parts: Parts(DatePart.Hour), Cyclic(DatePart.Weekday).");
        InputKinds.Check(column, "dates or times", InputKind.Time);
        var missing = Enumerable.Range(0, column.Length).Count(column.IsNull);
        if (missing == column.Length) throw PreparingErrors.AllMissing(column.Schema.Name, missing);
        return new(new FittedTimes { Input = new() { Name = column.Schema.Name, Kind = InputKind.Time, IsOptional = missing > 0 }, Parts = Wanted });
    }

    TimeColumns Then(ReadOnlySpan<DatePart> parts, bool cyclic)
    {
        var wanted = Wanted;
        foreach (var part in parts) wanted = wanted.Add(new() { Part = part, Cyclic = cyclic });
        return this with { Wanted = wanted };
    }
}
