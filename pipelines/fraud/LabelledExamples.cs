using Kiln.Data;

namespace Kiln.Pipelines.Fraud;

/// <summary>A window of examples in memory: row-major features, labels, and whose and when they are.</summary>
sealed record LabelledExamples
{
    /// <summary>Rows × features, row by row.</summary>
    public required float[] Features { get; init; }

    public required bool[] Labels { get; init; }

    public required long[] Customers { get; init; }

    public required DateOnly[] Days { get; init; }

    public required ReadOnlyMemory<long> Ids { get; init; }

    /// <summary>Microseconds since 1970.</summary>
    public required ReadOnlyMemory<long> Times { get; init; }

    public int Rows => Labels.Length;

    public int Positives => Labels.Count(label => label);

    public static LabelledExamples Read(Table table, IReadOnlyList<string> featureNames)
    {
        var columns = table.ReadColumns([TransactionEvents.Id, TransactionEvents.Time, TransactionEvents.Customer, TransactionEvents.Fraud, .. featureNames]);
        var features = new float[columns.RowCount * featureNames.Count];
        for (var f = 0; f < featureNames.Count; f++)
        {
            var values = columns.Values<float>(featureNames[f]).Span;
            for (var row = 0; row < values.Length; row++) features[row * featureNames.Count + f] = values[row];
        }

        var times = columns.Values<long>(TransactionEvents.Time);
        return new LabelledExamples
        {
            Features = features,
            Labels = Array.ConvertAll(columns.Values<long>(TransactionEvents.Fraud).ToArray(), label => label != 0),
            Customers = columns.Values<long>(TransactionEvents.Customer).ToArray(),
            Days = Array.ConvertAll(times.ToArray(), micros => DateOnly.FromDateTime(DateTime.UnixEpoch.AddTicks(micros * 10))),
            Ids = columns.Values<long>(TransactionEvents.Id),
            Times = times,
        };
    }
}
