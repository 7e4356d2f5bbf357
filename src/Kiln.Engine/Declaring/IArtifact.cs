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
}
