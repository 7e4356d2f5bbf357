using Kiln.Running;

namespace Kiln.Tests;

/// <summary>A test that needs the sandbox.</summary>
sealed class SandboxFactAttribute : FactAttribute
{
    public SandboxFactAttribute() =>
        Skip = Launcher.LandlockVersion == 0 ? "The kernel has no Landlock." : Launcher.Program is null ? "The launcher is not set up: build/setup/launch.sh." : null;
}
