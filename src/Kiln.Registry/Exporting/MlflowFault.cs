namespace Kiln.Registry.Exporting;

/// <summary>A request that was not done.</summary>
/// <param name="told">What people are told, where nothing else is to be done about it.</param>
sealed class MlflowFault(KilnException told) : Exception(told.Message)
{
    public const string NotThere = "RESOURCE_DOES_NOT_EXIST", ThereAlready = "RESOURCE_ALREADY_EXISTS";

    public KilnException Told => told;

    /// <summary>The API's own code; empty where the server did not get so far.</summary>
    public string Code { get; init; } = "";

    /// <summary>Whether it may pass: the same may be done another time.</summary>
    public bool MayPass { get; init; }

    /// <summary>Whether no answer came in time: the server may still be at it.</summary>
    public bool IsUnanswered { get; init; }

    /// <summary>How long the server asks to wait before; null where it does not say.</summary>
    public TimeSpan? Wait { get; init; }
}
