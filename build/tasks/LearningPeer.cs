namespace Kiln.Build;

/// <summary>What benchmarks of models run in a process of its own: <c>tests/peers/learning</c>.</summary>
static class LearningPeer
{
    const string Folder = "tests/peers/learning/";

    public static Task BuildAsync(CancellationToken cancellation) =>
        RunAsync(["build", Folder + "LearningPeer.csproj", "-c", "Release", "--nologo", "-v", "quiet"], cancellation);

    /// <summary>Runs it to its end; what it printed.</summary>
    /// <exception cref="KilnException">It failed.</exception>
    public static Task<string> AskAsync(IEnumerable<string> arguments, CancellationToken cancellation) =>
        RunAsync(["exec", Folder + "bin/Release/net10.0/LearningPeer.dll", .. arguments], cancellation);

    static async Task<string> RunAsync(string[] arguments, CancellationToken cancellation)
    {
        var lines = new List<string>();
        if (await Shell.RunAsync("dotnet", arguments, lines.Add, cancellation) != 0)
            throw new KilnException("The benchmark's program failed:", [("command", "dotnet " + string.Join(' ', arguments)), ("printed", string.Join('\n', lines))], "The lines above say more.");
        return string.Join('\n', lines.Where(line => line.Length > 0));
    }
}
