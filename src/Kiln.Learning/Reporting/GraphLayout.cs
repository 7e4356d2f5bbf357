using System.Collections.Immutable;
using System.Globalization;

namespace Kiln.Learning.Reporting;

/// <summary>A stage's box, in pixels from the picture's upper left corner.</summary>
sealed record PlacedNode(RunNode Node, int X, int Y, int Width, int Height)
{
    public int TextX => X + 14;
    public int NameY => Y + 22;
    public int FactsY => Y + 40;
}

/// <summary>An edge as an SVG path.</summary>
sealed record PlacedEdge(RunEdge Edge, string Path);

/// <summary>
/// A layered drawing of a run's graph (Sugiyama et al. 1981): each stage stands one layer below the lowest stage it needs, long edges
/// pass every layer between in a lane of their own, and the order within layers is improved by the mean position of neighbours.
/// </summary>
sealed record GraphLayout(ImmutableArray<PlacedNode> Nodes, ImmutableArray<PlacedEdge> Edges, int Width, int Height)
{
    const int BoxHeight = 52, LayerGap = 40, BoxGap = 24, LaneWidth = 16, Margin = 8, Sweeps = 8;

    /// <summary>What the longest line of facts needs: outcome, time and number of parts.</summary>
    const int MinimalWidth = 230;

    public static GraphLayout Of(RunGraph graph)
    {
        if (graph.Nodes.IsEmpty) return new GraphLayout([], [], 0, 0);
        graph = graph with { Edges = [.. graph.Edges.Distinct()] };
        var layerOf = Layers(graph);
        var boxWidth = Math.Max(MinimalWidth, 32 + (9 * graph.Nodes.Max(node => node.Name.Length)));
        var layers = new List<Slot>[layerOf.Values.Max() + 1];
        for (var layer = 0; layer < layers.Length; layer++) layers[layer] = [];
        var boxes = graph.Nodes.ToDictionary(node => node.Name, node => Add(layers, layerOf[node.Name], boxWidth, node));
        var lanes = graph.Edges.ToDictionary(edge => edge, edge => Route(layers, boxes, layerOf, edge));

        Order(layers);
        var width = Place(layers);
        return new GraphLayout(
            [.. graph.Nodes.Select(node => new PlacedNode(node, boxes[node.Name].Left, boxes[node.Name].Top, boxWidth, BoxHeight))],
            [.. graph.Edges.Select(edge => new PlacedEdge(edge, PathOf(lanes[edge])))],
            width,
            (2 * Margin) + (layers.Length * BoxHeight) + ((layers.Length - 1) * LayerGap));
    }

    /// <summary>A box, or the lane of an edge that passes a layer.</summary>
    sealed class Slot(int layer, int width, RunNode? node)
    {
        public int Layer { get; } = layer;
        public int Width { get; } = width;
        public RunNode? Node { get; } = node;
        public List<Slot> Neighbours { get; } = [];
        public double Centre { get; set; }
        public int Left => (int)Math.Round(Centre - (Width / 2.0));
        public int Top => Margin + (Layer * (BoxHeight + LayerGap));
    }

    static Slot Add(List<Slot>[] layers, int layer, int width, RunNode? node)
    {
        var slot = new Slot(layer, width, node);
        layers[layer].Add(slot);
        return slot;
    }

    /// <summary>The longest way from a stage that needs nothing.</summary>
    static Dictionary<string, int> Layers(RunGraph graph)
    {
        var names = graph.Nodes.Select(node => node.Name).ToHashSet();
        if (graph.Edges.FirstOrDefault(edge => !names.Contains(edge.From) || !names.Contains(edge.To)) is { } loose)
            throw ReportingErrors.UnknownStage(loose);
        var needs = graph.Edges.ToLookup(edge => edge.To, edge => edge.From);
        var layers = new Dictionary<string, int>();
        var remaining = graph.Nodes.Select(node => node.Name).ToList();
        while (remaining.Count > 0)
        {
            var ready = remaining.Where(name => needs[name].All(layers.ContainsKey)).ToList();
            if (ready.Count == 0) throw ReportingErrors.CyclicGraph(remaining[0]);
            foreach (var name in ready) layers[name] = needs[name].Select(need => layers[need] + 1).DefaultIfEmpty(0).Max();
            remaining.RemoveAll(layers.ContainsKey);
        }
        return layers;
    }

    static List<Slot> Route(List<Slot>[] layers, Dictionary<string, Slot> boxes, Dictionary<string, int> layerOf, RunEdge edge)
    {
        List<Slot> way = [boxes[edge.From]];
        for (var layer = layerOf[edge.From] + 1; layer < layerOf[edge.To]; layer++) way.Add(Add(layers, layer, LaneWidth, null));
        way.Add(boxes[edge.To]);
        foreach (var (above, below) in way.Zip(way.Skip(1)))
        {
            above.Neighbours.Add(below);
            below.Neighbours.Add(above);
        }
        return way;
    }

    static void Order(List<Slot>[] layers)
    {
        foreach (var layer in layers) Number(layer);
        for (var sweep = 0; sweep < Sweeps; sweep++)
        {
            var down = sweep % 2 == 0;
            foreach (var index in down ? Enumerable.Range(1, layers.Length - 1) : Enumerable.Range(0, layers.Length - 1).Reverse())
            {
                var fixedLayer = down ? index - 1 : index + 1;
                var sorted = layers[index].OrderBy(slot => Mean(slot, fixedLayer)).ToList(); // a stable sort
                layers[index] = sorted;
                Number(sorted);
            }
        }
    }

    static void Number(List<Slot> layer)
    {
        for (var place = 0; place < layer.Count; place++) layer[place].Centre = (place + 0.5) / layer.Count;
    }

    static double Mean(Slot slot, int layer) =>
        slot.Neighbours.Where(neighbour => neighbour.Layer == layer).Select(neighbour => neighbour.Centre).DefaultIfEmpty(slot.Centre).Average();

    /// <summary>Sets every layer in the middle of the widest one; gives the picture's width.</summary>
    static int Place(List<Slot>[] layers)
    {
        var inner = layers.Max(layer => layer.Sum(slot => slot.Width) + ((layer.Count - 1) * BoxGap));
        foreach (var layer in layers)
        {
            var left = Margin + ((inner - layer.Sum(slot => slot.Width) - ((layer.Count - 1) * BoxGap)) / 2.0);
            foreach (var slot in layer)
            {
                slot.Centre = left + (slot.Width / 2.0);
                left += slot.Width + BoxGap;
            }
        }
        return inner + (2 * Margin);
    }

    static string PathOf(List<Slot> way)
    {
        var path = new List<string> { At('M', way[0].Centre, way[0].Top + BoxHeight) };
        foreach (var (above, below) in way.Zip(way.Skip(1)))
        {
            var (startY, endY) = (above.Top + BoxHeight, below.Top);
            var middle = (startY + endY) / 2.0;
            path.Add($"{At('C', above.Centre, middle)} {At(' ', below.Centre, middle)} {At(' ', below.Centre, endY)}");
            if (below.Node is null) path.Add(At('L', below.Centre, below.Top + BoxHeight));
        }
        return string.Join(' ', path);
    }

    static string At(char command, double x, double y) => string.Create(CultureInfo.InvariantCulture, $"{command}{x:0.#},{y:0.#}").Trim();
}
