using System.ComponentModel;
using System.Diagnostics;

namespace Kiln.Registry;

/// <summary>Asks git, and other programs that are soon done.</summary>
static class GitCommand
{
    const int NotThere = 127;

    /// <summary>How long an interruption may take to arrive here after it has ended a child: a terminal sends it to all at once.</summary>
    static readonly TimeSpan Arrival = TimeSpan.FromSeconds(0.5);

    /// <summary>Runs git in a folder; gives what it printed, or null where it failed.</summary>
    public static string? Ask(string folder, params string[] arguments) => Run(folder, arguments) is (0, var output, _) ? output : null;

    /// <summary>Runs git in a folder.</summary>
    /// <returns>Its exit code (127 where there is no git), and what it printed.</returns>
    public static (int ExitCode, string Output, string Errors) Run(string folder, params string[] arguments) => Run("git", folder, arguments, CancellationToken.None);

    /// <summary>Runs a program in a folder, until it ends or is to be interrupted.</summary>
    /// <exception cref="OperationCanceledException">It was interrupted.</exception>
    public static (int ExitCode, string Output, string Errors) Run(string program, string folder, string[] arguments, CancellationToken interruption)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["GIT_OPTIONAL_LOCKS"] = "0";
        // Another repository's, where a hook calls.
        foreach (var variable in (string[])["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"]) start.Environment.Remove(variable);
        try
        {
            using var child = Process.Start(start)!;
            using var watch = interruption.Register(() => Kill(child));
            var errors = child.StandardError.ReadToEndAsync(CancellationToken.None);
            var output = child.StandardOutput.ReadToEnd();
            child.WaitForExit();
            if (child.ExitCode != 0) ThrowIfInterrupted(interruption);
            return (child.ExitCode, output, errors.GetAwaiter().GetResult());
        }
        catch (Win32Exception error)
        {
            return (NotThere, "", error.Message);
        }
    }

    /// <summary>Of a child that failed: whether an interruption ended it, which may be told a moment later here.</summary>
    /// <exception cref="OperationCanceledException">It was interrupted.</exception>
    public static void ThrowIfInterrupted(CancellationToken interruption)
    {
        if (interruption.CanBeCanceled) interruption.WaitHandle.WaitOne(Arrival);
        interruption.ThrowIfCancellationRequested();
    }

    /// <summary>Ends a child and all that it started.</summary>
    public static void Kill(Process child)
    {
        try
        {
            child.Kill(entireProcessTree: true);
        }
        catch (InvalidOperationException)
        {
            // It has ended meanwhile.
        }
    }
}
