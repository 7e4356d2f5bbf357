using System.Diagnostics;
using System.Text.Json;
using Kiln.Planning;
using Kiln.Reporting;

namespace Kiln.Tests;

public sealed class GraphTests : IDisposable
{
    /// <summary>Names that end a string, an element or a line in some language.</summary>
    static readonly string[] NastyNames = ["a \"quoted\" name", "two\nlines", "</script><script>window.broken = 1</script>", "back\\slash\\", "a & b &lt; c", "`*_#35;_*`", "end", "{{title}}", "naïve 数"];

    readonly PipelineSpace _space = new();

    public void Dispose() => _space.Dispose();

    [Fact]
    public void The_partitions_of_a_stage_are_one_node_after_what_it_needs()
    {
        // The partitions of "sum" stand before "list" in the plan, and one of them needs it.
        var graph = GroupGraph.Of([("read", false, []), ("sum", false, [0]), ("list", true, []), ("sum", false, [0, 2])]);
        graph.Nodes.Select(node => (node.Name, node.Count, node.IsTask)).ShouldBe([("read", 1, false), ("list", 1, true), ("sum", 2, false)]);
        graph.Nodes.Select(node => string.Join(",", node.Needs)).ShouldBe(["", "", "0,1"]);
    }

    [Fact]
    public void Stages_whose_partitions_need_each_other_in_turn_are_drawn_all_the_same()
    {
        var graph = GroupGraph.Of([("a", false, []), ("b", false, [0]), ("a", false, [1]), ("b", false, [2])]);
        graph.Nodes.Select(node => $"{node.Name}{node.Count}:{string.Join(",", node.Needs)}").ShouldBe(["a2:1", "b2:0"]);
    }

    [Fact]
    public async Task The_graph_is_printed_for_graphviz_and_for_mermaid()
    {
        DeclareDays();
        await _space.SucceedAsync("graph", "--target", "report");
        _space.Printed.ShouldBe("""
            digraph "test" {
              node [shape=box, style=rounded, fontname="sans-serif"];
              n0 [label="day\n3 partitions", peripheries=2];
              n1 [label="sum"];
              n2 [label="report", style="rounded,dashed"];
              n0 -> n1;
              n1 -> n2;
            }

            """);
        await _space.SucceedAsync("graph", "--target", "sum", "--mermaid");
        _space.Printed.ShouldBe("flowchart TD\n  n0[[\"day<br>3 partitions\"]]\n  n1[\"sum\"]\n  n0 --> n1\n");
        _space.Has("out").ShouldBeFalse();
    }

    [Fact]
    public async Task A_graph_goes_to_the_file_that_is_named()
    {
        DeclareDays();
        await _space.SucceedAsync("graph", "--dot", "--output", _space.PathOf("graphs/all.dot"));
        _space.Read("graphs/all.dot").ShouldStartWith("digraph");
        _space.Printed.ShouldBe(_space.PathOf("graphs/all.dot") + "\n");
    }

    [Fact]
    public async Task The_page_of_a_graph_tells_what_a_run_would_do()
    {
        DeclareDays();
        await _space.SucceedAsync("--target", "sum");
        _space.Write("in.txt", "changed");
        await _space.SucceedAsync("graph", "--html", "--output", _space.PathOf("graph.html"));
        var groups = DataOf(_space.Read("graph.html")).GetProperty("groups").EnumerateArray().Select(group => $"{group[0]} {string.Join(",", group[3].EnumerateArray())}");
        groups.ShouldBe(["day 0,0,3,0,0,0", "sum 0,0,1,0,0,0", "report 0,0,1,0,0,0"]);
        _space.Read("graph.html").ShouldContain("<p class=\"lead\">5 would run.</p>");
    }

    [GraphvizFact]
    public void Graphviz_reads_every_name_as_it_is()
    {
        var graph = GroupGraph.Of([.. NastyNames.Select((name, place) => (name, place == 0, (IReadOnlyList<int>)(place == 0 ? [] : [place - 1])))]);
        using var dot = Process.Start(new ProcessStartInfo(GraphvizFactAttribute.Program, ["-Tjson"]) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
        dot.StandardInput.Write(GraphText.Dot(NastyNames[0], graph));
        dot.StandardInput.Close();
        using var drawn = JsonDocument.Parse(dot.StandardOutput.ReadToEnd());
        var shown = drawn.RootElement.GetProperty("objects").EnumerateArray().Select(node => string.Join("\n",
            node.GetProperty("_ldraw_").EnumerateArray().Where(step => step.GetProperty("op").GetString() == "T").Select(step => step.GetProperty("text").GetString())));
        shown.ShouldBe(NastyNames);
        drawn.RootElement.GetProperty("edges").GetArrayLength().ShouldBe(NastyNames.Length - 1);
    }

    [Fact]
    public void Mermaid_is_given_nothing_that_it_could_take_for_its_own()
    {
        var lines = GraphText.Mermaid(GroupGraph.Of([.. NastyNames.Select(name => (name, false, (IReadOnlyList<int>)[]))])).Split('\n')[1..^1];
        lines.Length.ShouldBe(NastyNames.Length);
        foreach (var (line, name) in lines.Zip(NastyNames))
        {
            line.ShouldMatch("""^  n\d+\["([\p{L}\p{N} ._-]|#\d+;|<br>)*"\]$""");
            var read = System.Text.RegularExpressions.Regex.Replace(line[(line.IndexOf('"') + 1)..^2].Replace("<br>", "\n"), @"#(\d+);", code => char.ConvertFromUtf32(int.Parse(code.Groups[1].Value)));
            read.ShouldBe(name);
        }
    }

    internal static JsonElement DataOf(string html)
    {
        const string Begin = "<script type=\"application/json\" id=\"data\">";
        var from = html.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length;
        return JsonDocument.Parse(html[from..html.IndexOf("</script>", from, StringComparison.Ordinal)]).RootElement;
    }

    void DeclareDays()
    {
        _space.Write("in.txt", "x");
        _space.Declare = pipeline =>
        {
            var days = pipeline.AddPartitions(["1", "2", "3"], day => new TextStage("day", ["in.txt"], _space) { Text = new($"out/{day}.txt") });
            var sum = pipeline.Add(new TextStage("sum", [.. days.Select(day => day)], _space));
            pipeline.Add(new TaskStage("report", _space, sum));
        };
    }
}

/// <summary>A test that hands graphs to Graphviz, and is skipped with the reason where there is none.</summary>
sealed class GraphvizFactAttribute : FactAttribute
{
    public const string Program = "/usr/bin/dot";

    public GraphvizFactAttribute()
    {
        if (!File.Exists(Program)) Skip = $"There is no Graphviz at {Program}.";
    }
}
