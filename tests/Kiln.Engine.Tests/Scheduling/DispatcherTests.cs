using System.Collections.Immutable;
using Kiln.Planning;
using Kiln.Running;
using Xunit.Abstractions;

namespace Kiln.Tests;

/// <summary>Which stage comes next: on a virtual clock, over random graphs.</summary>
public sealed class DispatcherTests(ITestOutputHelper output)
{
    const int Seeds = 200;

    /// <summary>The bound is the longer of the critical path and the work divided among the workers: no schedule can be shorter.</summary>
    [Theory]
    [InlineData(2, 0.0)]
    [InlineData(2, 0.5)]
    [InlineData(16, 0.0)]
    [InlineData(16, 0.5)]
    public void Random_graphs_end_close_to_the_bound(int workers, double error)
    {
        var ratios = Enumerable.Range(1, Seeds).Select(seed =>
        {
            var noise = new Random(-seed);
            var run = SimulatedRun.Random(seed, _ => [1]);
            var estimates = run.Seconds.ToDictionary(stage => stage.Key, stage => stage.Value * (1 - error + 2 * error * noise.NextDouble()));
            return run.Play([workers], stage => estimates[stage]).Makespan / run.Bound(workers);
        }).Order().ToList();
        output.WriteLine($"{workers} workers, past times off by up to {error:P0}: {Seeds} graphs, median {ratios[Seeds / 2]:0.000}, 95 % {ratios[Seeds * 95 / 100]:0.000}, worst {ratios[^1]:0.000} times the bound");
        ratios[0].ShouldBeGreaterThanOrEqualTo(1 - 1e-9);
        ratios[Seeds / 2].ShouldBeLessThan(1.02);
        ratios[^1].ShouldBeLessThan(1.10);
    }

    [Fact]
    public void The_longest_path_goes_first()
    {
        var run = new SimulatedRun();
        var wide = Enumerable.Range(0, 4).Select(_ => run.Add(10, [1])).ToList();
        var first = run.Add(5, [1]);
        var second = run.Add(40, [1], first);
        run.Play([2], stage => run.Seconds[stage]);
        run.Times[first].Began.ShouldBe(0);
        run.Times[second].ShouldBe((5, 45));
        run.Makespan.ShouldBe(45, "in the declared order it would be 65");
        wide.Max(stage => run.Times[stage].Ended).ShouldBe(40);
    }

    [Fact]
    public void No_resource_is_exceeded_and_every_stage_runs_once_after_its_needs()
    {
        ImmutableArray<long> capacity = [4, 8, 2, 1];
        for (var seed = 1; seed <= Seeds; seed++)
        {
            var run = SimulatedRun.Random(seed, random => [random.Next(1, 5), random.Next(0, 9), random.Next(0, 3), random.Next(0, 2)]);
            run.Play(capacity, stage => run.Seconds[stage] * 0.5);
            run.Times.Count.ShouldBe(run.Stages.Count);
            foreach (var stage in run.Stages)
                foreach (var need in stage.Needs) run.Times[stage].Began.ShouldBeGreaterThanOrEqualTo(run.Times[need].Ended);
            for (var i = 0; i < capacity.Length; i++) run.MostHeld[i].ShouldBeInRange(1, capacity[i]);
        }
    }

    [Fact]
    public void A_big_need_is_not_starved_by_small_ones_that_take_longer_than_they_did()
    {
        var run = new SimulatedRun();
        run.Add(10, [1]);
        var big = run.Add(1, [4]);
        PlannedStage? behind = big;
        for (var i = 0; i < 5; i++) behind = run.Add(20, [1], behind); // makes the big one urgent
        for (var i = 0; i < 200; i++) run.Add(7, [1]);
        run.Play([4], stage => stage.Name == "s0" ? 10 : stage == big ? 1 : stage.Needs.IsEmpty ? 0.001 : 20);
        run.Times[big].Began.ShouldBeLessThanOrEqualTo(17, "past times said that small ones would end before 10, when there would be room; they took 7 seconds more");
    }

