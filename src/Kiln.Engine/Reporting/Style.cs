namespace Kiln.Reporting;

/// <summary>Colour where it helps: on a terminal, unless NO_COLOR is set.</summary>
sealed class Style(bool isColoured)
{
    /// <param name="isTerminal">Whether the stream written to is a terminal.</param>
    public static Style For(bool isTerminal) => new(
        isTerminal && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR")) && Environment.GetEnvironmentVariable("TERM") != "dumb");

    public bool IsColoured => isColoured;

    public string Good(string text) => Paint("32", text);

    public string Bad(string text) => Paint("31", text);

    public string Faint(string text) => Paint("2", text);

    public string Strong(string text) => Paint("1", text);

    public string Notable(string text) => Paint("33", text);

    public string Outcome(Outcome outcome, string text) => outcome switch
    {
        Kiln.Outcome.Ran or Kiln.Outcome.Restored => Good(text),
        Kiln.Outcome.Failed => Bad(text),
        Kiln.Outcome.Skipped or Kiln.Outcome.Cancelled => Notable(text),
        _ => Faint(text),
    };

    string Paint(string code, string text) => isColoured ? $"\e[{code}m{text}\e[0m" : text;
}
