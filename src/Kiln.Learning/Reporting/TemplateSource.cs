using System.Reflection;

namespace Kiln.Learning.Reporting;

/// <summary>
/// The text of templates, styles, scripts and chart specifications. A file in the pipeline's own folder wins over the built-in one of its name.
/// </summary>
sealed class TemplateSource(string? folder)
{
    /// <summary>The folder of pictures among templates.</summary>
    public const string Charts = "charts/";

    const string Prefix = "templates/", Specification = ".vl.json";

    static readonly Assembly Home = typeof(TemplateSource).Assembly;

    /// <summary>The built-in templates' names, sorted: paths relative to a templates folder.</summary>
    public static IEnumerable<string> Names { get; } =
        [.. Home.GetManifestResourceNames().Where(name => name.StartsWith(Prefix, StringComparison.Ordinal)).Select(name => name[Prefix.Length..]).Order(StringComparer.Ordinal)];

    /// <summary>Refuses a file that no page would use: one of a name that there is not, or of a picture of its own that is named almost as one there is.</summary>
    /// <param name="folder">The folder, for the message.</param>
    /// <param name="files">The files in it, relative to it.</param>
    /// <exception cref="KilnException">There is such a file; the error lists the names that there are.</exception>
    public static void Refuse(string folder, IEnumerable<string> files)
    {
        foreach (var file in files.Where(file => !Names.Contains(file) && file != "README.md"))
            if (NearestTo(file) is var nearest && (nearest is not null || !IsOwnPicture(file))) throw ReportingErrors.NoSuchTemplate($"{folder}/{file}", nearest, Names);
    }

    /// <summary>What all pictures' names have in common makes none the misspelling of another.</summary>
    static string? NearestTo(string file) => !IsOwnPicture(file) ? Nearest.Name(file, Names)
        : Nearest.Name(Stem(file), Names.Where(IsOwnPicture).Select(Stem)) is { } stem ? Charts + stem + Specification : null;

    static string Stem(string picture) => picture[Charts.Length..^Specification.Length];

    static bool IsOwnPicture(string file) => file.StartsWith(Charts, StringComparison.Ordinal) && file.EndsWith(Specification, StringComparison.Ordinal);

    /// <summary>Whether a pipeline has a text of this name of its own.</summary>
    public bool IsOwn(string name) => OwnFile(name) is not null;

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
