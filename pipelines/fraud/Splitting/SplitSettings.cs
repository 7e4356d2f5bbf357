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
}