    [Fact]
    public void Small_ones_fill_the_gap_before_a_big_one_where_they_end_in_time()
    {
        var dispatcher = new Dispatcher<string>([4]);
        dispatcher.Add(new Job<string>("first", [3], Seconds: 10, Urgency: 100, Order: 0));
        dispatcher.Next(0)!.Work.ShouldBe("first");
        dispatcher.Add(new Job<string>("big", [4], Seconds: 5, Urgency: 50, Order: 1));
        dispatcher.Add(new Job<string>("long", [1], Seconds: 20, Urgency: 20, Order: 2));
        dispatcher.Add(new Job<string>("short", [1], Seconds: 3, Urgency: 10, Order: 3));
        dispatcher.Next(1)!.Work.ShouldBe("short");
        dispatcher.End("short");
        dispatcher.Next(4).ShouldBeNull("the long one would hold up the big one");
        dispatcher.End("first");
        dispatcher.Next(12)!.Work.ShouldBe("big");
    }

    [Fact]
    public void A_long_one_runs_beside_a_reservation_that_leaves_enough()
    {
        var dispatcher = new Dispatcher<string>([4, 1]);
        dispatcher.Add(new Job<string>("holder", [1, 1], Seconds: 10, Urgency: 100, Order: 0));
        dispatcher.Next(0)!.Work.ShouldBe("holder");
        dispatcher.Add(new Job<string>("waits for the token", [1, 1], Seconds: 5, Urgency: 50, Order: 1));
        dispatcher.Add(new Job<string>("long", [3, 0], Seconds: 1000, Urgency: 20, Order: 2));
        dispatcher.Next(0)!.Work.ShouldBe("long");
        dispatcher.Next(0).ShouldBeNull();
        dispatcher.End("holder");
        dispatcher.Next(10)!.Work.ShouldBe("waits for the token");
    }

    [Fact]
    public void What_comes_next_is_what_a_look_at_every_waiting_job_would_find()
    {
        var dispatched = 0;
        for (var seed = 1; seed <= 60; seed++)
        {
            var random = new Random(seed);
            ImmutableArray<long> capacity = [4, 6, 2];
            var (dispatcher, plain) = (new Dispatcher<int>(capacity), new LookingAtAll(capacity));
            var running = new List<int>();
            var now = 0.0;
            for (var step = 0; step < 300; step++)
            {
                for (var i = random.Next(0, step < 20 ? 40 : 3); i > 0; i--)
                {
                    var seconds = Math.Round(Math.Exp(4 * random.NextDouble()), 1);
                    var job = new Job<int>(step * 100 + i, [random.Next(1, 5), random.Next(0, 7), random.Next(0, 3)], seconds, seconds + random.Next(0, 3) * 20, step * 100 + i);
                    dispatcher.Add(job);
                    plain.Add(job);
                }

                while (dispatcher.Next(now) is var next)
                {
                    next.ShouldBe(plain.Next(now), $"seed {seed}, step {step}");
                    if (next is null) break;
                    running.Add(next.Work);
                    dispatched++;
                }

                now += random.NextDouble() * 5;
                if (running.Count == 0) continue;
                var ended = running[random.Next(running.Count)];
                running.Remove(ended);
                dispatcher.End(ended);
                plain.End(ended);
            }
        }

        dispatched.ShouldBeGreaterThan(10_000);
    }

    /// <summary>Where each start looked at every job that waits, there would be 200 million looks.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(0)]
    public void Thousands_that_wait_behind_one_that_does_not_fit_start_in_their_order(int tokens)
    {
        const int many = 20_000;
        var dispatcher = new Dispatcher<int>([4, 1]);
        dispatcher.Add(new Job<int>(-2, [2, 1], Seconds: 1, Urgency: 3e9, Order: -2));
        dispatcher.Next(0)!.Work.ShouldBe(-2);
        dispatcher.Add(new Job<int>(-1, [4, 1], Seconds: 1, Urgency: 2e9, Order: -1));
        for (var i = 0; i < many; i++)
        {
            dispatcher.Add(new Job<int>(i, [1, tokens], Seconds: many - i + 100, Urgency: many - i, Order: i));
            dispatcher.Next(0).ShouldBeNull();
        }

        dispatcher.End(-2);
        dispatcher.Next(1)!.Work.ShouldBe(-1);
        dispatcher.End(-1);
        for (var i = 0; i < many; i++)
        {
            dispatcher.Next(2)!.Work.ShouldBe(i);
            dispatcher.End(i);
        }

        dispatcher.Next(3).ShouldBeNull();
    }
}
