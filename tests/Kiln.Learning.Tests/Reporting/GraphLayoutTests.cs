using Kiln.Learning.Reporting;

namespace Kiln.Learning.Tests.Reporting;

public class GraphLayoutTests
{
    [Fact]
    public void Every_stage_stands_below_what_it_needs_and_no_two_overlap()
    {
        for (var seed = 0; seed < 50; seed++)
        {
            var graph = RandomGraph(seed);
            var layout = GraphLayout.Of(graph);
            var tops = layout.Nodes.ToDictionary(placed => placed.Node.Name, placed => placed.Y);
            graph.Edges.ShouldAllBe(edge => tops[edge.From] < tops[edge.To]);
            foreach (var layer in layout.Nodes.GroupBy(placed => placed.Y))
                foreach (var (left, right) in layer.OrderBy(placed => placed.X).Zip(layer.OrderBy(placed => placed.X).Skip(1)))
                    (left.X + left.Width).ShouldBeLessThan(right.X);
            layout.Nodes.ShouldAllBe(placed => placed.X >= 0 && placed.X + placed.Width <= layout.Width && placed.Y + placed.Height <= layout.Height);
        }
    }

    [Fact]
    public void A_graph_that_can_be_drawn_without_crossings_by_swapping_is()
    {
        // b feeds c and a feeds d: c and d must change places.
        var layout = GraphLayout.Of(Graph(["a", "b", "c", "d"], ("b", "c"), ("a", "d")));
        var x = layout.Nodes.ToDictionary(placed => placed.Node.Name, placed => placed.X);
        (x["a"] < x["b"]).ShouldBe(x["d"] < x["c"]);
    }

    [Fact]
    public void An_empty_graph_and_an_edge_named_twice_are_drawn()
    {
        GraphLayout.Of(Graph([])).Nodes.ShouldBeEmpty();
        GraphLayout.Of(Graph(["a", "b"], ("a", "b"), ("a", "b"))).Edges.Length.ShouldBe(1);
    }

    [Fact]
    public void A_cycle_is_refused() =>
        Should.Throw<KilnException>(() => GraphLayout.Of(Graph(["a", "b"], ("a", "b"), ("b", "a")))).What.ShouldStartWith("The run's graph has a cycle");

    [Fact]
    public void An_edge_to_a_stage_that_is_not_there_is_refused() =>
        Should.Throw<KilnException>(() => GraphLayout.Of(Graph(["a"], ("a", "b")))).Message.ShouldContain("to    b");

    static RunGraph RandomGraph(int seed)
    {
        var random = new Random(seed);
        var names = Enumerable.Range(0, random.Next(1, 25)).Select(index => $"Stage{index}").ToArray();
        var edges = from to in Enumerable.Range(0, names.Length)
                    from step in Enumerable.Range(1, 4)
                    where to - step >= 0 && random.NextDouble() < 0.4
                    select (names[to - step], names[to]);
        return Graph(names, [.. edges]);
    }

    static RunGraph Graph(string[] names, params (string From, string To)[] edges) => new()
    {
        Nodes = [.. names.Select(name => new RunNode { Name = name, State = StageState.Ran, Seconds = 1, Reason = "", Partitions = 1 })],
        Edges = [.. edges.Select(edge => new RunEdge(edge.From, edge.To))],
    };
}
