using Kiln.Torch;

namespace Kiln.Learning.Training;

/// <summary>Labelled rows in memory, unscaled: features Float32 [rows, columns] and labels Float32 [rows] of 0 and 1.</summary>
public sealed record TrainingExamples
{
    /// <summary>Features in row-major order.</summary>
    public required ReadOnlyMemory<float> Features { get; init; }

    /// <summary>A 0 or a 1 for each row.</summary>
    public required ReadOnlyMemory<float> Labels { get; init; }

    /// <summary>The number of features.</summary>
    public required int Columns { get; init; }

    /// <summary>The number of rows.</summary>
    public int Rows => Labels.Length;

    /// <summary>Throws unless the rows can be trained or validated on.</summary>
    /// <exception cref="KilnException">Lengths differ, a label is not 0 or 1, or there is only one class.</exception>
    internal void Check(string which)
    {
        var rows = TrainingErrors.CheckRows(Features.Length, Columns);
        if (rows != Rows) throw TrainingErrors.LabelsDiffer(rows, Rows);
        if (rows == 0) throw TrainingErrors.NoRows();
        var positives = 0L;
        var labels = Labels.Span;
        for (var row = 0; row < labels.Length; row++)
        {
            if (labels[row] is not (0 or 1)) throw TrainingErrors.BadLabel(row, labels[row]);
            positives += (long)labels[row];
        }
        if (positives == 0 || positives == rows) throw TrainingErrors.OneClass(which, rows, positives);
    }

    /// <summary>The rows on a device, standardized; the caller owns both tensors.</summary>
    internal (Tensor Features, Tensor Labels) On(Device device, Standardizer standardizer) =>
        (Tensor.From<float>(standardizer.Apply(Features.Span), [Rows, Columns], device), Tensor.From(Labels.Span, [Rows], device));
}
