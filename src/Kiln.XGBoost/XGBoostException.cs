namespace Kiln.XGBoost;

/// <summary>An error of XGBoost or of its binding: what happened, the facts, and the next step.</summary>
public sealed class XGBoostException : Exception
{
    public XGBoostException(string message)
        : base(message)
    {
    }

    public XGBoostException(string message, Exception? inner)
        : base(message, inner)
    {
    }

    /// <summary>What the library itself said, where it refused.</summary>
    internal string? LibraryReason { get; init; }
}
