using System.Runtime.InteropServices;

namespace Kiln.Data.Features;

/// <summary>
/// A feature set's state for serving: fed events in (time, id) order, it answers the features of the next one with the bits that
/// <see cref="FeatureSet.Compute"/> gives. Not safe for use by several threads at once.
/// </summary>
public sealed class FeatureState(FeatureSet set)
{
    readonly Dictionary<long, EntityHistory>[] _histories = [.. set.Plans.Select(_ => new Dictionary<long, EntityHistory>())];
    (long Time, long Id) _last = (long.MinValue, long.MinValue);

    /// <summary>The definition that this state follows.</summary>
    public FeatureSet Set { get; } = set;

    /// <summary>Computes the features of an event, itself included, without remembering it.</summary>
    /// <param name="next">An event after all that were added.</param>
    /// <param name="features">Receives one value for each of the set's features.</param>
    /// <exception cref="DataException">The event is before one already added, or has too few keys or values.</exception>
    public void Read(in FeatureEvent next, Span<float> features)
    {
        Check(next);
        var time = EventTime.ToDateTime(next.Time);
        for (var i = 0; i < Set.Features.Length; i++)
        {
            if (Set.Features[i] is not RowFeature row) continue;
            var value = row.Value is { } name ? next.Values[Set.Values.IndexOf(name)] : 0;
            features[i] = (float)row.Of(time, value);
        }
        for (var key = 0; key < _histories.Length; key++)
            (_histories[key].GetValueOrDefault(next.Keys[key]) ?? NewHistory(key)).Read(next, features);
    }

    /// <summary>Remembers an event, so that later ones see it.</summary>
    /// <exception cref="DataException">The event is before one already added, or has too few keys or values.</exception>
    public void Add(in FeatureEvent next)
    {
        Check(next);
        for (var key = 0; key < _histories.Length; key++)
        {
            ref var history = ref CollectionsMarshal.GetValueRefOrAddDefault(_histories[key], next.Keys[key], out _);
            history ??= NewHistory(key);
            history.Add(next);
        }
        _last = (next.Time, next.Id);
    }

    /// <summary>
    /// Gives an event already added its values as now known, for example its label. Windows whose delay has not passed see it as if it
    /// had been known from the start; windows that already hold the event are corrected.
    /// </summary>
    /// <returns>False when the event is unknown, or so old that no window needs it.</returns>
    public bool Revise(in FeatureEvent known)
    {
        CheckShape(known);
        var found = false;
        for (var key = 0; key < _histories.Length; key++)
            found |= _histories[key].TryGetValue(known.Keys[key], out var history) && history.Revise(known);
        return found;
    }

    EntityHistory NewHistory(int key) => new(Set.Plans[key], Set.Values.Length);

    void Check(in FeatureEvent next)
    {
        CheckShape(next);
        if (!EventTime.IsValid(next.Time)) throw Errors.EventTimeOutOfRange(null, next.Id, next.Time);
        if (_last.CompareTo((next.Time, next.Id)) >= 0) throw Errors.EventsOutOfOrder(_last, (next.Time, next.Id));
    }

    void CheckShape(in FeatureEvent some)
    {
        if (some.Keys.Length != Set.Keys.Length) throw Errors.ColumnLength("keys", some.Keys.Length, Set.Keys.Length);
        if (some.Values.Length != Set.Values.Length) throw Errors.ColumnLength("values", some.Values.Length, Set.Values.Length);
    }
}
