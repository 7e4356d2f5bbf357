using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;

namespace Kiln.Data.Features;

/// <summary>
/// Evaluates a feature set over all events: rows are grouped by key, each group is walked once, and groups are shared among threads.
/// A group's result depends on no other group, so the bits are the same for any number of threads.
/// </summary>
sealed class BatchComputation(FeatureSet set, EventColumns events, float[][] columns, int threads)
{
    const int RowsAtOnce = 32_768;

    readonly ParallelOptions _parallel = new() { MaxDegreeOfParallelism = Math.Max(1, threads) };
    readonly ReadOnlyMemory<long>[] _values = [.. set.Values.Select(name => Column(events, name))];

    int Rows => events.Ids.Length;

    public void Run()
    {
        CheckOrder();
        var keys = set.Keys.Select(name => Column(events, name)).ToArray();
        var groups = new RowGroups[keys.Length];
        try
        {
            RunRowFeatures();
            Parallel.For(0, groups.Length, _parallel, i => groups[i] = RowGroups.By(keys[i].Span));
            for (var i = 0; i < groups.Length; i++) RunWindows(set.Plans[i], groups[i]);
        }
        catch (AggregateException several)
        {
            ExceptionDispatchInfo.Throw(several.InnerExceptions[0]);
        }
    }

    void CheckOrder()
    {
        var ids = events.Ids.Span;
        var times = events.Times.Span;
        if (times.Length != ids.Length) throw Errors.ColumnLength("times", times.Length, ids.Length);
        for (var i = 0; i < times.Length; i++)
        {
            if (!EventTime.IsValid(times[i])) throw Errors.EventTimeOutOfRange(i, ids[i], times[i]);
            if (i > 0 && (times[i - 1] > times[i] || (times[i - 1] == times[i] && ids[i - 1] >= ids[i])))
                throw Errors.EventsOutOfOrder((times[i - 1], ids[i - 1]), (times[i], ids[i]));
        }
    }

    void RunRowFeatures()
    {
        if (Rows == 0) return;
        for (var place = 0; place < set.Features.Length; place++)
        {
            if (set.Features[place] is not RowFeature feature) continue;
            var column = columns[place];
            var value = feature.Value is { } name ? _values[set.Values.IndexOf(name)] : default;
            Parallel.ForEach(Partitioner.Create(0, Rows, RowsAtOnce), _parallel, range =>
            {
                var times = events.Times.Span;
                var values = value.Span;
                for (var row = range.Item1; row < range.Item2; row++)
                    column[row] = (float)feature.Of(EventTime.ToDateTime(times[row]), values.IsEmpty ? 0 : values[row]);
            });
        }
    }

    void RunWindows(EntityPlan plan, RowGroups groups)
    {
        if (groups.Count == 0) return;
        var groupsAtOnce = Math.Max(1, (int)((long)groups.Count * RowsAtOnce / Rows));
        Parallel.ForEach(Partitioner.Create(0, groups.Count, groupsAtOnce), _parallel, range =>
        {
            var walk = new GroupWalk(plan, events.Times, _values, columns);
            for (var group = range.Item1; group < range.Item2; group++) walk.Run(groups[group]);
        });
    }

    static ReadOnlyMemory<long> Column(EventColumns events, string name)
    {
        if (!events.Columns.TryGetValue(name, out var column)) throw Errors.NoSuchEventColumn(name, events.Columns.Keys);
        return column.Length == events.Ids.Length ? column : throw Errors.ColumnLength(name, column.Length, events.Ids.Length);
    }
}
