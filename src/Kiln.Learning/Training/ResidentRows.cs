using Kiln.Learning.Models;
using Kiln.Learning.Networks;
using Kiln.Torch;

namespace Kiln.Learning.Training;

/// <summary>Rows that are all in the device's memory.</summary>
sealed class ResidentRows : IDisposable
{
    readonly NetworkInput input;
    readonly Tensor labels;
    readonly Tensor? weights;

    public ResidentRows(FitRows rows, NetworkLayout layout, LabelScale scale, ReadOnlyMemory<float> rowWeights, Device device)
    {
        input = layout.ToInput(rows.Features.Values.Span, device);
        labels = scale.ToTensor(rows.Labels.Span, rows.Target.Task, device);
        weights = rowWeights.IsEmpty ? null : Tensor.From(rowWeights.Span, [rowWeights.Length], device);
        Rows = rows.Rows;
    }

    public long Rows { get; }

    /// <summary>Rows at some places, copied: Int64 [n].</summary>
    public Batch Select(Tensor places) => new(
        new(input.Numbers?.IndexSelect(0, places), input.Categories?.IndexSelect(0, places)),
        labels.IndexSelect(0, places),
        weights?.IndexSelect(0, places));

    /// <summary>Neighbouring rows, not copied.</summary>
    public Batch Part(long start, long count) => new(
        new(input.Numbers?.Narrow(0, start, count), input.Categories?.Narrow(0, start, count)),
        labels.Narrow(0, start, count),
        weights?.Narrow(0, start, count));

    public void Dispose()
    {
        foreach (var tensor in new[] { input.Numbers, input.Categories, labels, weights }) tensor?.Dispose();
    }
}

/// <summary>Batches of rows that are all in memory.</summary>
sealed class ResidentBatches(ResidentRows rows, TrainingSettings settings, Device device) : IBatches
{
    public long Rows => rows.Rows;

    public long Count { get; } = Batching.Count(rows.Rows, settings.BatchSize);

    public IEnumerable<Batch> Epoch(int epoch, long from)
    {
        using var order = Order(epoch);
        for (var number = from; number < Count; number++)
        {
            var (start, count) = Batching.Place(number, rows.Rows, settings.BatchSize);
            var places = order.Narrow(0, start, count);
            var batch = rows.Select(places);
            yield return batch;
        }
    }

    public void Dispose() => rows.Dispose();

    // In the tensor's own memory: an array a tenth as large as the rows would be left to the collector each epoch.
    Tensor Order(int epoch)
    {
        var order = TensorScope.Free(Tensor.Empty([rows.Rows], ScalarType.Int64));
        new RowOrder(settings.Seed, epoch).Fill(order.AsSpan<long>());
        if (device.Type == DeviceType.Cpu) return order;
        using (order) return TensorScope.Free(order.To(device));
    }
}

/// <summary>How rows are divided into batches: a last batch of one row joins the one before, for one row has no variance to normalize by.</summary>
static class Batching
{
    public static long Count(long rows, long size) => rows <= size + 1 ? 1 : ((rows - 2) / size) + 1;

    public static (long Start, long Count) Place(long number, long rows, long size)
    {
        var start = number * size;
        return (start, number == Count(rows, size) - 1 ? rows - start : size);
    }
}
