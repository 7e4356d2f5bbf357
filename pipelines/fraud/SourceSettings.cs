namespace Kiln.Pipelines.Fraud;

/// <summary>Where the transactions come from.</summary>
public sealed record SourceSettings
{
    /// <summary>A folder of daily files such as 2018-04-01.csv or 2018-04-01.csv.gz; null to simulate them.</summary>
    public string? Path { get; init; }

    /// <summary>Whether days may be missing between the first and the last.</summary>
    public bool AllowMissingDays { get; init; }
}
