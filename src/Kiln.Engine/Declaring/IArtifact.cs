namespace Kiln;

/// <summary>
/// A kind of file or folder that stages exchange. The same type reads it (opened on an input) and writes it (opened on an output).
/// </summary>
/// <typeparam name="TSelf">The artifact kind itself.</typeparam>
public interface IArtifact<TSelf>
    where TSelf : IArtifact<TSelf>
{
    /// <summary>Opens the artifact at an absolute path. Nothing is read or written yet.</summary>
    static abstract TSelf At(string path);

    /// <summary>What explanations say of an artifact beside its hash, such as <c>1,234 rows</c>; null where there is nothing to say.</summary>
    static virtual string? Summarize(TSelf artifact) => null;

    /// <summary>Where two artifacts of different bytes differ first, in words of their kind, such as a tensor's name; null where the byte says it all.</summary>
    static virtual string? FirstDifference(TSelf one, TSelf other) => null;
}
