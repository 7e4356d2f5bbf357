using System.Runtime.InteropServices;
using Kiln.Data.Features;

namespace Kiln.Data.Tests.Features;

public class FeatureSetTests
{
    const long Hour = 3_600_000_000;

    static EventColumns Some(long[] times, long[] keys, long[] values) => new()
    {
        Ids = Enumerable.Range(0, times.Length).Select(i => (long)i).ToArray(),
        Times = times,
        Columns = new Dictionary<string, ReadOnlyMemory<long>> { ["KEY"] = keys, ["VALUE"] = values },
    };

    static WindowFeature Count(int hours, int delay = 0) => new()
    {
        Name = $"COUNT_{hours}_{delay}",
        Key = "KEY",
        Window = TimeSpan.FromHours(hours),
        Delay = TimeSpan.FromHours(delay),
        Measure = WindowMeasure.Count,
    };

    static WindowFeature Mean(int hours, int delay = 0) =>
        Count(hours, delay) with { Name = $"MEAN_{hours}_{delay}", Measure = WindowMeasure.Mean, Value = "VALUE", Scale = 10 };

    [Fact]
    public void A_window_is_open_at_its_start_and_closed_at_its_end()
    {
        var features = new FeatureSet(Count(2)).Compute(Some([0, Hour, 2 * Hour, 4 * Hour - 1], [1, 1, 1, 1], [0, 0, 0, 0]));

        features[0].ToArray().ShouldBe([1, 2, 2, 2]);
    }

    [Fact]
    public void At_equal_times_an_event_sees_itself_and_those_before_it_by_id_but_not_those_after()
    {
        var features = new FeatureSet(Count(1)).Compute(Some([5, 5, 5], [1, 1, 1], [0, 0, 0]));

        features[0].ToArray().ShouldBe([1, 2, 3]);
    }

    [Fact]
    public void A_delayed_window_holds_all_events_up_to_the_delay_and_not_the_event_itself()
    {
        var features = new FeatureSet(Count(1, delay: 1)).Compute(
            Some([0, 0, Hour - 1, Hour, 2 * Hour, 3 * Hour], [1, 1, 1, 1, 1, 1], [0, 0, 0, 0, 0, 0]));

        features[0].ToArray().ShouldBe([0, 0, 0, 2, 2, 1]);
    }

    [Fact]
    public void A_mean_is_in_the_scale_asked_for_and_zero_over_no_events()
    {
        var features = new FeatureSet(Mean(2), Mean(1, delay: 5)).Compute(Some([0, Hour, 2 * Hour], [1, 1, 1], [10, 20, 50]));

        features["MEAN_2_0"].ToArray().ShouldBe([1f, 1.5f, 3.5f]);
        features["MEAN_1_5"].ToArray().ShouldBe([0, 0, 0]);
    }

    [Fact]
    public void Histories_of_different_keys_are_apart()
    {
        var features = new FeatureSet(Count(5)).Compute(Some([0, 1, 2, 3], [7, -7, 7, -7], [0, 0, 0, 0]));

        features[0].ToArray().ShouldBe([1, 1, 2, 2]);
    }

    [Fact]
    public void A_row_feature_is_given_the_time_and_its_value()
    {
        var set = new FeatureSet(
            new RowFeature { Name = "AMOUNT", Value = "VALUE", Of = (_, value) => value / 100.0 },
            new RowFeature { Name = "HOUR", Of = (time, _) => time.Hour });

        var features = set.Compute(Some([Hour, 26 * Hour], [1, 1], [150, 275]));

        features["AMOUNT"].ToArray().ShouldBe([1.5f, 2.75f]);
        features["HOUR"].ToArray().ShouldBe([1, 2]);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public void The_bits_do_not_depend_on_the_number_of_threads(int threads)
    {
        var events = FraudLike.Events(60_000, seed: 3);

        var one = FraudLike.Set.Compute(events, 1);
        var many = FraudLike.Set.Compute(events, threads);

        for (var f = 0; f < one.Names.Length; f++)
            MemoryMarshal.AsBytes(many[f].Span).SequenceEqual(MemoryMarshal.AsBytes(one[f].Span)).ShouldBeTrue(one.Names[f]);
    }

    [Fact]
    public void Windows_agree_with_counting_every_pair_of_events()
    {
        var events = FraudLike.Events(1_500, seed: 11);
        var features = FraudLike.Set.Compute(events);
        var (times, terminals, frauds) = (events.Times.ToArray(), events.Columns["TERMINAL"].ToArray(), events.Columns["FRAUD"].ToArray());

        for (var i = 0; i < times.Length; i++)
        {
            var end = times[i] - 7 * 24 * Hour;
            var inside = Enumerable.Range(0, i).Where(j => terminals[j] == terminals[i] && times[j] <= end && times[j] > end - 7 * 24 * Hour).ToList();
            features["TERMINAL_COUNT_7"].Span[i].ShouldBe(inside.Count);
            features["TERMINAL_RISK_7"].Span[i].ShouldBe(inside.Count == 0 ? 0 : (float)inside.Average(j => frauds[j]));
        }
    }

    [Fact]
    public void No_events_give_empty_columns() =>
        FraudLike.Set.Compute(FraudLike.Events(0, seed: 1))["AMOUNT"].Length.ShouldBe(0);

    [Fact]
    public void Keys_and_values_are_those_the_features_name()
    {
        FraudLike.Set.Keys.ShouldBe(["CUSTOMER", "TERMINAL"]);
        FraudLike.Set.Values.ShouldBe(["CENTS", "FRAUD"]);
        FraudLike.Set.Names.Length.ShouldBe(15);
    }

    [Fact]
    public void Events_out_of_order_are_refused_with_both_events()
    {
        var error = Should.Throw<DataException>(() => new FeatureSet(Count(1)).Compute(Some([Hour, 0], [1, 1], [0, 0])));

        error.Message.ShouldContain("not in (time, id) order");
        error.Message.ShouldContain("0 at 1970-01-01 01:00:00");
    }

    [Fact]
    public void A_missing_or_short_column_is_refused_by_name()
    {
        var set = new FeatureSet(Mean(1));
        Should.Throw<DataException>(() => set.Compute(Some([0], [1], [1]) with { Columns = new Dictionary<string, ReadOnlyMemory<long>>() }))
            .Message.ShouldContain("VALUE");
        Should.Throw<DataException>(() => set.Compute(Some([0, 1], [1, 1], [1]))).Message.ShouldContain("VALUE");
    }

    [Fact]
    public void A_time_no_calendar_holds_is_refused() =>
        Should.Throw<DataException>(() => new FeatureSet(Count(1)).Compute(Some([long.MaxValue], [1], [0]))).Message.ShouldContain("years 1 to 9999");

    [Fact]
    public void A_wrong_definition_is_refused()
    {
        Should.Throw<DataException>(() => new FeatureSet(Count(1), Count(1))).Message.ShouldContain("another feature has this name");
        Should.Throw<DataException>(() => new FeatureSet(Count(0))).Message.ShouldContain("not positive");
        Should.Throw<DataException>(() => new FeatureSet(Count(1, -1))).Message.ShouldContain("negative");
        Should.Throw<DataException>(() => new FeatureSet(Mean(1) with { Value = null })).Message.ShouldContain("value column");
    }

    [Fact]
    public void A_sum_beyond_64_bits_is_not_wrapped() =>
        Should.Throw<OverflowException>(() => new FeatureSet(Mean(9)).Compute(Some([0, 1], [1, 1], [long.MaxValue, 1])));
}
