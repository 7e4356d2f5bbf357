using System.Collections.Immutable;
using System.Security.Cryptography;
using Kiln.Data;
using Kiln.Learning.Models;
using Kiln.Learning.Preparing;

namespace Kiln.Learning.Training;

/// <summary>Training rows that are read and prepared a part at a time; their labels and weights are known.</summary>
sealed class StreamedRows
{
    // A part's columns are in memory as they came, beside the buffers.
    const int MostRowsAtOnce = 1 << 18;

    const int ManyRows = 1 << 20;

    readonly Table table;
    readonly FittedPreparation preparation;
    readonly ImmutableArray<RowRange> ranges;
    readonly int[] starts;
    readonly int bufferRows;

    StreamedRows(Table table, FittedPreparation preparation, FitRows known, int bufferBytes)
    {
        (this.table, this.preparation, Known) = (table, preparation, known);
        bufferRows = Math.Max(1, bufferBytes / (sizeof(float) * preparation.Features.Length));
        ranges = table.RowRanges(Math.Min(MostRowsAtOnce, bufferRows));
        starts = new int[ranges.Length];
        for (var i = 1; i < starts.Length; i++) starts[i] = starts[i - 1] + ranges[i - 1].Count;
        if (ranges.Sum(range => (long)range.Count) != known.Rows) throw TrainingErrors.TableChanged(table);
    }

    /// <summary>All but the features, which are read later: labels, weights, target.</summary>
    public FitRows Known { get; }

    public int Width => Known.Features.Columns;

    /// <summary>Fits the preparation column by column, and reads what is kept of all rows.</summary>
    public static (FittedPreparation Fitted, StreamedRows Rows) Prepare(Preparation preparation, StreamedExamples training)
    {
        var target = training.Target;
        string[] known = [.. new[] { target.Column, target.Exposure, training.Weight }.OfType<string>().Distinct()];
        var examples = Examples.Of(TableColumns.Of([.. known.Select(training.Table.ReadColumn)]), target, training.Weight).Checked("training") with { Columns = TableColumns.Of() };
        var fitted = preparation.Fit(name =>
        {
            // The collector would wait for many large columns before it looked which of them are needed no more.
            if (examples.Rows > ManyRows) GC.Collect();
            return training.Table.ReadColumn(name);
        });
        return (fitted, new(training.Table, fitted, FitRows.Of(new(fitted.Features, default), examples), training.BufferBytes));
    }

    /// <summary>An epoch's buffers and the rows in each, in an order drawn from seed and epoch.</summary>
    public IReadOnlyList<PlannedBuffer> Plan(int seed, int epoch)
    {
        var random = new RowOrder(seed, epoch);
        var order = Enumerable.Range(0, ranges.Length).ToArray();
        random.Shuffle<int>(order);
        var planned = new List<PlannedBuffer>();
        for (var next = 0; next < order.Length;)
        {
            var first = next;
            var rows = 0;
            do rows += ranges[order[next++]].Count;
            while (next < order.Length && rows + ranges[order[next]].Count <= bufferRows);
            // A seed of its own, so that a training resumed here need not shuffle what came before.
            planned.Add(new([.. order[first..next]], rows, (int)random.Below(int.MaxValue), planned.Count));
        }
        return planned;
    }

    /// <summary>Reads and prepares a buffer's rows.</summary>
    /// <param name="planned">Which.</param>
    /// <param name="room">Memory of an earlier buffer that nobody reads any more.</param>
    public RowBuffer Read(PlannedBuffer planned, float[]? room)
    {
        var values = room?.Length >= planned.Rows * Width ? room : new float[planned.Rows * Width];
        var numbers = new int[planned.Rows];
        string[] names = [.. preparation.Inputs.Select(input => input.Name)];
        var at = 0;
        foreach (var number in planned.Ranges)
        {
            var range = ranges[number];
            var end = at + range.Count;
            // Small parts: arrays of a whole row group would stay in memory long after they were needed.
            foreach (var part in table.ReadParts(range, names))
            {
                if (at + part.RowCount > end) throw TrainingErrors.TableChanged(table);
                preparation.Apply(part, null, values.AsMemory(at * Width, part.RowCount * Width));
                for (var row = 0; row < part.RowCount; row++) numbers[at + row] = starts[number] + range.Count - (end - at) + row;
                at += part.RowCount;
            }
            if (at != end) throw TrainingErrors.TableChanged(table);
        }
        var order = new int[planned.Rows];
        for (var i = 0; i < order.Length; i++) order[i] = i;
        new RowOrder(planned.Seed, planned.Number).Shuffle<int>(order);
        return new(values, numbers, order);
    }

    /// <summary>A hash of the files' bytes: what a checkpoint belongs to.</summary>
    public string Hash()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(BitConverter.GetBytes(bufferRows));
        foreach (var file in table.Files)
        {
            using var stream = File.OpenRead(file);
            hash.AppendData(SHA256.HashData(stream));
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}

/// <summary>What a buffer will hold.</summary>
/// <param name="Ranges">The ranges by their numbers, in the order they are read.</param>
/// <param name="Rows">Rows of all of them.</param>
/// <param name="Seed">Where the order of its rows starts.</param>
/// <param name="Number">Its number within the epoch.</param>
sealed record PlannedBuffer(ImmutableArray<int> Ranges, int Rows, int Seed, int Number);

/// <summary>Prepared rows, and the order they are taken in.</summary>
/// <param name="Values">[rows, features], row by row; there may be more room.</param>
/// <param name="Numbers">Each row's number in the table.</param>
/// <param name="Order">The rows' places in <paramref name="Values"/>, in the order they are taken.</param>
sealed record RowBuffer(float[] Values, int[] Numbers, int[] Order);
