using System.Collections.Immutable;

namespace Kiln.Tests.Hosting;

/// <summary>A stage that lists what comes next, and what comes next, all in sandboxes.</summary>
static class Fanned
{
    public static void Declare(PipelineBuilder pipeline)
    {
        var lister = pipeline.Add<Lister>();
        var parts = pipeline.AddPartitions(pipeline.Keys(lister.Listing), key => new Part(key));
        pipeline.Add(new Gathered(new Inputs<PlainFile>(parts.Select(part => part.Text))));
    }

    [Sandboxed]
    sealed class Lister : Stage
    {
        public Input<PlainFile> Names { get; } = Input<PlainFile>.Source("names.txt");

        public Output<Json<ImmutableArray<string>>> Listing { get; } = new("out/listing.json");

        protected override Task RunAsync(StageRun run)
        {
            run.Open(Listing).Write([.. run.Open(Names).ReadText().Split(' ')]);
            return Task.CompletedTask;
        }
    }

    [Sandboxed]
    sealed class Part(string key) : Stage
    {
        public Output<PlainFile> Text { get; } = new($"out/{key}.txt");

        protected override Task RunAsync(StageRun run)
        {
            run.Open(Text).WriteText(key);
            return Task.CompletedTask;
        }
    }

    [Sandboxed]
    sealed class Gathered(Inputs<PlainFile> parts) : Stage
    {
        public Inputs<PlainFile> Parts { get; } = parts;

        public Output<PlainFile> Text { get; } = new("out/gathered.txt");

        protected override Task RunAsync(StageRun run)
        {
            run.Open(Text).WriteText(string.Join('+', run.Open(Parts).Select(part => part.ReadText())));
            return Task.CompletedTask;
        }
    }
}
