using Kiln.Planning;

namespace Kiln.Running;

/// <summary>
/// Which stages run in a sandbox: those whose declaration says so, and, with --sandbox or in CI, every other that makes something. Where the
/// machine has none, that is said once, and the run goes on.
/// </summary>
/// <param name="asked">What the command line asks for; null where it says nothing.</param>
/// <param name="landlock">The version of the kernel's Landlock, or 0.</param>
/// <param name="launcher">The launcher, or null where it is not set up.</param>
/// <param name="noted">Told what to tell.</param>
sealed class SandboxPolicy(bool? asked, int landlock, string? launcher, Action<string> noted)
{
    int _told;

    /// <summary>What the workers of C# stages need.</summary>
    public required WorkerPlace Workers { get; init; }

    /// <summary>What the command line's silence means.</summary>
    public static bool IsDefault => Environment.GetEnvironmentVariable("CI") is "true" or "1";

    public bool IsFor(PlannedStage node)
    {
        if (asked == false || !(node.Stage.IsSandboxed ?? ((asked ?? IsDefault) && !node.IsTask))) return false;
        if (landlock > 0 && launcher is not null) return true;
        if (Interlocked.Exchange(ref _told, 1) == 0)
            noted(landlock == 0
                ? "No sandbox: the kernel has no Landlock (Linux 5.13 and later have, where it is enabled). What stages read undeclared goes unnoticed."
                : "No sandbox: the launcher is not set up (./build.sh does it). What stages read undeclared goes unnoticed.");
        return false;
    }
}
