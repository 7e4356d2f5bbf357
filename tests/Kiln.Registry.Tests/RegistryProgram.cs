using Kiln.Hosting;
using Kiln.Registry;

namespace Kiln.Tests;

/// <summary>The tests' assembly as a program: a host with the registry's commands, to be interrupted and killed.</summary>
static class RegistryProgram
{
    static int Main(string[] arguments) => KilnHost.Create().AddCommands<RegistryCommands>().Run(arguments);
}
