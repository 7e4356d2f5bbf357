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

/// <summary>The column that is learned, and what it means.</summary>
public sealed record Target
{
    /// <summary>The column's name.</summary>
    public required string Column { get; init; }

    /// <summary>What kind of answer it holds.</summary>
    public required LearningTask Task { get; init; }

    /// <summary>The classes by number, as the column writes them; of two the positive one is second. Empty for a regression.</summary>
    public ImmutableArray<string> Classes { get; init; } = [];

    /// <summary>Numbers that a model answers with for each row.</summary>
    public int Outputs => Task == LearningTask.MultiClass ? Classes.Length : 1;

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

    float[] Numbers(Column column)
    {
        var values = column.ToDoubles();
        for (var row = 0; row < values.Length; row++)
        {
            if (column.IsNull(row)) throw ModelErrors.NoLabel(Column, row);
            if (!float.IsFinite((float)values[row])) throw ModelErrors.NotANumber(Column, row, values[row].ToString(CultureInfo.InvariantCulture));
        }
        return Array.ConvertAll(values, value => (float)value);
    }
}
