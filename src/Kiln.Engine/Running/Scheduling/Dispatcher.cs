using System.Collections.Immutable;

namespace Kiln.Running;

/// <summary>Something that is to be done, what it holds meanwhile, how long it is thought to take, and how urgent it is.</summary>
sealed record Job<T>(T Work, ImmutableArray<long> Need, double Seconds, double Urgency, int Order) : IComparable<Job<T>>
{
    /// <summary>The more urgent first; among equals, the one declared first.</summary>
    public int CompareTo(Job<T>? other) => other is null ? -1 : (-Urgency, Order).CompareTo((-other.Urgency, other.Order));
}

/// <summary>
/// Decides which job starts next, so that no more is held than there is. The most urgent goes first. When it does not fit, it gets a
/// reservation: the time at which enough will have ended. Less urgent jobs fill the gap where they end before that time or leave enough free.
/// The time of a reservation never moves back, so whatever estimates are worth, a job is overtaken only until then: it waits no longer than
/// what was begun before takes. It knows no clock: whoever asks says what time it is, in seconds.
/// </summary>
sealed class Dispatcher<T>(ImmutableArray<long> capacity)
    where T : notnull
{
    readonly long[] _free = [.. capacity];
    /// <summary>A line for each need there is; one need either fits or not, whoever has it.</summary>
    readonly Dictionary<string, WaitingLine<T>> _lines = new(StringComparer.Ordinal);
    readonly Dictionary<T, (Job<T> Job, double End)> _running = [];
    (Job<T>? For, double At) _reserved;

    /// <summary>Whether a job could start at all: every one takes a CPU, the first of the amounts.</summary>
    public bool HasRoom => _free[0] > 0;

    public int Running => _running.Count;

    public Job<T>? MostUrgent => MostUrgentOf(_lines.Values.Select(line => line.First));

    public void Add(Job<T> job)
    {
        var need = NameOf(job.Need);
        if (!_lines.TryGetValue(need, out var line)) _lines[need] = line = new WaitingLine<T>(job.Need);
        line.Add(job);
    }

    /// <summary>Starts the next job, if there is one that may start now.</summary>
    public Job<T>? Next(double now)
    {
        if (!HasRoom) return null;
        var (fitting, others) = (new List<WaitingLine<T>>(), new List<WaitingLine<T>>());
        foreach (var line in _lines.Values) (Fits(line.Need, _free) ? fitting : others).Add(line);
        var next = MostUrgentOf(fitting.Select(line => line.First));
        if (MostUrgentOf(others.Select(line => line.First)) is { } blocked && (next is null || blocked.CompareTo(next) < 0))
        {
            var (until, spare) = Reserve(blocked, now);
            next = MostUrgentOf(fitting.Select(line => Fits(line.Need, spare) ? line.First : line.FirstToEndBy(until, now)));
        }

        if (next is not null) Start(next, now);
        return next;
    }

    void Start(Job<T> job, double now)
    {
        _lines[NameOf(job.Need)].Remove(job);
        for (var i = 0; i < _free.Length; i++) _free[i] -= job.Need[i];
        _running.Add(job.Work, (job, now + job.Seconds));
    }

    /// <summary>A job that has ended gives back what it held.</summary>
    public void End(T work)
    {
        if (!_running.Remove(work, out var ended)) throw new InvalidOperationException("It does not run.");
        for (var i = 0; i < _free.Length; i++) _free[i] += ended.Job.Need[i];
    }

    /// <summary>Takes back everything that waits.</summary>
    public IReadOnlyList<T> Clear()
    {
        var waiting = _lines.Values.SelectMany(line => line.All).Order().Select(job => job.Work).ToList();
        _lines.Clear();
        return waiting;
    }

    /// <summary>When the job will fit if what runs ends as expected, and what will be free then beside it.</summary>
    (double Until, long[] Spare) Reserve(Job<T> job, double now)
    {
        long[] free = [.. _free];
        var at = now;
        foreach (var (running, end) in _running.Values.OrderBy(running => running.End))
        {
            if (Fits(job.Need, free)) break;
            at = Math.Max(now, end);
            for (var i = 0; i < free.Length; i++) free[i] += running.Need[i];
        }

        _reserved = _reserved.For == job ? (job, Math.Min(at, _reserved.At)) : (job, at);
        for (var i = 0; i < free.Length; i++) free[i] -= job.Need[i];
        return (_reserved.At, free);
    }

    static Job<T>? MostUrgentOf(IEnumerable<Job<T>?> jobs)
    {
        Job<T>? most = null;
        foreach (var job in jobs)
            if (job is not null && (most is null || job.CompareTo(most) < 0)) most = job;
        return most;
    }

    static string NameOf(ImmutableArray<long> need)
    {
        var name = "";
        foreach (var amount in need) name += amount + " ";
        return name;
    }

    static bool Fits(ImmutableArray<long> need, long[] free)
    {
        for (var i = 0; i < free.Length; i++)
            if (need[i] > free[i]) return false;
        return true;
    }
}
