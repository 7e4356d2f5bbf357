namespace Kiln.Torch;

/// <summary>An error of libtorch or of its binding: what happened, the facts (shapes among them), and the next step.</summary>
public sealed class TorchException : Exception
{
    public TorchException(string message)
        : base(message)
    {
    }

    public TorchException(string message, Exception? inner)
        : base(message, inner)
    {
    }

    /// <summary>Whether a device had not enough memory: the same with a smaller batch may do.</summary>
    public bool IsOutOfMemory { get; init; }

    /// <summary>What libtorch itself said of a TorchScript module; null of other errors.</summary>
    public string? Reason { get; init; }
}
