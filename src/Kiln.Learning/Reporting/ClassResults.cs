using System.Collections.Immutable;
using Kiln.Learning.Models;

namespace Kiln.Learning.Reporting;

/// <summary>How the rows of one class were answered. A ratio whose denominator is zero is 0, as in scikit-learn.</summary>
public sealed record ClassResult
{
    /// <summary>The class.</summary>
    public required string Name { get; init; }

    /// <summary>Rows that are of the class.</summary>
    public required int Rows { get; init; }

    /// <summary>Rows that were answered with the class.</summary>
    public required int Answered { get; init; }

    /// <summary>Rows of the class that were answered with it.</summary>
    public required int Right { get; init; }

    /// <summary>The share of the answers that are right.</summary>
    public double Precision => Answered == 0 ? 0 : (double)Right / Answered;

    /// <summary>The share of the class's rows that were found.</summary>
    public double Recall => Rows == 0 ? 0 : (double)Right / Rows;

    /// <summary>The harmonic mean of both.</summary>
    public double F1 => Rows + Answered == 0 ? 0 : 2.0 * Right / (Rows + Answered);
}

/// <summary>What a model of several classes answered: the most probable class of each row.</summary>
public sealed record ClassResults
{
    /// <summary>Rows judged on.</summary>
    public required int Rows { get; init; }

    /// <summary>The classes, in their order.</summary>
    public required ImmutableArray<ClassResult> Classes { get; init; }

    /// <summary>How many rows of a class (first index) were answered with a class (second).</summary>
    public required ImmutableArray<ImmutableArray<int>> Counts { get; init; }

    /// <summary>Compares answers with labels.</summary>
    /// <param name="predictions">A probability a class and row.</param>
    /// <param name="labels">Each row's class, by number.</param>
    public static ClassResults Of(Predictions predictions, ReadOnlySpan<float> labels)
    {
        var (target, count) = (predictions.Target, predictions.Target.Classes.Length);
        var counts = new int[count, count];
        for (var row = 0; row < labels.Length; row++)
            counts[(int)labels[row], predictions.ClassOf(row)]++;
        var all = Enumerable.Range(0, count).ToList();
        return new()
        {
            Rows = labels.Length,
            Classes = [.. all.Select(number => new ClassResult
            {
                Name = target.Classes[number],
                Rows = all.Sum(answer => counts[number, answer]),
                Answered = all.Sum(truth => counts[truth, number]),
                Right = counts[number, number],
            })],
            Counts = [.. all.Select(truth => all.Select(answer => counts[truth, answer]).ToImmutableArray())],
        };
    }
}
