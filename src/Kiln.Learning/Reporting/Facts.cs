namespace Kiln.Learning.Reporting;

/// <summary>A labelled fact, shown as text.</summary>
public sealed record Fact(string Label, string Value);

/// <summary>One number a model is judged by.</summary>
/// <param name="Name">The measure, as the field names it.</param>
/// <param name="Value">Its value.</param>
/// <param name="Meaning">One sentence for a reader who does not know the measure.</param>
public sealed record MetricFact(string Name, double Value, string Meaning);

/// <summary>A feature the model sees.</summary>
public sealed record FeatureFact(string Name, string Meaning);

/// <summary>A window of rows that the model was fitted, chosen or tested on.</summary>
public sealed record DataWindow
{
    /// <summary>What the rows served for: training, validation, test.</summary>
    public required string Purpose { get; init; }

    /// <summary>First day, included.</summary>
    public required DateOnly From { get; init; }

    /// <summary>Last day, included.</summary>
    public required DateOnly To { get; init; }

    /// <summary>Rows in the window, after whatever was removed.</summary>
    public required long Rows { get; init; }

    /// <summary>Rows that are positive.</summary>
    public required long Positives { get; init; }

    /// <summary>Content hash of the rows as they were read.</summary>
    public required string Hash { get; init; }

    /// <summary>Positives as a share of the rows; 0 where there are no rows.</summary>
    public double PositiveShare => Rows == 0 ? 0 : (double)Positives / Rows;
}
