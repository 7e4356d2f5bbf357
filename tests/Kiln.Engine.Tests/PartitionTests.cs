namespace Kiln.Tests;

public sealed class PartitionTests : IDisposable
{
    readonly PipelineSpace _space = new();
    readonly List<DateOnly> _days = [new(2018, 4, 1), new(2018, 4, 2), new(2018, 4, 3)];

    public PartitionTests()
    {
        foreach (var day in _days) WriteDay(day, "rows of " + day.Day);
        _space.Declare = pipeline =>
        {
            pipeline.AddPartitions(_days, day => new Ingest(day, _space));
            pipeline.AddPartitions<Count, DateOnly>(_days);
            pipeline.Add<Total>();
        };
    }

    public void Dispose() => _space.Dispose();

    [Fact]
    public async Task Each_partition_has_its_own_fingerprint_and_output()
    {
        await _space.SucceedAsync();
        _space.Files("days").ShouldBe(["days/2018-04-01.txt", "days/2018-04-02.txt", "days/2018-04-03.txt"]);
        _space.Read("total.txt").ShouldBe("9 9 9");
        _space.State.Stages.Values.Select(last => last.Fingerprint).Distinct().Count().ShouldBe(7);
    }

    [Fact]
    public async Task A_new_key_runs_one_partition_of_each_stage_and_the_fan_in()
    {
        await _space.SucceedAsync();
        _days.Add(new DateOnly(2018, 4, 4));
        WriteDay(_days[^1], "rows of the fourth");
        await _space.SucceedAsync();
        _space.Ran.ShouldBe(["Ingest[2018-04-04]"]);
        _space.Read("total.txt").ShouldBe("9 9 9 18");
        Lines("Ingest").ShouldBe(["Ingest up to date 3/4 2018-04-01, 2018-04-02, 2018-04-03: nothing changed", "Ingest ran 1/4 2018-04-04: first run"]);
        Lines("Count").ShouldBe(["Count up to date 3/4 2018-04-01, 2018-04-02, 2018-04-03: nothing changed", "Count ran 1/4 2018-04-04: first run"]);
    }

    [Fact]
    public async Task A_changed_day_runs_that_day()
    {
        await _space.SucceedAsync();
        WriteDay(_days[1], "more rows of 2");
        await _space.SucceedAsync();
        _space.Ran.ShouldBe(["Ingest[2018-04-02]"]);
        _space.Read("total.txt").ShouldBe("9 14 9");
    }

    [Fact]
    public async Task A_day_that_is_gone_changes_the_fan_in_and_nothing_else()
    {
        await _space.SucceedAsync();
        _days.RemoveAt(1);
        await _space.SucceedAsync();
        _space.Ran.ShouldBeEmpty();
        _space.Read("total.txt").ShouldBe("9 9");
    }

    [Fact]
    public async Task The_fan_in_depends_on_the_order_of_its_inputs()
    {
        await _space.SucceedAsync();
        WriteDay(_days[0], "long rows of 1");
        await _space.SucceedAsync();
        _days.Reverse();
        await _space.SucceedAsync();
        _space.Read("total.txt").ShouldBe("9 9 14");
    }

    [Fact]
    public async Task Some_partitions_that_fail_are_told_with_their_keys()
    {
        File.WriteAllText(_space.PathOf("raw/2018-04-02.txt"), "");
        (await _space.RunAsync("--keep-going")).ShouldBe(1);
        Lines("Ingest").ShouldBe(["Ingest ran 2/3 2018-04-01, 2018-04-03: first run", "Ingest failed 1/3 2018-04-02: Ingest[2018-04-02] threw an error of its own"], ignoreOrder: true);
        Lines("Total").ShouldBe(["Total skipped Count[2018-04-02] was not made"]);
    }

