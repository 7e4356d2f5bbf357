using Kiln.Torch;

namespace Kiln.Learning.Training;

/// <summary>Labelled rows in memory, unscaled.</summary>
public sealed record TrainingExamples
{
    /// <summary>Features in row-major order.</summary>
    public required ReadOnlyMemory<float> Features { get; init; }

    /// <summary>Whether each row is positive.</summary>
    public required ReadOnlyMemory<bool> Labels { get; init; }

    /// <summary>The number of rows.</summary>
    public int Rows => Labels.Length;

    /// <summary>Throws unless the rows can be trained or validated on.</summary>
    /// <exception cref="KilnException">Lengths differ, or there is only one class.</exception>
    internal void Check(string which, int columns)
    {
        var rows = TrainingErrors.CheckRows(Features.Length, columns);
        if (rows != Rows) throw TrainingErrors.LabelsDiffer(rows, Rows);
        if (rows == 0) throw TrainingErrors.NoRows();
        var positives = Labels.Span.Count(true);
        if (positives == 0 || positives == rows) throw TrainingErrors.OneClass(which, rows, positives);
    }

    /// <summary>The rows on a device, standardized: Float32 [rows, columns] and [rows]; the caller owns both.</summary>
    internal (Tensor Features, Tensor Labels) On(Device device, Standardizer standardizer)
    {
        var labels = new float[Rows];
        for (var row = 0; row < labels.Length; row++) labels[row] = Labels.Span[row] ? 1 : 0;
        return (Tensor.From<float>(standardizer.Apply(Features.Span), [Rows, standardizer.Columns], device), Tensor.From<float>(labels, [Rows], device));
    }
}
