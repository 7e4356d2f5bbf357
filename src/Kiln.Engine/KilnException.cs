using System.Text;

namespace Kiln;

/// <summary>
/// An error made for the person at the terminal: what happened, the facts, and the next step.
/// It is printed without a stack trace and decides the exit code.
/// </summary>
public class KilnException : Exception
{
    /// <param name="what">One sentence: what happened.</param>
    /// <param name="facts">Labelled facts, in the order they should be read.</param>
    /// <param name="next">What to do about it.</param>
    public KilnException(string what, IEnumerable<(string Label, string Value)> facts, string next, Exception? inner = null)
        : base(Compose(what, facts.ToList(), next), inner)
    {
        (What, Next) = (what, next);
    }

    /// <summary>An error that was composed elsewhere.</summary>
    private protected KilnException(string what, string message)
        : base(message)
    {
        What = what;
    }

    /// <summary>The first line of the message.</summary>
    public string What { get; }

    /// <summary>The last lines of the message: what to do about it.</summary>
    internal string Next { get; } = "";

    /// <summary>The exit code the process ends with when this error ends a run.</summary>
    public virtual ExitCode ExitCode => ExitCode.StageFailed;

    static string Compose(string what, List<(string Label, string Value)> facts, string next)
    {
        var text = new StringBuilder(what);
        var width = facts.Count == 0 ? 0 : facts.Max(fact => fact.Label.Length);
        foreach (var (label, value) in facts)
            text.Append("\n  ").Append(label.PadRight(width)).Append("  ").Append(value.ReplaceLineEndings("\n" + new string(' ', width + 4)));
        return next.Length == 0 ? text.ToString() : text.Append('\n').Append(next).ToString();
    }
}
