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

/// <summary>Rows that the model was fitted, chosen or tested on.</summary>
public sealed record DataWindow
{
    /// <summary>What the rows served for: training, validation, test.</summary>
    public required string Purpose { get; init; }

    /// <summary>First day, included; null where rows have no time.</summary>
    public DateOnly? From { get; init; }

    /// <summary>Last day, included; null where rows have no time.</summary>
    public DateOnly? To { get; init; }

    /// <summary>Rows, after whatever was removed.</summary>
    public required long Rows { get; init; }

    /// <summary>What is to be learned from them, in a few words: how many are positive, how many there are of each class, the mean.</summary>
    public required string Target { get; init; }

    /// <summary>Content hash of the rows as they were read.</summary>
    public required string Hash { get; init; }
}
