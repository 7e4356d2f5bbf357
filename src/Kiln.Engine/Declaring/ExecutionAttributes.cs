using System.Globalization;

namespace Kiln;

/// <summary>Says what a stage's body holds while it works: a run never gives out more than there is.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class NeedsAttribute : Attribute
{
    /// <summary>See <see cref="Execution.Cpus"/>.</summary>
    public int Cpus { get; init; } = 1;

    /// <summary>See <see cref="Execution.MemoryGiB"/>.</summary>
    public double MemoryGiB { get; init; }

    /// <summary>See <see cref="Execution.Gpus"/>.</summary>
    public int Gpus { get; init; }
}

/// <summary>Holds a named token while the body works, such as a connection to a server that only bears two.</summary>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true)]
public sealed class TokenAttribute(string name) : Attribute
{
    /// <summary>The token's name, as the pipeline declares it.</summary>
    public string Name => name;

    /// <summary>How many of them.</summary>
    public int Count { get; init; } = 1;
}

/// <summary>Tries a body again that failed for a passing reason, after a pause that doubles each time.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class RetryAttribute(int times) : Attribute
{
    /// <summary>How often it is tried again.</summary>
    public int Times => times;

    /// <summary>The first pause, in seconds.</summary>
    public double PauseSeconds { get; init; } = 1;
}

/// <summary>Cancels and fails a body that takes longer.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class TimeoutAttribute : Attribute
{
    /// <param name="seconds">The limit in seconds.</param>
    public TimeoutAttribute(double seconds) => After = TimeSpan.FromSeconds(seconds);

    /// <param name="time">The limit in hours, minutes and seconds, such as <c>00:10:00</c>.</param>
    public TimeoutAttribute(string time) => After = TimeSpan.Parse(time, CultureInfo.InvariantCulture);

    /// <summary>The limit.</summary>
    public TimeSpan After { get; }

    /// <summary>How long the body may take to stop, in seconds: see <see cref="Execution.Grace"/>.</summary>
    public double GraceSeconds { get; init; } = 10;
}
