namespace Kiln.Tests.Hosting;

/// <summary>A command with a child, and a grandchild that left its group, which all would live for minutes; their process ids are written to the workspace.</summary>
static class Trees
{
    public static void Declare(PipelineBuilder pipeline) => pipeline.Add(new CommandStage("Tree")
    {
        Command = ["sh", "-c", $"""
            cd '{pipeline.Workspace}'
            trap '' TERM
            echo $$ > pids.new
            sleep 300 & echo $! >> pids.new
            (setsid sh -c 'trap "" TERM; echo $$ >> pids.new; mv pids.new pids; sleep 300; true' &)
            wait
            """],
        Writes = [new Output<PlainFile>("out")],
        Sandboxed = false,
    });
}
