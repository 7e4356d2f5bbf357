namespace Kiln.Tests;

/// <summary>Days that are read one by one, weekly sums over each day and the seven before it, and a total of all.</summary>
sealed class DailyPipeline(PipelineSpace space)
{
    public List<DateOnly> Days { get; } = [];

    /// <summary>Days whose reading fails.</summary>
    public HashSet<DateOnly> Bad { get; } = [];

    public void Declare(PipelineBuilder pipeline)
    {
        var read = pipeline.AddPartitions(Days, day => new Read(day, this));
        var weeks = pipeline.AddPartitions(Days, day => new Week(day, read, this));
        pipeline.Add(new Total(weeks, this));
    }

    public void AddDays(DateOnly first, int count)
    {
        for (var i = 0; i < count; i++) Write(first.AddDays(i), "1");
        for (var i = 0; i < count; i++) Days.Add(first.AddDays(i));
    }

    public void Write(DateOnly day, string number) => space.Write($"raw/{day:yyyy-MM-dd}", number);

    sealed class Read(DateOnly day, DailyPipeline owner) : Stage
    {
        [NotFingerprinted]
        readonly DailyPipeline _owner = owner;

        public Input<PlainFile> Raw { get; } = Input<PlainFile>.Source($"raw/{day:yyyy-MM-dd}");

        public Output<PlainFile> Number { get; } = new($"days/{day:yyyy-MM-dd}");

        protected internal override Task RunAsync(StageRun run)
        {
            _owner.Note(this);
            if (_owner.Bad.Contains(day)) throw new InvalidOperationException("a bad day");
            run.Open(Number).WriteText(run.Open(Raw).ReadText());
            return Task.CompletedTask;
        }
    }

    sealed class Week(DateOnly day, Partitions<Read> days, DailyPipeline owner) : Stage
    {
        [NotFingerprinted]
        readonly DailyPipeline _owner = owner;

        public Inputs<PlainFile> Numbers { get; } = new(days.Window(day, back: 7).Select(read => read.Number));

        public Output<PlainFile> Sum { get; } = new($"weeks/{day:yyyy-MM-dd}");

        protected internal override Task RunAsync(StageRun run)
        {
            _owner.Note(this);
            run.Open(Sum).WriteText(run.Open(Numbers).Sum(number => int.Parse(number.ReadText())).ToString());
            return Task.CompletedTask;
        }
    }

    sealed class Total(Partitions<Week> weeks, DailyPipeline owner) : Stage
    {
        [NotFingerprinted]
        readonly DailyPipeline _owner = owner;

        public Inputs<PlainFile> Sums { get; } = new(weeks.Select(week => week.Sum));

        public Output<PlainFile> Sum { get; } = new("total");

        protected internal override Task RunAsync(StageRun run)
        {
            _owner.Note(this);
            run.Open(Sum).WriteText(run.Open(Sums).Sum(sum => int.Parse(sum.ReadText())).ToString());
            return Task.CompletedTask;
        }
    }

    void Note(Stage stage) => space.NoteRan(stage);
}
