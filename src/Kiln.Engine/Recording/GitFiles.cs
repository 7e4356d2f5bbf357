using System.ComponentModel;
using System.Diagnostics;
using System.Text;

namespace Kiln.Recording;

/// <summary>Reads files as a revision of the repository has them; paths are relative to the workspace, which may be a part of it.</summary>
sealed class GitFiles(string workspace)
{
    /// <summary>The files of a name that a revision has in the workspace.</summary>
    /// <exception cref="UsageException">There is no such revision, no repository, or no git.</exception>
    public IEnumerable<string> Named(string name, string revision)
    {
        if (Git("rev-parse", "--is-inside-work-tree") is not { Code: 0 }) throw LockErrors.NoRepository(workspace);
        var commit = Git("rev-parse", "--verify", "--end-of-options", revision + "^{commit}");
        if (commit.Code != 0) throw LockErrors.NoRevision(revision, commit.Error.Trim());
        var listing = Git("ls-tree", "-r", "-z", "--name-only", commit.Output.Trim());
        return listing.Output.Split('\0').Where(path => path == name || path.EndsWith("/" + name, StringComparison.Ordinal));
    }

    /// <summary>A file's text in a revision that has it.</summary>
    public string Read(string path, string revision)
    {
        var (code, text, error) = Git("show", $"{revision}:./{path}");
        return code == 0 ? text : throw LockErrors.NoRevision(revision, error.Trim());
    }

    (int Code, string Output, string Error) Git(params string[] arguments)
    {
        var start = new ProcessStartInfo("git", arguments)
        {
            WorkingDirectory = workspace,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
        };
        start.Environment["GIT_OPTIONAL_LOCKS"] = "0";
        try
        {
            using var git = Process.Start(start)!;
            var error = git.StandardError.ReadToEndAsync();
            var output = git.StandardOutput.ReadToEnd();
            git.WaitForExit();
            return (git.ExitCode, output, error.Result);
        }
        catch (Win32Exception)
        {
            throw LockErrors.NoRepository(workspace);
        }
    }
}
