using System.Text;

namespace Kiln.Reporting;

/// <summary>
/// Standard output as a run uses it. Where it takes no more, as on a full disk, the run goes on without: what it makes and records matters more.
/// Whoever began the run asks in the end whether all was said.
/// </summary>
sealed class RunOutput(TextWriter output) : TextWriter
{
    public override Encoding Encoding => output.Encoding;

    /// <summary>What the first line that could not be written failed with; null where all was.</summary>
    public IOException? Failure { get; private set; }

    public override void Write(char value) => Write(value.ToString());

    public override void Write(string? value)
    {
        try
        {
            if (Failure is null) output.Write(value);
        }
        catch (IOException error)
        {
            Failure = error;
        }
    }

    public override void WriteLine(string? value) => Write(value + output.NewLine);
}
