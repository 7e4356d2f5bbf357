using System.Collections.Immutable;
using Kiln.Data;

namespace Kiln.Pipelines.Fashion;

/// <summary>Reads images and their labels into a table: a column of bytes, and one of words.</summary>
[TaskDescription("Reads images and labels from IDX files into a table.")]
public sealed class ReadImages(string part, Input<PlainFile> images, Input<PlainFile> labels) : Stage
{
    /// <summary>The labels' column.</summary>
    public const string Label = "garment";

    /// <summary>What the labels mean, by their numbers.</summary>
    public static ImmutableArray<string> Garments { get; } = ["T-shirt", "trouser", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "ankle boot"];

    /// <summary>The library that writes the tables.</summary>
    public Input<PlainFile> DuckDbLibrary { get; } = DuckDb.Library;

    /// <summary>The images: [n, 28, 28].</summary>
    public Input<PlainFile> Images { get; } = images;

    /// <summary>The labels: [n].</summary>
    public Input<PlainFile> Labels { get; } = labels;

    /// <summary>An image a row.</summary>
    public Output<Table> Rows { get; } = new($"data/fashion/{part}.parquet");

    /// <inheritdoc/>
    protected override Task RunAsync(StageRun run)
    {
        var (pixels, labels) = (IdxFile.Read(run.Open(Images).Path, 3), IdxFile.Read(run.Open(Labels).Path, 1));
        if (pixels.Sizes[0] != labels.Sizes[0])
            throw new KilnException("There are not as many labels as images.", [("images", $"{pixels.Sizes[0]:#,0}"), ("labels", $"{labels.Sizes[0]:#,0}")], "Give files that belong together.");
        if (labels.Values.Span.IndexOfAnyExceptInRange((byte)0, (byte)(Garments.Length - 1)) is >= 0 and var row)
            throw new KilnException("A label is none of the garments.", [("file", Labels.Path), ("row", $"{row} (from 0)"), ("label", $"{labels.Values.Span[row]}")], "Give files that belong together.");
        run.Open(Rows).Write([Column.Bytes("image", pixels.Items.ToArray()), Column.Texts(Label, labels.Items.Select(label => (string?)Garments[label[0]]).ToArray())]);
        run.Metric("rows", pixels.Sizes[0]);
        return Task.CompletedTask;
    }
}
