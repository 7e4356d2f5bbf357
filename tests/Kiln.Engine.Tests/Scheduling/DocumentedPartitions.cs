namespace Kiln.Tests;

/// <summary>The code of docs/partitions.md, line by line, and what that page says of it.</summary>
public sealed class DocumentedPartitions : IDisposable
{
    static readonly DateOnly[] Days = [.. Enumerable.Range(1, 10).Select(day => new DateOnly(2018, 7, day))];

    readonly PipelineSpace _space = new();

    public void Dispose() => _space.Dispose();

    [Fact]
    public async Task A_week_is_the_sum_of_seven_days()
    {
        foreach (var day in Days) _space.Write($"raw/{day:yyyy-MM-dd}", "1");
        _space.Declare = pipeline =>
        {
            pipeline.Tokens("warehouse", 2);
            pipeline.AddPartitions<Read, DateOnly>(Days);
            pipeline.AddPartitions<Week, DateOnly>(Days);
        };
        await _space.SucceedAsync();
        _space.Files("weeks").Select(_space.Read).ShouldBe(["1", "2", "3", "4", "5", "6", "7", "7", "7", "7"]);
    }

    [Fact]
    public void The_page_shows_this_code()
    {
        var source = File.ReadAllText(Path.Combine(Repository.Root, "tests/Kiln.Engine.Tests/Scheduling/DocumentedPartitions.cs")).Split('\n').Select(line => line.Trim()).ToHashSet();
        var block = File.ReadAllText(Path.Combine(Repository.Root, "docs/partitions.md")).Split("```csharp\n")[1].Split("```")[0]
            .Replace("protected override", "protected internal override", StringComparison.Ordinal); // as this assembly, which sees the engine's inside, has to write it
        block.Split('\n').Select(line => line.Trim()).Where(line => !source.Contains(line)).ShouldBeEmpty();
    }

    [Needs(Cpus = 1, MemoryGiB = 0.1), Token("warehouse"), Retry(3), Timeout("00:10:00")]
    sealed class Read(DateOnly day) : Stage
    {
        public Input<PlainFile> Raw { get; } = Input<PlainFile>.Source($"raw/{day:yyyy-MM-dd}");

        public Output<PlainFile> Number { get; } = new($"days/{day:yyyy-MM-dd}");

        protected internal override Task RunAsync(StageRun run)
        {
            run.Open(Number).WriteText(run.Open(Raw).ReadText());
            return Task.CompletedTask;
        }
    }

    sealed class Week(DateOnly day, Partitions<Read> days) : Stage
    {
        public Inputs<PlainFile> Numbers { get; } = new(days.Window(day, back: 6).Select(read => read.Number));

        public Output<PlainFile> Sum { get; } = new($"weeks/{day:yyyy-MM-dd}");

        protected internal override Task RunAsync(StageRun run)
        {
            run.Open(Sum).WriteText(run.Open(Numbers).Sum(number => int.Parse(number.ReadText())).ToString());
            return Task.CompletedTask;
        }
    }
}
