using System.ComponentModel.DataAnnotations;

namespace Kiln.Pipelines.Fraud;

/// <summary>How time is split: a training window, the delay until its labels are known, and a test window.</summary>
public sealed record SplitSettings
{
    /// <summary>The training window's first day.</summary>
    public DateOnly TrainStart { get; init; } = new(2018, 7, 25);

    /// <summary>Days of training.</summary>
    [Range(1, 365)]
    public int TrainDays { get; init; } = 7;

    /// <summary>Days until a transaction's label is known.</summary>
    [Range(0, 365)]
    public int DelayDays { get; init; } = 7;

    /// <summary>Days of test.</summary>
    [Range(1, 365)]
    public int TestDays { get; init; } = 7;

    /// <summary>Folds of a week on which candidates are compared; the last ends where the training window's labels become known.</summary>
    [Range(1, 52)]
    public int ValidationFolds { get; init; } = 4;

    /// <summary>Folds of a week on which the finalists are judged, from the training window on.</summary>
    [Range(1, 52)]
    public int TestFolds { get; init; } = 4;

    /// <summary>The first training days of the validation folds: a week apart, and all of them before the test's training window is judged.</summary>
    internal IEnumerable<DateOnly> ValidationStarts =>
        Enumerable.Range(0, ValidationFolds).Select(fold => TrainStart.AddDays(-TrainDays - DelayDays - (7 * (ValidationFolds - 1 - fold))));

    /// <summary>The first training days of the test folds: a week apart.</summary>
    internal IEnumerable<DateOnly> TestStarts => Enumerable.Range(0, TestFolds).Select(fold => TrainStart.AddDays(7 * fold));
}
