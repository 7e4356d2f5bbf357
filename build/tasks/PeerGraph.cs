using System.Text.Json;

namespace Kiln.Build;

/// <summary>
/// A pipeline that is declared by a file in the workspace, <c>graph.json</c>: the graph that other build tools run in the peers' benchmark.
/// <c>{"dag":{"stages":1000,"layers":20,"mix":"/path/to/mix"}}</c> is their generated graph; <c>{"stages":[{"name":"a","reads":["in/"],
/// "writes":["out/a"],"command":["cp","in/a","out/a"],"environment":["LANG"]}]}</c> lists any other, folders with a slash at the end.
/// </summary>
static class PeerGraph
{
    const string File = "graph.json";

    public static PipelineDefinition Definition { get; } = new("peers", Declare) { Folder = null };

    static void Declare(PipelineBuilder pipeline)
    {
        if (pipeline.Read(File) is not { } text) return;
        try
        {
            using var graph = JsonDocument.Parse(text);
            if (graph.RootElement.TryGetProperty("dag", out var dag)) DeclareGenerated(pipeline, dag);
            else
                foreach (var stage in graph.RootElement.GetProperty("stages").EnumerateArray()) pipeline.Add(Listed(stage));
        }
        catch (Exception error) when (error is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new UsageException("graph.json does not list stages:", [("file", Path.Combine(pipeline.Workspace, File)), ("reason", error.Message)], "build/tasks/PeerGraph.cs says what it may hold.");
        }
    }

    /// <summary>The peers' graph: in each layer, a stage mixes two neighbours of the layer before it.</summary>
    static void DeclareGenerated(PipelineBuilder pipeline, JsonElement dag)
    {
        var (layers, mix) = (dag.GetProperty("layers").GetInt32(), dag.GetProperty("mix").GetString()!);
        var width = dag.GetProperty("stages").GetInt32() / layers;
        var before = new Input<PlainFile>[width];
        for (var i = 0; i < width; i++) before[i] = Input<PlainFile>.Source($"src/{i}");
        for (var layer = 0; layer < layers; layer++)
        {
            var made = new Input<PlainFile>[width];
            for (var i = 0; i < width; i++)
            {
                var (first, second, output) = (before[i], before[(i + 1) % width], new Output<PlainFile>($"out/{layer}_{i}"));
                pipeline.Add(new CommandStage($"s{layer}_{i}")
                {
                    Command = [mix, first.Path, second.Path, output.Path],
                    Reads = [first, second],
                    Writes = [output],
                    Environment = ["MIXLOG"],
                });
                made[i] = output;
            }

            before = made;
        }
    }

    static CommandStage Listed(JsonElement stage) => new(stage.GetProperty("name").GetString()!)
    {
        Command = [.. Texts(stage, "command")],
        Reads = [.. Texts(stage, "reads").Select(path => path.EndsWith('/') ? (Input)Input<Folder>.Source(path) : Input<PlainFile>.Source(path))],
        Writes = [.. Texts(stage, "writes").Select(path => path.EndsWith('/') ? (Output)new Output<Folder>(path) : new Output<PlainFile>(path))],
        Environment = [.. Texts(stage, "environment")],
    };

    static IEnumerable<string> Texts(JsonElement stage, string name) =>
        stage.TryGetProperty(name, out var texts) ? texts.EnumerateArray().Select(text => text.GetString()!) : [];
}
