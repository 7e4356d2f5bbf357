using System.Collections.Immutable;
using Kiln.Learning.Models;
using Kiln.Learning.Training;

namespace Kiln.Learning.Fitting;

/// <summary>What fits began with, and what they came to and took of the machine, epoch by epoch: another file every time, and so apart from what fingerprints count.</summary>
public sealed record TrainingLog
{
    /// <summary>The candidate's name.</summary>
    public required string Candidate { get; init; }

    /// <summary>Processors that the machine has.</summary>
    public required int Processors { get; init; }

    /// <summary>The fits, in order; an ensemble's members apart.</summary>
    public required ImmutableArray<FitLog> Fits { get; init; }

    /// <summary>Gathers what there is to tell of fits.</summary>
    public static TrainingLog Of(Candidate candidate, params IEnumerable<(string Name, FitRecord Record)> fits) => new()
    {
        Candidate = candidate.Name,
        Processors = Environment.ProcessorCount,
        Fits = [.. fits.SelectMany(fit => fit.Record.Members.IsEmpty
            ? [FitLog.Of(fit.Name, fit.Record)]
            : fit.Record.Members.Select((member, place) => FitLog.Of($"{fit.Name}, member {place}", member)))],
    };
}

/// <summary>One fit.</summary>
public sealed record FitLog
{
    /// <summary>What was fitted.</summary>
    public required string Name { get; init; }

    /// <summary>Where it ran, and why there.</summary>
    public required string Device { get; init; }

    /// <summary>Rows that were learned from.</summary>
    public required int Rows { get; init; }

    /// <summary>Where its random numbers began; null where it draws none.</summary>
    public int? Seed { get; init; }

    /// <summary>What these rows were like.</summary>
    public DataStatistics? Data { get; init; }

    /// <summary>Each epoch's place, losses and measures beside what it took.</summary>
    public required ImmutableArray<EpochLog> Epochs { get; init; }

    internal static FitLog Of(string name, FitRecord record) => new()
    {
        Name = name,
        Device = record.Device,
        Rows = record.Rows,
        Seed = record.Seed,
        Data = record.Data,
        Epochs = [.. record.Epochs.Select(epoch => new EpochLog(epoch, epoch.Resources))],
    };
}

/// <summary>An epoch and what it took; nothing where a checkpoint of another run brought it along.</summary>
public sealed record EpochLog(EpochRecord Epoch, EpochResources? Resources);
