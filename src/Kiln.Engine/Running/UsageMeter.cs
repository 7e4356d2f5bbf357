using Kiln.Recording;

namespace Kiln.Running;

/// <summary>
/// Measures stages that run in this process. Processor time and memory are the process's, so they are a stage's own only where no other
/// stage was at work meanwhile; elsewhere they stay unknown.
/// </summary>
sealed class UsageMeter
{
    int _begun;
    int _atWork;
    long _earlierPeak;

    /// <summary>The most memory the process has held so far, in bytes.</summary>
    public long PeakMemory => Math.Max(Interlocked.Read(ref _earlierPeak), EnvironmentFacts.PeakMemory());

    public Reading Begin() => new(this);

    /// <summary>
    /// Of a program that this process started itself: Linux counts its memory from what this one held. So what is no more than that says
    /// nothing of the program, and is left out. The launcher holds next to nothing.
    /// </summary>
    public StageUsage OfProgram(StageUsage usage)
    {
        if (usage.PeakMemory > Interlocked.Read(ref _earlierPeak)) NotePeak();
        return usage.PeakMemory > Interlocked.Read(ref _earlierPeak) ? usage : usage with { PeakMemory = null };
    }

    void NotePeak()
    {
        var peak = EnvironmentFacts.PeakMemory();
        if (peak > Interlocked.Read(ref _earlierPeak)) Interlocked.Exchange(ref _earlierPeak, peak);
    }

    /// <summary>The kernel keeps one mark of the most memory held; it is set back to what is held now. False where that is not allowed.</summary>
    bool CountPeakAnew()
    {
        NotePeak();
        try
        {
            File.WriteAllText("/proc/self/clear_refs", "5");
            return true;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>One stage at work, until it is disposed of.</summary>
    public sealed class Reading : IDisposable
    {
        readonly UsageMeter _meter;
        readonly int _number;
        readonly bool _beganAlone, _countsMemory;
        readonly TimeSpan _processor;

        public Reading(UsageMeter meter)
        {
            _meter = meter;
            _number = Interlocked.Increment(ref meter._begun);
            _beganAlone = Interlocked.Increment(ref meter._atWork) == 1;
            _countsMemory = _beganAlone && meter.CountPeakAnew();
            _processor = Environment.CpuUsage.TotalTime;
        }

        /// <summary>What it took so far; the bytes are not known here.</summary>
        public StageUsage Taken => _beganAlone && Volatile.Read(ref _meter._begun) == _number
            ? new StageUsage((Environment.CpuUsage.TotalTime - _processor).TotalSeconds, _countsMemory ? EnvironmentFacts.PeakMemory() : null, null, null)
            : new StageUsage(null, null, null, null);

        public void Dispose() => Interlocked.Decrement(ref _meter._atWork);
    }
}
