namespace Kiln.Fingerprinting;

/// <summary>Spreads small pieces of work over the cores.</summary>
static class Cores
{
    /// <summary>Does the pieces numbered from 0, begun in that order; the calling thread takes its share. The first error ends it.</summary>
    public static void Each(int count, Action<int> work)
    {
        var next = -1;
        void Take()
        {
            try
            {
                for (int i; (i = Interlocked.Increment(ref next)) < count;) work(i);
            }
            catch
            {
                Volatile.Write(ref next, count);
                throw;
            }
        }

        var others = new Task[Math.Max(0, Math.Min(Environment.ProcessorCount, count) - 1)];
        for (var i = 0; i < others.Length; i++) others[i] = Task.Run(Take);
        try
        {
            Take();
        }
        finally
        {
            Task.WhenAll(others).GetAwaiter().GetResult();
        }
    }
}
