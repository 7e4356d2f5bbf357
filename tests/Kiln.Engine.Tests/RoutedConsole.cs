using System.Text;

namespace Kiln.Tests;

/// <summary>
/// The console of the test process: what a run prints goes to the test that started it, so that tests run side by side.
/// </summary>
sealed class RoutedConsole : TextWriter
{
    static readonly AsyncLocal<TextWriter?> Destination = new();
    static readonly TextWriter Original = Console.Out;

    static RoutedConsole()
    {
        Console.SetOut(new RoutedConsole());
        Console.SetError(new RoutedConsole());
    }

    RoutedConsole()
    {
    }

    public override Encoding Encoding => Encoding.UTF8;

    static TextWriter Current => Destination.Value ?? Original;

    /// <summary>From here on, what the calling method and what it starts prints goes to the writer.</summary>
    public static void SendTo(TextWriter writer) => Destination.Value = Synchronized(writer);

    public override void Write(char value) => Current.Write(value);

    public override void Write(string? value) => Current.Write(value);

    public override void WriteLine(string? value) => Current.WriteLine(value);
}
