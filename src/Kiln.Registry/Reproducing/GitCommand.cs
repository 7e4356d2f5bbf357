using System.ComponentModel;
using System.Diagnostics;

namespace Kiln.Registry;

/// <summary>Asks git.</summary>
static class GitCommand
{
    /// <summary>Runs git in a folder; gives what it printed, or null where it failed.</summary>
    public static string? Ask(string folder, params string[] arguments) => Run(folder, arguments) is (0, var output, _) ? output : null;

    /// <summary>Runs git in a folder.</summary>
    /// <returns>Its exit code (127 where there is no git), and what it printed.</returns>
    public static (int ExitCode, string Output, string Errors) Run(string folder, params string[] arguments)
    {
        var start = new ProcessStartInfo("git", arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["GIT_OPTIONAL_LOCKS"] = "0";
        // Another repository's, where a hook calls.
        foreach (var variable in (string[])["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"]) start.Environment.Remove(variable);
        try
        {
            using var git = Process.Start(start)!;
            var errors = git.StandardError.ReadToEndAsync();
            var output = git.StandardOutput.ReadToEnd();
            git.WaitForExit();
            return (git.ExitCode, output, errors.GetAwaiter().GetResult());
        }
        catch (Win32Exception error)
        {
            return (127, "", error.Message);
        }
    }
}
