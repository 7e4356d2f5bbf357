namespace Kiln.Data.Features;

/// <summary>One key's recent events and the windows over them: as long as a window may still need them, no longer.</summary>
sealed class EntityHistory(EntityPlan plan, int valueCount)
{
    readonly RollingWindow[] _windows = new RollingWindow[plan.Windows.Length];
    readonly long[][] _values = new long[valueCount][];
    long[] _times = [];
    long[] _ids = [];
    int _count;

    /// <summary>Reads the features of an event as if it had been added; nothing changes.</summary>
    public void Read(in FeatureEvent next, Span<float> features)
    {
        Put(next);
        Span<RollingWindow> ahead = stackalloc RollingWindow[_windows.Length];
        _windows.CopyTo(ahead);
        Advance(ahead, _count + 1, next.Time);
        foreach (var reading in plan.Readings) features[reading.Feature] = reading.From(in ahead[reading.Window]);
    }

    public void Add(in FeatureEvent next)
    {
        Put(next);
        _count++;
        Advance(_windows, _count, next.Time);
    }

    /// <summary>Replaces the values of an event already added; false when no window can need it any more.</summary>
    public bool Revise(in FeatureEvent known)
    {
        var position = _times.AsSpan(0, _count).BinarySearch(known.Time);
        if (position < 0) return false;
        while (position > 0 && _times[position - 1] == known.Time) position--;
        while (position < _count && _times[position] == known.Time && _ids[position] != known.Id) position++;
        if (position == _count || _times[position] != known.Time) return false;

        for (var w = 0; w < _windows.Length; w++)
            if (plan.Windows[w].Value is >= 0 and var v) _windows[w].Revise(position, known.Values[v] - _values[v][position]);
        for (var v = 0; v < _values.Length; v++) _values[v][position] = known.Values[v];
        return true;
    }

    // The place behind the last event is free: what stands there counts only once _count says so.
    void Put(in FeatureEvent next)
    {
        if (_count == _times.Length) MakeRoom();
        _times[_count] = next.Time;
        _ids[_count] = next.Id;
        for (var v = 0; v < _values.Length; v++) _values[v][_count] = next.Values[v];
    }

    void MakeRoom()
    {
        var gone = _count;
        foreach (var window in _windows) gone = Math.Min(gone, window.From);
        for (var w = 0; w < _windows.Length; w++) _windows[w].Drop(gone);
        _count -= gone;

        var room = Math.Max(4, _count * 2);
        _times = Moved(_times, gone, room);
        _ids = Moved(_ids, gone, room);
        for (var v = 0; v < _values.Length; v++) _values[v] = Moved(_values[v] ?? [], gone, room);
    }

    long[] Moved(long[] from, int gone, int room)
    {
        var to = new long[room];
        from.AsSpan(gone, _count).CopyTo(to);
        return to;
    }

    void Advance(Span<RollingWindow> windows, int count, long now)
    {
        for (var w = 0; w < windows.Length; w++)
        {
            var span = plan.Windows[w];
            windows[w].Advance(span, _times.AsSpan(0, count), span.Value < 0 ? [] : _values[span.Value], now);
        }
    }
}
