namespace Kiln.Learning.Reporting;

/// <summary>
/// Finds the scripts that draw charts: in the node_modules folder that <c>KILN_CHART_SCRIPTS</c> names, else under
/// <c>.kiln/tools</c> in the nearest folder above the program that has it.
/// </summary>
static class ChartScripts
{
    static readonly string[] Files = ["vega/build/vega.min.js", "vega-lite/build/vega-lite.min.js", "vega-embed/build/vega-embed.min.js"];

    /// <summary>The scripts, in the order they must run, made safe to stand inside a script element.</summary>
    public static IEnumerable<string> Read() => Files.Select(file => Embeddable(File.ReadAllText(Find(file))));

    // "</script" can only stand in a string or a regular expression, where "<\/script" means the same.
    static string Embeddable(string script) => script.Replace("</script", "<\\/script", StringComparison.OrdinalIgnoreCase);

    static string Find(string file)
    {
        if (Environment.GetEnvironmentVariable("KILN_CHART_SCRIPTS") is { Length: > 0 } named)
            return Existing(Path.Combine(named, file)) ?? throw ReportingErrors.NoChartScripts(file);
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (Existing(Path.Combine(folder.FullName, ".kiln", "tools", "node_modules", file)) is { } found) return found;
        throw ReportingErrors.NoChartScripts(file);
    }

    static string? Existing(string path) => File.Exists(path) ? path : null;
}
