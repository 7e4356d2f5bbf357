using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Kiln.Recording;

namespace Kiln.Reporting;

/// <summary>The curve of one heading that two runs left in one file, to be drawn one over the other.</summary>
sealed record OverlaidCurve(string File, string Earlier, KeptCurve Was, string Later, KeptCurve Is)
{
    public string Heading => Is.Heading;

    /// <summary>What it is of, and what goes with it.</summary>
    public string Caption => $"{Capital(Is.Metric)}: {Named(Earlier, Was)}, {Named(Later, Is)}. Bands are each run's own. From {File}.";

    /// <summary>The curves that both runs have, by the files' paths and in the files' order.</summary>
    public static ImmutableArray<OverlaidCurve> Of(KeptRun earlier, KeptRun later)
    {
        var (was, now) = (earlier.Made(KeptCurve.FileName), later.Made(KeptCurve.FileName));
        return
        [
            .. from file in now.Keys
               where now[file] is not null && was.GetValueOrDefault(file) is not null
               from after in KeptCurve.Parse(now[file])
               from before in KeptCurve.Parse(was[file])
               where before.Heading == after.Heading
               select new OverlaidCurve(file, earlier.Run.Id, before, later.Run.Id, after),
        ];
    }

    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("heading", Heading);
        json.WriteString("x", Is.XTitle);
        json.WriteString("y", Is.YTitle);
        json.WriteStartArray("series");
        foreach (var (run, curve) in new[] { (Earlier, Was), (Later, Is) })
        {
            json.WriteStartObject();
            json.WriteString("name", $"{run} ({curve.Model})");
            json.WriteStartArray("points");
            foreach (var point in curve.Points)
            {
                json.WriteStartArray();
                foreach (var number in point)
                    if (number is { } known && double.IsFinite(known)) json.WriteNumberValue(Math.Round(known, 6));
                    else json.WriteNullValue();
                json.WriteEndArray();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    static string Capital(string name) => name.Length == 0 ? name : char.ToUpperInvariant(name[0]) + name[1..];

    static string Named(string run, KeptCurve curve) => $"{run} ({curve.Model}) {curve.Value?.ToString("#,0.####", CultureInfo.InvariantCulture) ?? "not defined"}";
}
