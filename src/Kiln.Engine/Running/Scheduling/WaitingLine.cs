using System.Collections.Immutable;

namespace Kiln.Running;

/// <summary>
/// Jobs that wait and need the same, in the order of their urgency. They are kept in blocks, each with its shortest time, so that the most
/// urgent of those that are short enough is found without a look at every one.
/// </summary>
sealed class WaitingLine<T>(ImmutableArray<long> need)
    where T : notnull
{
    const int MostInBlock = 256;

    readonly List<Block> _blocks = [];

    /// <summary>What each of them holds while it runs.</summary>
    public ImmutableArray<long> Need => need;

    /// <summary>The most urgent, or null where none waits.</summary>
    public Job<T>? First => _blocks is [var block, ..] ? block.Jobs[0] : null;

    /// <summary>In the order of their urgency.</summary>
    public IEnumerable<Job<T>> All => _blocks.SelectMany(block => block.Jobs);

    public void Add(Job<T> job)
    {
        if (_blocks.Count == 0) _blocks.Add(new Block([]));
        var place = BlockOf(job);
        var block = _blocks[place];
        block.Add(job);
        if (block.Jobs.Count <= MostInBlock) return;
        _blocks.Insert(place + 1, new Block(block.Jobs[(MostInBlock / 2)..]));
        _blocks[place] = new Block(block.Jobs[..(MostInBlock / 2)]);
    }

    public void Remove(Job<T> job)
    {
        var place = BlockOf(job);
        _blocks[place].Remove(job);
        if (_blocks[place].Jobs.Count == 0) _blocks.RemoveAt(place);
    }

    /// <summary>The most urgent that would end by a time, or null; both in seconds.</summary>
    public Job<T>? FirstToEndBy(double until, double now)
    {
        foreach (var block in _blocks)
            if (now + block.Shortest <= until) return block.Jobs.Find(job => now + job.Seconds <= until);
        return null;
    }

    /// <summary>The last block that does not begin after the job.</summary>
    int BlockOf(Job<T> job)
    {
        var (low, high) = (0, _blocks.Count - 1);
        while (low < high)
        {
            var middle = (low + high + 1) / 2;
            if (_blocks[middle].Jobs[0].CompareTo(job) <= 0) low = middle;
            else high = middle - 1;
        }

        return low;
    }

    sealed class Block(List<Job<T>> jobs)
    {
        public List<Job<T>> Jobs => jobs;

        public double Shortest { get; private set; } = ShortestOf(jobs);

        public void Add(Job<T> job)
        {
            jobs.Insert(~jobs.BinarySearch(job), job);
            Shortest = Math.Min(Shortest, job.Seconds);
        }

        public void Remove(Job<T> job)
        {
            jobs.RemoveAt(jobs.BinarySearch(job));
            Shortest = ShortestOf(jobs);
        }

        static double ShortestOf(List<Job<T>> jobs)
        {
            var shortest = double.PositiveInfinity;
            foreach (var job in jobs) shortest = Math.Min(shortest, job.Seconds);
            return shortest;
        }
    }
}
