using System.Runtime.CompilerServices;

namespace Kiln.Tests;

/// <summary>
/// Runs in CI default to the sandbox, for which the host starts itself again: a host inside a test cannot. Tests of the sandbox ask for it.
/// </summary>
static class OutsideContinuousIntegration
{
    [ModuleInitializer]
    internal static void Forget() => Environment.SetEnvironmentVariable("CI", null);
}
