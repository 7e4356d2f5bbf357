namespace Kiln.Tests.Hosting;

/// <summary>Stages that make folders read-only, or worse, wherever they may write: two commands, one after the other in the same folders, and a body.</summary>
static class Locked
{
    public static void Declare(PipelineBuilder pipeline)
    {
        var before = Input<PlainFile>.Source("in.txt");
        foreach (var name in new[] { "first", "second" })
        {
            Output<PlainFile> text = new($"out/{name}.txt");
            pipeline.Add(new CommandStage(name)
            {
                Command =
                [
                    "sh", "-c",
                    $"cat {before.Path} > out/{name}.txt; mkdir -p made/{name}/deep left/deep $HOME/deep; echo x | tee made/{name}/deep/x left/deep/x $HOME/deep/x > /dev/null; "
                    + $"chmod 555 made/{name} made/{name}/deep out $HOME $HOME/deep .; chmod 0 left/deep left",
                ],
                Reads = [before],
                Writes = [text, new Output<Folder>("made/" + name)],
            });
            before = text;
        }

        pipeline.Add<Keeping>();
    }

    /// <summary>Leaves a checkpoint in a folder that it made read-only.</summary>
    sealed class Keeping : Stage
    {
        public Output<PlainFile> Text { get; } = new("out/keeping.txt");

        protected override Task RunAsync(StageRun run)
        {
            var folder = Directory.CreateDirectory(Path.Combine(run.CheckpointFolder, "deep"));
            File.WriteAllText(Path.Combine(folder.FullName, "x"), "x");
            folder.UnixFileMode = UnixFileMode.UserRead | UnixFileMode.UserExecute;
            run.Open(Text).WriteText("kept");
            return Task.CompletedTask;
        }
    }
}
