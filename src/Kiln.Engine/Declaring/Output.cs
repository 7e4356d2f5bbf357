namespace Kiln;

/// <summary>A file or folder that one stage makes.</summary>
public abstract class Output
{
    private protected Output(string path) => Path = path;

    /// <summary>The path as declared, relative to the workspace, with forward slashes.</summary>
    public string Path { get; }

    /// <summary>Whether its bytes tell of the run that made it, such as a page with the run's id: then pipeline.lock names it without its hash.</summary>
    public bool VariesByRun { get; init; }

    /// <summary>The stage that declares it; set when the stage is added to a pipeline.</summary>
    internal Stage? Owner { get; set; }

    /// <summary>Where two files of this output's kind differ first, in words of the kind; null where it has none, or cannot read them.</summary>
    internal abstract string? FirstDifference(string one, string other);

    /// <inheritdoc/>
    public override string ToString() => Path;
}

/// <summary>A typed file or folder that one stage makes. It converts to the <see cref="Input{T}"/> of another.</summary>
/// <typeparam name="T">What kind of file it is.</typeparam>
/// <param name="path">Where it stands, relative to the workspace.</param>
public sealed class Output<T>(string path) : Output(path)
    where T : IArtifact<T>
{
    internal override string? FirstDifference(string one, string other)
    {
        try
        {
            return T.FirstDifference(T.At(one), T.At(other));
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            return null; // the byte is told in any case
        }
    }
}
