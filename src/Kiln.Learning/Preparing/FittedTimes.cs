using System.Collections.Immutable;
using Kiln.Data;

namespace Kiln.Learning.Preparing;

/// <summary>A column of times and the parts that become features.</summary>
public sealed record FittedTimes : FittedColumn
{
    const long MicrosPerDay = TimeSpan.TicksPerDay / TimeSpan.TicksPerMicrosecond;
    static readonly long Earliest = (DateTime.MinValue - DateTime.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;
    static readonly long Latest = (DateTime.MaxValue - DateTime.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;

    /// <summary>The parts, in order.</summary>
    public required ImmutableArray<TimePart> Parts { get; init; }

    internal override int Width => Parts.Sum(part => part.Cyclic ? 2 : 1);

    internal override IEnumerable<Feature> Features()
    {
        foreach (var part in Parts)
        {
            var name = " " + Words(part);
            if (!part.Cyclic) yield return Number(name);
            else foreach (var wave in new[] { " sine", " cosine" }) yield return Number(name + wave);
        }
    }

    internal override void Apply(Column column, int from, int count, Span<float> features, int stride)
    {
        CheckKind(column);
        for (var i = 0; i < count; i++)
        {
            var row = features[(i * stride)..];
            if (column.IsNull(from + i)) Blank(row, new(Input.Name, from + i));
            else Write(MicrosAt(column, from + i), row, new(Input.Name, from + i));
        }
    }

    internal override void Apply(in InputValue value, Span<float> features)
    {
        if (value.IsMissing) Blank(features, new(Input.Name));
        else Write(value.Whole, features, new(Input.Name));
    }

    internal override string? Flaw() =>
        Input.Kind != InputKind.Time ? "its parts are those of times"
        : Parts.IsDefaultOrEmpty || Parts.Length > 100 ? "it has no list of parts, or too many"
        : Parts.Any(part => part is null || !Enum.IsDefined(part.Part) || (part.Cyclic && part.Part is (DatePart.Year or DatePart.DaysSince))) ? "a part has no meaning"
        : null;

    void Blank(Span<float> features, Place place)
    {
        if (!Input.IsOptional) throw PreparingErrors.Missing(place);
        features[..Width].Fill(float.NaN);
    }

    void Write(long micros, Span<float> features, Place place)
    {
        if (micros < Earliest || micros > Latest) throw PreparingErrors.NotATime(place);
        var time = DateTime.UnixEpoch.AddTicks(micros * TimeSpan.TicksPerMicrosecond);
        var at = 0;
        foreach (var part in Parts)
        {
            var (value, first, cycle) = ValueOf(part, time, micros);
            if (!part.Cyclic)
            {
                features[at++] = (float)value;
                continue;
            }
            var (sine, cosine) = Math.SinCos(Math.Tau * (value - first) / cycle);
            features[at++] = (float)sine;
            features[at++] = (float)cosine;
        }
    }

    static (double Value, int First, int Cycle) ValueOf(TimePart part, DateTime time, long micros) => part.Part switch
    {
        DatePart.Hour => (time.Hour, 0, 24),
        DatePart.Weekday => (((int)time.DayOfWeek + 6) % 7, 0, 7),
        DatePart.DayOfMonth => (time.Day, 1, 31),
        DatePart.Month => (time.Month, 1, 12),
        DatePart.DayOfYear => (time.DayOfYear, 1, 366),
        DatePart.Year => (time.Year, 0, 1),
        _ => ((micros - (part.Origin.DayNumber - DateOnly.FromDateTime(DateTime.UnixEpoch).DayNumber) * MicrosPerDay) / (double)MicrosPerDay, 0, 1),
    };

    static long MicrosAt(Column column, int row) => column switch
    {
        Column<long> times => times.Values.Span[row],
        Column<int> days => days.Values.Span[row] * MicrosPerDay,
        _ => throw new InvalidOperationException("A time is stored as an int or a long."),
    };

    static string Words(TimePart part) => part.Part switch
    {
        DatePart.DayOfMonth => "day of month",
        DatePart.DayOfYear => "day of year",
        DatePart.DaysSince => $"days since {part.Origin:yyyy-MM-dd}",
        var other => other.ToString().ToLowerInvariant(),
    };
}
