using System.Collections.Concurrent;
using System.Xml.Linq;

namespace Kiln.Build;

/// <summary>Checks the formatting, builds everything, runs all tests, and counts them.</summary>
[TaskDescription("Checks formatting, builds everything with warnings as errors, runs all tests.")]
sealed class Test : Stage
{
    const string Results = ".kiln/tests";

    protected override async Task RunAsync(StageRun run)
    {
        if (Directory.Exists(Results)) Directory.Delete(Results, recursive: true);
        await DoAsync(run, "build", "build", "Pipeline.sln", "-c", "Release", "-v", "quiet");
        await DoAsync(run, "formatting", "format", "Pipeline.sln", "--verify-no-changes", "--no-restore");

        var exitCode = await Shell.RunAsync("dotnet",
            ["test", "Pipeline.sln", "-c", "Release", "--no-build", "--logger", "trx", "--results-directory", Results, "-v", "quiet"],
            line => { if (line.Trim().Length > 0) run.Note(line); }, run.Cancellation);
        var counts = Directory.Exists(Results) ? Directory.GetFiles(Results, "*.trx").Select(Count).ToList() : [];
        var (passed, failed, skipped) = (counts.Sum(count => count.Passed), counts.Sum(count => count.Failed), counts.Sum(count => count.Skipped));
        foreach (var failure in counts.SelectMany(count => count.Failures)) run.Note(failure);
        foreach (var reason in counts.SelectMany(count => count.SkipReasons).CountBy(reason => reason).OrderBy(reason => reason.Key, StringComparer.Ordinal))
            run.Note($"skipped {reason.Value}: {reason.Key}");
        run.Conclude($"{passed} passed, {failed} failed, {skipped} skipped");
        if (exitCode != 0 || failed > 0 || passed == 0)
            throw new KilnException("Tests failed:", [("failed", failed.ToString()), ("passed", passed.ToString())], "The lines above say which.");
    }

    static async Task DoAsync(StageRun run, string what, params string[] arguments)
    {
        var lines = new ConcurrentQueue<string>();
        if (await Shell.RunAsync("dotnet", arguments, lines.Enqueue, run.Cancellation) == 0) return;
        foreach (var line in lines.Distinct()) run.Note(line);
        throw new KilnException($"The {what} failed:", [("command", "dotnet " + string.Join(' ', arguments))], "The lines above say where.");
    }

    static (int Passed, int Failed, int Skipped, List<string> SkipReasons, List<string> Failures) Count(string file)
    {
        var root = XDocument.Load(file).Root!;
        var results = root.Descendants().Where(element => element.Name.LocalName == "UnitTestResult").ToList();
        var skipped = results.Where(result => result.Attribute("outcome")?.Value == "NotExecuted").ToList();
        return (
            results.Count(result => result.Attribute("outcome")?.Value == "Passed"),
            results.Count(result => result.Attribute("outcome")?.Value is not ("Passed" or "NotExecuted")),
            skipped.Count,
            [.. skipped.Select(result => result.Descendants().FirstOrDefault(element => element.Name.LocalName == "StdOut" || element.Name.LocalName == "Message")?.Value.Trim() ?? "no reason given")],
            [.. results.Where(result => result.Attribute("outcome")?.Value is not ("Passed" or "NotExecuted")).Select(Describe)]);
    }

    /// <summary>A failed test's name with the start of its message.</summary>
    static string Describe(XElement result)
    {
        var message = result.Descendants().FirstOrDefault(element => element.Name.LocalName == "Message")?.Value.Trim() ?? "";
        return $"failed: {result.Attribute("testName")?.Value}\n  " + string.Join("\n  ", message.Split('\n').Take(12));
    }
}