    [Fact]
    public void A_partition_is_found_by_its_key()
    {
        var partitions = new Partitions<Ingest>(_days.Select(day => new Ingest(day, _space) { PartitionKey = StageFacts.Key(day) }));
        partitions.Of(_days[1]).PartitionKey.ShouldBe("2018-04-02");
        Should.Throw<KeyNotFoundException>(() => partitions.Of(new DateOnly(2020, 1, 1)));
    }

    [Fact]
    public async Task A_stage_that_asks_for_one_of_many_is_refused()
    {
        _space.Declare = pipeline =>
        {
            pipeline.AddPartitions(_days, day => new Ingest(day, _space));
            pipeline.Add<AsksForOne>();
        };
        (await _space.RunAsync()).ShouldBe(2);
        _space.Printed.ShouldContain("A stage asks for one of many:");
        _space.Printed.ShouldContain("Ask for Partitions<Ingest>");
    }

    [Fact]
    public async Task A_thousand_stages_declared_in_a_loop_run_once()
    {
        _space.Write("in.txt", "x");
        _space.Declare = pipeline =>
        {
            TextStage? before = null;
            for (var i = 0; i < 1000; i++)
                before = pipeline.Add(new TextStage($"s{i:000}", i % 100 == 0 ? ["in.txt"] : [before!], _space) { Body = Copy });
        };
        await _space.SucceedAsync("--verbosity", "minimal");
        _space.Ran.Count.ShouldBe(1000);
        _space.Printed.ShouldContain("1,000 ran");
        await _space.SucceedAsync("--verbosity", "minimal");
        _space.Ran.ShouldBeEmpty();
        _space.Printed.ShouldContain("1,000 up to date");

        static Task Copy(StageRun run, TextStage stage)
        {
            run.Open(stage.Text).WriteText(run.Open(stage.Sources[0]).ReadText());
            return Task.CompletedTask;
        }
    }

    void WriteDay(DateOnly day, string text) => _space.Write($"raw/{day:yyyy-MM-dd}.txt", text);

    IEnumerable<string> Lines(string stage) => ClosingRows.Of(_space.Printed, stage);

    sealed class Ingest(DateOnly day, PipelineSpace space) : Stage
    {
        [NotFingerprinted]
        readonly PipelineSpace _space = space;

        public Input<PlainFile> Raw { get; } = Input<PlainFile>.Source($"raw/{day:yyyy-MM-dd}.txt");

        public Output<PlainFile> Rows { get; } = new($"days/{day:yyyy-MM-dd}.txt");

        protected internal override Task RunAsync(StageRun run)
        {
            _space.NoteRan(this);
            var text = run.Open(Raw).ReadText();
            if (text.Length == 0) throw new InvalidOperationException("an empty day");
            run.Open(Rows).WriteText(text);
            return Task.CompletedTask;
        }
    }

    sealed class Count(DateOnly day, Ingest ingest) : Stage
    {
        public Input<PlainFile> Rows { get; } = ingest.Rows;

        public Output<PlainFile> Number { get; } = new($"counts/{day:yyyy-MM-dd}.txt");

        protected internal override Task RunAsync(StageRun run)
        {
            run.Open(Number).WriteText(run.Open(Rows).ReadText().Length.ToString());
            return Task.CompletedTask;
        }
    }

    sealed class Total(Partitions<Count> counts) : Stage
    {
        public Inputs<PlainFile> Numbers { get; } = new(counts.Select(count => count.Number));

        public Output<PlainFile> Sum { get; } = new("total.txt");

        protected internal override Task RunAsync(StageRun run)
        {
            run.Open(Sum).WriteText(string.Join(' ', run.Open(Numbers).Select(number => number.ReadText())));
            return Task.CompletedTask;
        }
    }

    sealed class AsksForOne(Ingest ingest) : Stage
    {
        public Input<PlainFile> Rows { get; } = ingest.Rows;

        protected internal override Task RunAsync(StageRun run) => Task.CompletedTask;
    }
}
