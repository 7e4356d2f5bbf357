using Kiln.Learning.Evaluating.Resampling;

namespace Kiln.Learning.Gates;

/// <summary>What a figure must be: a side of a limit. A difference is of the model less the other, whichever direction is better.</summary>
public sealed record Requirement
{
    Requirement()
    {
    }

    /// <summary>The limit.</summary>
    public required double Limit { get; init; }

    /// <summary>Whether the figure must be above it, or below it.</summary>
    public required bool IsLeast { get; init; }

    /// <summary>Whether the limit itself is not good enough.</summary>
    public required bool IsStrict { get; init; }

    /// <summary>The requirement in words, such as "at least 0.65", to follow "must be".</summary>
    public required string Words { get; init; }

    /// <summary>A figure of which more is better.</summary>
    /// <exception cref="KilnException">The limit is not finite.</exception>
    public static Requirement AtLeast(double limit) => new() { Limit = Finite("limit", limit), IsLeast = true, IsStrict = false, Words = $"at least {limit:0.######}" };

    /// <summary>A figure of which less is better.</summary>
    /// <exception cref="KilnException">The limit is not finite.</exception>
    public static Requirement AtMost(double limit) => new() { Limit = Finite("limit", limit), IsLeast = false, IsStrict = false, Words = $"at most {limit:0.######}" };

    /// <summary>A difference that may go to the wrong side by a margin (non-inferiority).</summary>
    /// <param name="other">What the model is compared with, such as "the champion".</param>
    /// <param name="margin">At least 0.</param>
    /// <param name="isHigherBetter">Whether more of the figure is better.</param>
    /// <exception cref="KilnException">The margin is negative or not finite.</exception>
    public static Requirement NoWorseThan(string other, double margin, bool isHigherBetter = true) => new()
    {
        Limit = margin < 0 ? throw GateErrors.NegativeMargin(margin) : isHigherBetter ? -Finite("margin", margin) : Finite("margin", margin),
        IsLeast = isHigherBetter,
        IsStrict = false,
        Words = margin == 0 ? $"no worse than {other}" : $"no worse than {other} by more than {margin:0.######}",
    };

    /// <summary>A difference that must be on the right side of 0.</summary>
    /// <param name="other">What the model is compared with, such as "the baseline".</param>
    /// <param name="isHigherBetter">Whether more of the figure is better.</param>
    public static Requirement BetterThan(string other, bool isHigherBetter = true) =>
        new() { Limit = 0, IsLeast = isHigherBetter, IsStrict = true, Words = $"better than {other}" };

    /// <summary>Whether the whole interval is on the right side.</summary>
    internal bool IsShownBy(Interval interval) =>
        IsLeast ? interval.Lower > Limit || (!IsStrict && interval.Lower == Limit) : interval.Upper < Limit || (!IsStrict && interval.Upper == Limit);

    /// <summary>Whether the whole interval is on the wrong side.</summary>
    internal bool IsRefutedBy(Interval interval) =>
        IsLeast ? interval.Upper < Limit || (IsStrict && interval.Upper == Limit) : interval.Lower > Limit || (IsStrict && interval.Lower == Limit);

    /// <summary>The p-value of the claim that the requirement is not met: little where the figure lies clearly on the wrong side.</summary>
    internal double PValueOfFailing(BootstrapResult.Distribution distribution) => (IsLeast, IsStrict) switch
    {
        (true, false) => distribution.PValueBelow(Limit),
        (true, true) => distribution.PValueAtMost(Limit),
        (false, false) => distribution.PValueAbove(Limit),
        (false, true) => distribution.PValueAtLeast(Limit),
    };

    static double Finite(string name, double value) => double.IsFinite(value) ? value : throw GateErrors.NotFinite(name, value);
}
