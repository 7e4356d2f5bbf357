using System.Collections.Immutable;
using Kiln.Running;

namespace Kiln.Tests;

/// <summary>The dispatcher's rule as one would write it down: every waiting job is looked at, the most urgent first.</summary>
sealed class LookingAtAll(ImmutableArray<long> capacity)
{
    readonly List<Job<int>> _waiting = [];
    readonly List<(Job<int> Job, double End)> _running = [];
    (Job<int>? For, double At) _reserved;

    public void Add(Job<int> job) => _waiting.Add(job);

    public void End(int work) => _running.RemoveAll(running => running.Job.Work == work);

    public Job<int>? Next(double now)
    {
        var free = capacity.Select((all, i) => all - _running.Sum(running => running.Job.Need[i])).ToArray();
        (double Until, long[] Spare)? reserved = null;
        foreach (var job in _waiting.Order().TakeWhile(_ => free[0] > 0))
            if (!Fits(job, free)) reserved ??= Reserve(job, free, now);
            else if (reserved is not { } held || now + job.Seconds <= held.Until || Fits(job, held.Spare))
            {
                _waiting.Remove(job);
                _running.Add((job, now + job.Seconds));
                return job;
            }

        return null;
    }

    (double, long[]) Reserve(Job<int> job, long[] free, double now)
    {
        var (at, left) = (now, free.ToArray());
        foreach (var (running, end) in _running.OrderBy(running => running.End))
        {
            if (Fits(job, left)) break;
            at = Math.Max(now, end);
            left = [.. left.Select((amount, i) => amount + running.Need[i])];
        }

        _reserved = (job, _reserved.For == job ? Math.Min(at, _reserved.At) : at);
        return (_reserved.At, [.. left.Select((amount, i) => amount - job.Need[i])]);
    }

    static bool Fits(Job<int> job, long[] free) => free.Select((amount, i) => amount >= job.Need[i]).All(fits => fits);
}
