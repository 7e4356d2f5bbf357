namespace Kiln.Learning.Reporting;

/// <summary>One HTML file that needs nothing but itself: it opens from disk, without a network.</summary>
public sealed class Page : IArtifact<Page>
{
    readonly string path;

    Page(string path) => this.path = path;

    /// <inheritdoc/>
    public static Page At(string path) => new(path);

    /// <summary>Writes the page. What a <see cref="PageRenderer"/> gives belongs here.</summary>
    public void Write(string html) => File.WriteAllText(path, html);

    /// <summary>Reads the page.</summary>
    public string Read() => File.ReadAllText(path);
}
