using Kiln.Learning.Networks;
using Kiln.Torch;

namespace Kiln.Learning.Training;

/// <summary>
/// Batches of rows that stay on disk: a buffer at a time, the next one being read on another thread meanwhile. An epoch visits every row
/// once, in an order that depends on the seed and the epoch alone.
/// </summary>
sealed class StreamedBatches(StreamedRows rows, NetworkLayout layout, LabelScale scale, ReadOnlyMemory<float> weights, TrainingSettings settings, Device device) : IBatches
{
    // One buffer's memory, while the other is trained on.
    float[]? free;

    public long Rows => rows.Known.Rows;

    public long Count { get; } = Batching.Count(rows.Known.Rows, settings.BatchSize);

    public IEnumerable<Batch> Epoch(int epoch, long from)
    {
        var number = from;
        var (skipped, size) = Batching.Place(number, Rows, settings.BatchSize);
        var batch = new GatheredRows(rows, weights, settings.BatchSize + 1);
        foreach (var (buffer, first) in Buffers(rows.Plan(settings.Seed, epoch), skipped))
        {
            for (var place = first; place < buffer.Order.Length; place++)
            {
                batch.Add(buffer, buffer.Order[place]);
                if (batch.Count < size) continue;
                yield return batch.Take(layout, scale, device);
                if (++number < Count) (_, size) = Batching.Place(number, Rows, settings.BatchSize);
            }
        }
    }

    public void Dispose()
    {
    }

    /// <summary>The buffers from a row on, and where in each to begin.</summary>
    IEnumerable<(RowBuffer Buffer, int First)> Buffers(IReadOnlyList<PlannedBuffer> plan, long skipped)
    {
        var next = 0;
        while (skipped >= plan[next].Rows) skipped -= plan[next++].Rows;
        Task<RowBuffer>? ahead = null;
        try
        {
            ahead = Read(plan[next]);
            for (var first = (int)skipped; ahead is not null; first = 0)
            {
                var buffer = ahead.GetAwaiter().GetResult();
                ahead = ++next < plan.Count ? Read(plan[next]) : null;
                yield return (buffer, first);
                free = buffer.Values;
            }
        }
        finally
        {
            // Whoever leaves early waits for the reader, whose files may be deleted then.
            if (ahead is not null) ((IAsyncResult)ahead).AsyncWaitHandle.WaitOne();
        }

        Task<RowBuffer> Read(PlannedBuffer planned)
        {
            var room = Interlocked.Exchange(ref free, null);
            return Task.Run(() => rows.Read(planned, room));
        }
    }
}

/// <summary>Rows of a batch, gathered one after another.</summary>
sealed class GatheredRows(StreamedRows rows, ReadOnlyMemory<float> weights, int most)
{
    readonly float[] features = new float[most * rows.Width];
    readonly float[] labels = new float[most];
    readonly float[] counting = new float[weights.IsEmpty ? 0 : most];

    public int Count { get; private set; }

    public void Add(RowBuffer buffer, int place)
    {
        var width = rows.Width;
        var number = buffer.Numbers[place];
        buffer.Values.AsSpan(place * width, width).CopyTo(features.AsSpan(Count * width));
        labels[Count] = rows.Known.Labels.Span[number];
        if (counting.Length > 0) counting[Count] = weights.Span[number];
        Count++;
    }

    /// <summary>The batch as tensors, which the caller owns; the next one begins.</summary>
    public Batch Take(NetworkLayout layout, LabelScale scale, Device device)
    {
        var count = Count;
        Count = 0;
        return new(
            layout.ToInput(features.AsSpan(0, count * rows.Width), device),
            scale.ToTensor(labels.AsSpan(0, count), rows.Known.Target.Task, device),
            counting.Length == 0 ? null : Tensor.From<float>(counting.AsSpan(0, count), [count], device));
    }
}
