using System.Collections.Immutable;
using System.Globalization;
using Kiln.Data;

namespace Kiln.Learning.Models;

/// <summary>What kind of answer is learned.</summary>
public enum LearningTask
{
    /// <summary>One of two classes; a model answers with the probability of the second.</summary>
    Binary,

    /// <summary>One of several classes; a model answers with a probability for each.</summary>
    MultiClass,

    /// <summary>A number.</summary>
    Regression,
}

/// <summary>How a regression's values are turned before they are learned.</summary>
public enum TargetTransform
{
    /// <summary>Not at all.</summary>
    None,

    /// <summary>log(1 + y): what grows by shares becomes what grows by steps.</summary>
    Log1p,

    /// <summary>√y: between the two.</summary>
    Sqrt,
}

/// <summary>The column that is learned, and what it means.</summary>
public sealed record Target
{
    /// <summary>The column's name.</summary>
    public required string Column { get; init; }

    /// <summary>What kind of answer it holds.</summary>
    public required LearningTask Task { get; init; }

    /// <summary>The classes by number, as the column writes them; of two the positive one is second. Empty for a regression.</summary>
    public ImmutableArray<string> Classes { get; init => field = value.IsDefault ? [] : value; } = [];

    /// <summary>How a regression's values are turned before they are learned; answers are turned back.</summary>
    public TargetTransform Transform { get; init; }

    /// <summary>
    /// A column by whose value a regression's values are divided before they are learned, and answers multiplied: the exposure of rates, or
    /// the level of a trend. It is above 0, and is no feature of itself.
    /// </summary>
    public string? Exposure { get; init; }

    /// <summary>What is learned, in words.</summary>
    internal string Words => Task switch
    {
        LearningTask.Binary => "two classes",
        LearningTask.MultiClass => "several classes",
        _ => "values",
    };

    /// <summary>Numbers that a model answers with for each row.</summary>
    public int Outputs => Task == LearningTask.MultiClass ? Classes.Length : 1;

    /// <summary>The class that an answer is the probability of; null of a regression.</summary>
    internal string? ClassOfOutput(int output) => Task switch
    {
        LearningTask.Binary => Classes[1],
        LearningTask.MultiClass => Classes[output],
        _ => null,
    };

    /// <summary>A column of two classes, such as 0 and 1, or no and yes.</summary>
    public static Target Binary(string column, string negative = "0", string positive = "1") =>
        new() { Column = column, Task = LearningTask.Binary, Classes = [negative, positive] };

    /// <summary>A column of several classes.</summary>
    public static Target MultiClass(string column, params ImmutableArray<string> classes) =>
        new() { Column = column, Task = LearningTask.MultiClass, Classes = classes };

    /// <summary>A column of numbers.</summary>
    public static Target Regression(string column) => new() { Column = column, Task = LearningTask.Regression };

    /// <summary>Each row's label: the class's number, or the value itself.</summary>
    /// <exception cref="KilnException">There is no such column, a row has no label, or one that is not a class or not a finite number.</exception>
    public float[] Read(TableColumns columns)
    {
        Check();
        var column = columns[Column];
        if (Task == LearningTask.Regression) return Numbers(column);
        var numbers = Classes.Select((name, number) => (name, number)).ToDictionary(pair => pair.name, pair => (float)pair.number, StringComparer.Ordinal);
        var labels = new float[column.Length];
        for (var row = 0; row < labels.Length; row++)
        {
            var text = column.TextAt(row) ?? throw ModelErrors.NoLabel(Column, row);
            labels[row] = numbers.TryGetValue(text, out var number) ? number : throw ModelErrors.NotAClass(Column, row, text, Classes);
        }
        return labels;
    }

    /// <summary>Whether what it says goes together.</summary>
    /// <exception cref="KilnException">The classes are not as many as the task has, or classes have what only values can have, or the other way round.</exception>
    internal void Check()
    {
        if (!Enum.IsDefined(Task)) throw ModelErrors.BadTarget(Column, $"{Task}", "task is none of those there are");
        if (!Enum.IsDefined(Transform)) throw ModelErrors.BadTarget(Column, Words, "transform is none of those there are");
        if (Task == LearningTask.Regression)
        {
            if (!Classes.IsEmpty) throw ModelErrors.BadTarget(Column, Words, $"values have no classes; here are {string.Join(", ", Classes)}");
            return;
        }
        var distinct = Classes.Distinct().Count();
        if (distinct < 2 || distinct != Classes.Length || (Task == LearningTask.Binary && distinct > 2) || Classes.Contains(null!)) throw ModelErrors.BadClasses(Column, Words, Classes);
        if (Exposure is not null) throw ModelErrors.BadTarget(Column, Words, $"classes are not divided by an exposure; here is {Exposure}");
        if (Transform != TargetTransform.None) throw ModelErrors.BadTarget(Column, Words, $"classes are not transformed; here is {Transform}");
    }

    /// <summary>A row's label as it is learned; NaN where it has no such form.</summary>
    internal float ToLearned(float label, float exposure) => Transform switch
    {
        TargetTransform.None => label / exposure,
        TargetTransform.Log1p => label > -exposure ? (float)double.LogP1(label / exposure) : float.NaN,
        TargetTransform.Sqrt => label >= 0 ? MathF.Sqrt(label / exposure) : float.NaN,
        _ => throw new ArgumentOutOfRangeException(nameof(label), Transform, "not a known transform"),
    };

    /// <summary>A row's answer, from what was learned.</summary>
    internal float FromLearned(float answer, float exposure) => exposure * Transform switch
    {
        TargetTransform.None => answer,
        TargetTransform.Log1p => (float)double.ExpM1(answer),
        _ => answer > 0 ? answer * answer : 0,
    };

    /// <summary>Turns learned values back, in place; classes stay as they are.</summary>
    internal void Undo(Span<float> answers, ReadOnlySpan<float> exposures)
    {
        if (Task != LearningTask.Regression) return;
        for (var row = 0; row < answers.Length; row++) answers[row] = FromLearned(answers[row], exposures.IsEmpty ? 1 : exposures[row]);
    }

    /// <summary>Each row's exposure; empty where there is none.</summary>
    /// <exception cref="KilnException">There is no such column, or a row's value is not above 0.</exception>
    internal float[] ReadExposures(TableColumns columns)
    {
        if (Exposure is null) return [];
        var exposures = columns[Exposure].ToDoubles();
        for (var row = 0; row < exposures.Length; row++)
            if (!IsExposure((float)exposures[row])) throw ModelErrors.NotAnExposure(Exposure, row, exposures[row]);
        return Array.ConvertAll(exposures, value => (float)value);
    }

    /// <summary>Whether a value can be divided by.</summary>
    internal static bool IsExposure(float value) => value > 0 && float.IsFinite(value);

    float[] Numbers(Column column)
    {
        var values = column.ToDoubles();
        for (var row = 0; row < values.Length; row++)
        {
            if (column.IsNull(row)) throw ModelErrors.NoLabel(Column, row);
            if (!double.IsFinite(values[row])) throw ModelErrors.NotANumber(Column, row, values[row].ToString(CultureInfo.InvariantCulture));
            if (!float.IsFinite((float)values[row])) throw ModelErrors.TooLarge(Column, row, values[row].ToString(CultureInfo.InvariantCulture));
        }
        return Array.ConvertAll(values, value => (float)value);
    }
}
