namespace Kiln.Tests.Hosting;

/// <summary>Two commands, one after the other in the same folders, that make folders read-only, or worse, wherever they may write.</summary>
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
    }
}
