namespace Kiln.Running;

/// <summary>How long to wait before a body is tried again.</summary>
static class Backoff
{
    static readonly TimeSpan Longest = TimeSpan.FromMinutes(1);

    /// <summary>
    /// The pause doubles with each attempt, up to a minute. A random half of it is left out, so that stages which failed together, because
    /// one server was busy, do not come back together.
    /// </summary>
    /// <param name="attempt">The attempt that failed, from 1.</param>
    /// <param name="first">The pause after the first attempt.</param>
    /// <param name="random">From 0 to 1.</param>
    public static TimeSpan PauseAfter(int attempt, TimeSpan first, double random)
    {
        var whole = Math.Min(first.TotalSeconds * Math.Pow(2, attempt - 1), Math.Max(first.TotalSeconds, Longest.TotalSeconds));
        return TimeSpan.FromSeconds(whole * (0.5 + random / 2));
    }
}
