using Kiln.Data.Features;

namespace Kiln.Data.Tests.Features;

public class FeatureStateTests
{
    static FeatureEvent Event(EventColumns events, int row, bool labelled = true) => new()
    {
        Id = events.Ids.Span[row],
        Time = events.Times.Span[row],
        Keys = new[] { events.Columns["CUSTOMER"].Span[row], events.Columns["TERMINAL"].Span[row] },
        Values = new[] { events.Columns["CENTS"].Span[row], labelled ? events.Columns["FRAUD"].Span[row] : 0 },
    };

    [Fact]
    public void One_event_at_a_time_gives_the_bits_of_the_batch()
    {
        var events = FraudLike.Events(4_000, seed: 5);
        var batch = FraudLike.Set.Compute(events);
        var state = new FeatureState(FraudLike.Set);
        var features = new float[15];

        for (var row = 0; row < 4_000; row++)
        {
            state.Read(Event(events, row), features);
            features.ShouldBe(Enumerable.Range(0, 15).Select(f => batch[f].Span[row]).ToArray(), $"row {row}");
            state.Add(Event(events, row));
        }
    }

    [Fact]
    public void Reading_changes_nothing()
    {
        var events = FraudLike.Events(300, seed: 6);
        var (state, other) = (new FeatureState(FraudLike.Set), new FeatureState(FraudLike.Set));
        var (once, again) = (new float[15], new float[15]);
        for (var row = 0; row < 299; row++)
        {
            state.Add(Event(events, row));
            other.Add(Event(events, row));
            other.Read(Event(events, 299), again);
        }

        state.Read(Event(events, 299), once);
        other.Read(Event(events, 299), again);

        again.ShouldBe(once);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(200)]
    public void Labels_that_arrive_later_count_as_if_known_from_the_start(int after)
    {
        var events = FraudLike.Events(3_000, seed: 7);
        var (state, late) = (new FeatureState(FraudLike.Set), new FeatureState(FraudLike.Set));
        var (expected, actual) = (new float[15], new float[15]);
        for (var row = 0; row < 3_000; row++)
        {
            state.Add(Event(events, row));
            late.Add(Event(events, row, labelled: false));
            if (row < after) continue;
            late.Revise(Event(events, row - after)).ShouldBeTrue();
            if (row % 50 != 0) continue;

            // 200 events are 200 hours, more than the delay of 168: windows that already hold the event are corrected.
            for (var r = row - after + 1; r <= row; r++) late.Revise(Event(events, r));
            state.Read(Event(events, Math.Min(row + 1, 2_999)) with { Id = long.MaxValue }, expected);
            late.Read(Event(events, Math.Min(row + 1, 2_999)) with { Id = long.MaxValue }, actual);
            actual.ShouldBe(expected, $"row {row}");
        }
    }

    [Fact]
    public void An_unknown_event_cannot_be_revised()
    {
        var events = FraudLike.Events(10, seed: 8);
        var state = new FeatureState(FraudLike.Set);

        state.Revise(Event(events, 0)).ShouldBeFalse();
        state.Add(Event(events, 0));
        state.Revise(Event(events, 0) with { Id = 77 }).ShouldBeFalse();
        state.Revise(Event(events, 0)).ShouldBeTrue();
    }

    [Fact]
    public void An_event_before_the_last_one_is_refused()
    {
        var events = FraudLike.Events(10, seed: 8);
        var state = new FeatureState(FraudLike.Set);
        state.Add(Event(events, 5));

        Should.Throw<DataException>(() => state.Add(Event(events, 4))).Message.ShouldContain("not in (time, id) order");
        Should.Throw<DataException>(() => state.Read(Event(events, 5), new float[15])).Message.ShouldContain("not in (time, id) order");
    }

    [Fact]
    public void An_event_with_too_few_keys_is_refused() =>
        Should.Throw<DataException>(() => new FeatureState(FraudLike.Set).Add(new() { Id = 1, Time = 1, Keys = [1], Values = [1, 0] }))
            .Message.ShouldContain("keys");
}
