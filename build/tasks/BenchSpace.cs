using System.Diagnostics;

namespace Kiln.Build;

/// <summary>A temporary workspace with this repository's pipelines, in which benchmarks run the built program as a user would.</summary>
sealed class BenchSpace : IDisposable
{
    static readonly string Program = Environment.ProcessPath!;

    public BenchSpace()
    {
        Root = Directory.CreateTempSubdirectory("kiln-bench-").FullName;
        var needed = Directory.EnumerateFiles("pipelines", "*", SearchOption.AllDirectories)
            .Where(file => file.EndsWith(".yaml", StringComparison.Ordinal) || file.Contains("/templates/", StringComparison.Ordinal));
        foreach (var file in needed)
        {
            var copy = Path.Combine(Root, file);
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
    }

    public string Root { get; }

    public Process Start(params string[] arguments) =>
        Process.Start(new ProcessStartInfo(Program, ["--working", Root, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true })!;

    /// <summary>Runs the program to its end.</summary>
    /// <exception cref="KilnException">It did not end with the expected exit code.</exception>
    public async Task<(TimeSpan Time, string Printed)> RunAsync(CancellationToken cancellation, params string[] arguments)
    {
        var clock = Stopwatch.StartNew();
        using var process = Start(arguments);
        var error = process.StandardError.ReadToEndAsync(cancellation);
        var printed = await process.StandardOutput.ReadToEndAsync(cancellation) + await error;
        await process.WaitForExitAsync(cancellation);
        return process.ExitCode == 0
            ? (clock.Elapsed, printed)
            : throw new KilnException("A benchmark's run failed:", [("arguments", string.Join(' ', arguments)), ("exit code", process.ExitCode.ToString()), ("printed", printed)], "");
    }

    /// <summary>The SHA-256 of a workspace's made files, by path; pages are left out, for they tell when they were made.</summary>
    public SortedDictionary<string, string> Made()
    {
        var made = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var folder in new[] { "data", "models", "reports" }.Select(name => Path.Combine(Root, name)).Where(Directory.Exists))
            foreach (var file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Where(file => !file.EndsWith(".html", StringComparison.Ordinal) && !file.EndsWith(".md", StringComparison.Ordinal) && !file.EndsWith("-log.json", StringComparison.Ordinal)))
            {
                using var stream = File.OpenRead(file);
                made[Path.GetRelativePath(Root, file)] = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(stream));
            }

        return made;
    }

    public void Dispose() => Directory.Delete(Root, recursive: true);

    public static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToList();
        return sorted.Count % 2 == 1 ? sorted[sorted.Count / 2] : (sorted[sorted.Count / 2 - 1] + sorted[sorted.Count / 2]) / 2;
    }

    /// <summary>Where the two differ, or null.</summary>
    public static string? Difference(SortedDictionary<string, string> expected, SortedDictionary<string, string> actual) =>
        expected.Keys.Union(actual.Keys).FirstOrDefault(path => expected.GetValueOrDefault(path) != actual.GetValueOrDefault(path));
}
