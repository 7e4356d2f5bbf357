namespace Kiln.Build;

/// <summary>
/// The pages in Chromium: size and time to load of the evaluation page of 100,000 scored rows, and every page on every screen held to an empty console, no
/// request, no complaint of axe-core and no scrolling sideways. The tests do the work, so that they and this cannot disagree.
/// </summary>
[TaskDescription("Benchmark: the evaluation page of 100,000 scored rows in Chromium, medians of 7; and all pages on all screens.")]
sealed class BenchPages : Stage
{
    const string Measured = "measured: ";

    const int Rounds = 7;

    protected override async Task RunAsync(StageRun run)
    {
        var skipped = 0;
        foreach (var (project, classes) in new[] { ("tests/Kiln.Learning.Tests", "FullyQualifiedName~BrowserTests"), ("tests/Kiln.Engine.Tests", "FullyQualifiedName~RunPageTests|FullyQualifiedName~IndexPageTests|FullyQualifiedName~PageCheckTests") })
        {
            var exitCode = await Shell.RunAsync("env",
                [$"KILN_BENCH_ROUNDS={Rounds}", "dotnet", "test", project, "-c", "Release", "--filter", classes, "-v", "quiet", "--logger", "console;verbosity=detailed"],
                line =>
                {
                    var text = line.Trim();
                    if (text.StartsWith(Measured, StringComparison.Ordinal)) run.Conclude(text[Measured.Length..]);
                    else if (text.StartsWith("Skipped ", StringComparison.Ordinal)) skipped++;
                    else if (text.StartsWith("Passed ", StringComparison.Ordinal) || text.StartsWith("Failed ", StringComparison.Ordinal)) run.Note(text);
                }, run.Cancellation);
            if (exitCode != 0) throw new KilnException("A page is not in order:", [("project", project)], $"dotnet test {project} -c Release --filter '{classes}' says what is wrong.");
        }

        if (skipped > 0) throw new KilnException("Pages were not opened:", [("tests skipped", skipped.ToString())], "Install Chromium, or set KILN_CHROMIUM to its path.");
        run.Conclude("Every page on every screen: no word on the console, no request, nothing that axe-core complains of, no scrolling sideways.");
    }
}
