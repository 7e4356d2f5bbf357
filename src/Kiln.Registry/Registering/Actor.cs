namespace Kiln.Registry;

/// <summary>Who does something, where nobody says.</summary>
static class Actor
{
    /// <summary>What <c>KILN_USER</c> says, or the user of the process.</summary>
    public static string Name => Environment.GetEnvironmentVariable("KILN_USER") is { Length: > 0 } named ? named : Environment.UserName;
}
