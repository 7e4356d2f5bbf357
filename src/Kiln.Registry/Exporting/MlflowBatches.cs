using System.Text.Json;

namespace Kiln.Registry.Exporting;

/// <summary>Cuts what is to be logged into requests that the API takes: 100 params or tags, or 1,000 metrics, and a megabyte.</summary>
static class MlflowBatches
{
    const int MostParamsOrTags = 100, MostMetrics = 1000, MostBytes = 900_000;

    public static IEnumerable<LogBatch> Of(string run, IEnumerable<Param> items) => Cut(items, MostParamsOrTags).Select(batch => new LogBatch(run) { Params = batch });

    public static IEnumerable<LogBatch> Of(string run, IEnumerable<RunTag> items) => Cut(items, MostParamsOrTags).Select(batch => new LogBatch(run) { Tags = batch });

    public static IEnumerable<LogBatch> Of(string run, IEnumerable<Metric> items) => Cut(items, MostMetrics).Select(batch => new LogBatch(run) { Metrics = batch });

    static IEnumerable<List<T>> Cut<T>(IEnumerable<T> items, int most)
    {
        var (batch, bytes) = (new List<T>(), 0);
        foreach (var item in items)
        {
            var size = JsonSerializer.SerializeToUtf8Bytes(item, MlflowJson.Options).Length + 1;
            if (batch.Count == most || (batch.Count > 0 && bytes + size > MostBytes))
            {
                yield return batch;
                (batch, bytes) = ([], 0);
            }
            batch.Add(item);
            bytes += size;
        }
        if (batch.Count > 0) yield return batch;
    }
}
