using System.Collections.Immutable;
using Kiln.Learning.Models;

namespace Kiln.Learning.Evaluating;

/// <summary>A calibrator, the rows it was fitted to, and what it changed there. The same every time.</summary>
public sealed record CalibrationReport
{
    const int Parts = 5;

    static readonly ImmutableArray<string> measures = ["log loss", "Brier score", "expected calibration error"];

    /// <summary>What was fitted.</summary>
    public required Calibrator Calibrator { get; init; }

    /// <summary>In words: whose answers, for which rows.</summary>
    public required string Source { get; init; }

    /// <summary>Rows that count, of each class in the classes' order.</summary>
    public required ImmutableArray<ClassRows> Classes { get; init; }

    /// <summary>What the answers for these rows measure before, and after; there each fifth of the rows is calibrated by what is fitted to the other four.</summary>
    public required ImmutableArray<CalibrationChange> Measures { get; init; }

    /// <summary>Rows that count.</summary>
    public int Rows => Classes.Sum(found => found.Rows);

    /// <summary>Fits a calibrator, and measures what it changes.</summary>
    /// <exception cref="KilnException">There are too few rows, they have no meaning, or nothing can be fitted to them.</exception>
    public static CalibrationReport Of(CalibrationSettings settings, JudgedRows validation, Target target, string source)
    {
        var calibrator = settings.Fit(validation, target);
        var counted = validation.Counted();
        var calibrated = Crosswise(settings.Method, counted);
        return new()
        {
            Calibrator = calibrator,
            Source = source,
            Classes = [.. target.Classes.Zip(validation.RowsOfClasses(), (name, rows) => new ClassRows(name, rows))],
            Measures = [.. measures.Select(name => Metric.Parse(name)).Select(metric => new CalibrationChange(metric.Name, metric.Of(counted), metric.Of(calibrated)))],
        };
    }

    /// <summary>Rows flatter what was fitted to them, an isotonic function most of all: its calibration error there is 0.</summary>
    static JudgedRows Crosswise(CalibrationMethod method, JudgedRows rows)
    {
        // Dealt class by class, so that every part has some of each.
        var dealt = Enumerable.Range(0, rows.Rows).OrderBy(row => rows.Labels.Span[row]).Index().ToLookup(dealt => dealt.Index % Parts, dealt => dealt.Item);
        var answers = rows.Answers.ToArray();
        for (var part = 0; part < Parts; part++)
        {
            int[] held = [.. dealt[part]];
            var others = rows.Where([.. dealt.Where(other => other.Key != part).SelectMany(other => other)]);
            var calibrated = Calibrator.Fit(method, others).Apply(rows.Where(held));
            for (var i = 0; i < held.Length; i++) calibrated.Answers.Slice(i * rows.Outputs, rows.Outputs).CopyTo(answers.AsMemory(held[i] * rows.Outputs));
        }
        return rows with { Answers = answers };
    }
}

/// <summary>Rows of a class.</summary>
public sealed record ClassRows(string Class, int Rows);

/// <summary>What a metric is before and after a calibration.</summary>
public sealed record CalibrationChange(string Metric, double Before, double After);
