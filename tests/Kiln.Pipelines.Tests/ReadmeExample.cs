using System.ComponentModel.DataAnnotations;

namespace Kiln.Tests.Readme;

public sealed record CountSettings { [Range(1, 1000)] public int Top { get; init; } = 3; }

public sealed class Words : Stage
{
    public Input<PlainFile> Book { get; } = Input<PlainFile>.Source("data/book.txt");
    public Output<PlainFile> List { get; } = new("data/words.txt");
    protected override Task RunAsync(StageRun run) =>
        File.WriteAllLinesAsync(run.Open(List).Path, run.Open(Book).ReadText().ToLowerInvariant().Split([' ', '\n']));
}

public sealed class Count(Words words, CountSettings settings) : Stage
{
    public Input<PlainFile> List { get; } = words.List;
    public Output<Json<string[]>> Frequent { get; } = new("reports/frequent.json");
    protected override async Task RunAsync(StageRun run) => run.Open(Frequent).Write([.. (await File.ReadAllLinesAsync(run.Open(List).Path))
        .CountBy(word => word).OrderByDescending(word => word.Value).ThenBy(word => word.Key).Take(settings.Top).Select(word => word.Key)]);
}
