using System.Collections;
using System.Collections.Immutable;

namespace Kiln;

/// <summary>A file or folder that a stage reads.</summary>
public abstract class Input
{
    private protected Input(string path, Output? origin, bool isSource)
    {
        Path = path;
        Origin = origin;
        IsSource = isSource;
    }

    /// <summary>The path as declared: relative to the workspace, or absolute for a source outside it.</summary>
    public string Path { get; }

    /// <summary>The output it is, or null where only its path is named.</summary>
    internal Output? Origin { get; }

    /// <summary>True where no stage makes it.</summary>
    internal bool IsSource { get; }

    /// <summary>What is to be said of this input's kind of file at a path, or null: a decoration that never fails.</summary>
    internal abstract string? Summarize(string path);

    /// <inheritdoc/>
    public override string ToString() => Path;
}

/// <summary>A typed file or folder that a stage reads: an upstream stage's output, or a source that no stage makes.</summary>
/// <typeparam name="T">What kind of file it is.</typeparam>
public sealed class Input<T> : Input
    where T : IArtifact<T>
{
    /// <summary>Names, by path, a file that some stage of the pipeline makes. Prefer the stage's own output.</summary>
    public Input(string path)
        : base(path, null, isSource: false)
    {
    }

    Input(string path, Output? origin, bool isSource)
        : base(path, origin, isSource)
    {
    }

    /// <summary>Names a file that no stage makes. A relative path starts at the workspace; an absolute one may lie outside it.</summary>
    public static Input<T> Source(string path) => new(path, null, isSource: true);

    /// <summary>Reads an upstream stage's output.</summary>
    public static Input<T> From(Output<T> output) => new(output.Path, output, isSource: false);

    /// <summary>Reads an upstream stage's output.</summary>
    public static implicit operator Input<T>(Output<T> output) => From(output);

    internal override string? Summarize(string path)
    {
        try
        {
            return System.IO.Path.Exists(path) ? T.Summarize(T.At(path)) : null;
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            return null; // a broken file is for the stage that reads it to report
        }
    }
}

/// <summary>Several inputs of one kind, in a fixed order: what a stage reads that gathers partitions.</summary>
public sealed class Inputs<T> : IReadOnlyList<Input<T>>, IInputs
    where T : IArtifact<T>
{
    readonly ImmutableArray<Input<T>> _items;

    /// <param name="outputs">The upstream outputs, in the order they are to be read.</param>
    public Inputs(IEnumerable<Output<T>> outputs) => _items = [.. outputs.Select(Input<T>.From)];

    /// <param name="inputs">The inputs, in the order they are to be read.</param>
    public Inputs(IEnumerable<Input<T>> inputs) => _items = [.. inputs];

    /// <inheritdoc/>
    public int Count => _items.Length;

    /// <inheritdoc/>
    public Input<T> this[int index] => _items[index];

    IEnumerable<Input> IInputs.All => _items;

    /// <inheritdoc/>
    public IEnumerator<Input<T>> GetEnumerator() => ((IEnumerable<Input<T>>)_items).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}

interface IInputs
{
    IEnumerable<Input> All { get; }
}
