namespace Kiln.Learning.Reporting;

/// <summary>
/// The scripts that draw charts: in the node_modules folder that <c>KILN_CHART_SCRIPTS</c> names, else under <c>.kiln/tools</c> in the
/// nearest folder above the program that has it.
/// </summary>
public static class ChartScripts
{
    const string SchemaName = "vega-lite/build/vega-lite-schema.json";

    static readonly string[] Names = ["vega/build/vega.min.js", "vega-lite/build/vega-lite.min.js", "vega-embed/build/vega-embed.min.js"];

    /// <summary>The scripts as inputs of a stage that renders pages, in the order they must run: they are part of every page. Last comes the schema of what they draw.</summary>
    public static Inputs<PlainFile> Files => new(Names.Append(SchemaName).Select(name => Input<PlainFile>.Source(PathOf(name))));

    /// <summary>The file with the schema of specifications.</summary>
    /// <exception cref="KilnException">It is not there.</exception>
    internal static string Schema => PathOf(SchemaName) is var path && File.Exists(path) ? path : throw ReportingErrors.NoChartScripts(SchemaName);

    /// <summary>The scripts, in the order they must run, made safe to stand inside a script element.</summary>
    internal static IEnumerable<string> Read() => Names.Select(name =>
    {
        var path = PathOf(name);
        return File.Exists(path) ? Embeddable(File.ReadAllText(path)) : throw ReportingErrors.NoChartScripts(name);
    });

    // "</script" can only stand in a string or a regular expression, where "<\/script" means the same.
    static string Embeddable(string script) => script.Replace("</script", "<\\/script", StringComparison.OrdinalIgnoreCase);

    static string PathOf(string name) => Surroundings.Variable("KILN_CHART_SCRIPTS") is { Length: > 0 } named
        ? Path.GetFullPath(Path.Combine(named, name))
        : NativeTools.Find("node_modules/" + name) ?? Path.Combine(AppContext.BaseDirectory, ".kiln", "tools", "node_modules", name);
}
