using System.Collections.Immutable;
using Kiln.Data.Features;

namespace Kiln.Pipelines.Fraud;

/// <summary>One training window and the later window that a model of it is judged on, as at that time they could have been told apart.</summary>
public sealed record Fold
{
    const long MicrosPerDay = 86_400_000_000;

    /// <summary>The windows' days.</summary>
    public required SplitSettings Settings { get; init; }

    /// <summary>Days that are trained on, up to the training window's end, where they are more than the window; 0: the window.</summary>
    public int Days { get; init; }

    /// <summary>The first day that is trained on.</summary>
    public DateOnly TrainingStart => Settings.TrainStart.AddDays(-Math.Max(0, Days - Settings.TrainDays));

    /// <summary>The first day that the model is judged on.</summary>
    public DateOnly AssessStart => Settings.TrainStart.AddDays(Settings.TrainDays + Settings.DelayDays);

    /// <summary>The first day after the judged window.</summary>
    public DateOnly End => AssessStart.AddDays(Settings.TestDays);

    /// <summary>
    /// The fold by which the threshold is chosen before this one's judged window: earlier by training and delay, judged from this
    /// one's training start on. Its labels are known when this fold's are, as long as its judged window is no longer than the training.
    /// </summary>
    public Fold Earlier => this with
    {
        Settings = Settings with
        {
            TrainStart = Settings.TrainStart.AddDays(-Settings.TrainDays - Settings.DelayDays),
            TestDays = Math.Min(Settings.TestDays, Settings.TrainDays),
        },
    };

    /// <summary>Chooses the fold's rows.</summary>
    /// <param name="events">Transactions ordered by time, with the columns CUSTOMER_ID and TX_FRAUD (0 or 1).</param>
    /// <returns>
    /// The rows to train on: all of the window. The rows to judge on: those of the window, less the cards known to be compromised on
    /// their day, which are the cards with a fraud since the training's start that is at least the delay and a day old.
    /// </returns>
    public FoldRows Rows(EventColumns events)
    {
        var times = events.Times.Span;
        var customers = events.Columns["CUSTOMER_ID"].Span;
        var frauds = events.Columns["TX_FRAUD"].Span;
        var training = Between(times, TrainingStart, Settings.TrainStart.AddDays(Settings.TrainDays));

        var known = new HashSet<long>();
        var seen = FirstRow(times, Settings.TrainStart);
        var assessed = ImmutableArray.CreateBuilder<int>();
        for (var day = AssessStart; day < End; day = day.AddDays(1))
        {
            var labelled = FirstRow(times, day.AddDays(-Settings.DelayDays));
            for (; seen < labelled; seen++)
                if (frauds[seen] != 0) known.Add(customers[seen]);

            var (from, count) = Between(times, day, day.AddDays(1)).GetOffsetAndLength(times.Length);
            for (var row = from; row < from + count; row++)
                if (!known.Contains(customers[row])) assessed.Add(row);
        }
        return new() { Training = training, Assessed = assessed.ToImmutable() };
    }

    static Range Between(ReadOnlySpan<long> times, DateOnly from, DateOnly until) => FirstRow(times, from)..FirstRow(times, until);

    static int FirstRow(ReadOnlySpan<long> times, DateOnly day)
    {
        var midnight = (day.DayNumber - DateOnly.FromDateTime(DateTime.UnixEpoch).DayNumber) * MicrosPerDay;
        var (low, high) = (0, times.Length);
        while (low < high)
        {
            var middle = low + (high - low) / 2;
            if (times[middle] < midnight) low = middle + 1;
            else high = middle;
        }
        return low;
    }
}

/// <summary>The rows of a fold, as places in the events they were chosen from; ascending.</summary>
public sealed record FoldRows
{
    /// <summary>The rows to train on.</summary>
    public required Range Training { get; init; }

    /// <summary>The rows to judge on.</summary>
    public required ImmutableArray<int> Assessed { get; init; }
}
