using System.Reflection;

namespace Kiln.Learning.Reporting;

/// <summary>
/// The text of templates, styles, scripts and chart specifications. A file in the pipeline's own folder wins over the built-in one of its name.
/// </summary>
sealed class TemplateSource(string? folder)
{
    const string Prefix = "templates/";

    static readonly Assembly Home = typeof(TemplateSource).Assembly;

    /// <summary>The built-in templates' names, sorted: paths relative to a templates folder.</summary>
    public static IEnumerable<string> Names { get; } =
        [.. Home.GetManifestResourceNames().Where(name => name.StartsWith(Prefix, StringComparison.Ordinal)).Select(name => name[Prefix.Length..]).Order(StringComparer.Ordinal)];

    /// <summary>Where the text of this name comes from, for messages.</summary>
    public string Origin(string name) => OwnFile(name) ?? $"{name} (built in)";

    /// <summary>The text of this name.</summary>
    public string Read(string name)
    {
        if (OwnFile(name) is { } file) return File.ReadAllText(file);
        using var stream = Home.GetManifestResourceStream(Prefix + name) ?? throw ReportingErrors.UnknownTemplate(name, Names);
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    string? OwnFile(string name)
    {
        if (folder is null) return null;
        var file = Path.Combine(folder, name);
        return Surroundings.Exists(file) ? file : null;
    }
}
