namespace Kiln.Data.Features;

/// <summary>A window's delay and length in microseconds, and the place of the value it sums (−1: it only counts).</summary>
readonly record struct WindowSpan(long Delay, long Length, int Value);

/// <summary>
/// Count and exact sum of one entity's events inside a window that only moves forward.
/// Batch and serving both advance this, so that they cannot disagree. A copy of it is a window of its own.
/// </summary>
struct RollingWindow
{
    int _from;
    int _to;

    public readonly int Count => _to - _from;

    public long Sum { get; private set; }

    /// <summary>The oldest event still needed.</summary>
    public readonly int From => _from;

    /// <summary>Moves to the window that an event at <paramref name="now"/> sees.</summary>
    /// <param name="times">The entity's events so far, that event included when it counts; ascending.</param>
    /// <param name="values">What is summed, or empty.</param>
    /// <exception cref="OverflowException">The sum leaves 64 bits.</exception>
    public void Advance(WindowSpan span, ReadOnlySpan<long> times, ReadOnlySpan<long> values, long now)
    {
        var last = now - span.Delay;
        var before = last - span.Length;
        while (_to < times.Length && times[_to] <= last)
        {
            if (!values.IsEmpty) Sum = checked(Sum + values[_to]);
            _to++;
        }
        while (_from < _to && times[_from] <= before)
        {
            if (!values.IsEmpty) Sum = checked(Sum - values[_from]);
            _from++;
        }
    }

    /// <summary>Follows a change of one event's value.</summary>
    public void Revise(int position, long change)
    {
        if (position >= _from && position < _to) Sum = checked(Sum + change);
    }

    /// <summary>Follows the removal of the oldest events from the history.</summary>
    public void Drop(int events)
    {
        _from -= events;
        _to -= events;
    }
}
