namespace Kiln.Data.Features;

/// <summary>Walks the events of one key after the other; its buffers serve all groups of one thread's share.</summary>
sealed class GroupWalk(EntityPlan plan, ReadOnlyMemory<long> times, ReadOnlyMemory<long>[] values, float[][] columns)
{
    readonly RollingWindow[] _windows = new RollingWindow[plan.Windows.Length];
    readonly int[] _used = [.. plan.Windows.Select(window => window.Value).Where(value => value >= 0).Distinct()];
    long[] _times = [];
    long[][] _values = [];

    /// <param name="rows">The rows of one key, ascending.</param>
    public void Run(ReadOnlySpan<int> rows)
    {
        Gather(rows);
        Array.Clear(_windows);
        for (var i = 0; i < rows.Length; i++)
        {
            var soFar = _times.AsSpan(0, i + 1);
            for (var w = 0; w < _windows.Length; w++)
            {
                var span = plan.Windows[w];
                _windows[w].Advance(span, soFar, span.Value < 0 ? [] : _values[span.Value], soFar[i]);
            }
            foreach (var reading in plan.Readings)
                columns[reading.Feature][rows[i]] = reading.From(in _windows[reading.Window]);
        }
    }

    void Gather(ReadOnlySpan<int> rows)
    {
        if (_times.Length < rows.Length)
        {
            var room = rows.Length * 2;
            _times = new long[room];
            _values = [.. values.Select(_ => new long[room])];
        }
        Gather(times.Span, rows, _times);
        foreach (var v in _used) Gather(values[v].Span, rows, _values[v]);
    }

    static void Gather(ReadOnlySpan<long> from, ReadOnlySpan<int> rows, long[] to)
    {
        for (var i = 0; i < rows.Length; i++) to[i] = from[rows[i]];
    }
}
