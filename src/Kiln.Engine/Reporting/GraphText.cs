using System.Globalization;
using System.Text;
using Kiln.Planning;

namespace Kiln.Reporting;

/// <summary>A graph in the languages of Graphviz and Mermaid. What a stage needs stands above it.</summary>
static class GraphText
{
    public static string Dot(string pipeline, GroupGraph graph)
    {
        var text = new StringBuilder($"digraph \"{DotEscape(pipeline)}\" {{\n  node [shape=box, style=rounded, fontname=\"sans-serif\"];\n");
        for (var i = 0; i < graph.Nodes.Length; i++)
        {
            var node = graph.Nodes[i];
            var look = node.IsTask ? ", style=\"rounded,dashed\"" : node.Count > 1 ? ", peripheries=2" : "";
            text.Append(CultureInfo.InvariantCulture, $"  n{i} [label=\"{DotEscape(node.Name)}{(node.Count > 1 ? $"\\n{node.Count:#,0} partitions" : "")}\"{look}];\n");
        }

        for (var i = 0; i < graph.Nodes.Length; i++)
            foreach (var need in graph.Nodes[i].Needs) text.Append(CultureInfo.InvariantCulture, $"  n{need} -> n{i};\n");
        return text.Append("}\n").ToString();
    }

    public static string Mermaid(GroupGraph graph)
    {
        var text = new StringBuilder("flowchart TD\n");
        for (var i = 0; i < graph.Nodes.Length; i++)
        {
            var node = graph.Nodes[i];
            var label = MermaidEscape(node.Name) + (node.Count > 1 ? string.Create(CultureInfo.InvariantCulture, $"<br>{node.Count:#,0} partitions") : "");
            var (open, close) = node.IsTask ? ("([", "])") : node.Count > 1 ? ("[[", "]]") : ("[", "]");
            text.Append(CultureInfo.InvariantCulture, $"  n{i}{open}\"{label}\"{close}\n");
        }

        for (var i = 0; i < graph.Nodes.Length; i++)
            foreach (var need in graph.Nodes[i].Needs) text.Append(CultureInfo.InvariantCulture, $"  n{need} --> n{i}\n");
        return text.ToString();
    }

    /// <summary>In a label a backslash begins an escape and an ampersand an entity; the quotation mark ends it.</summary>
    static string DotEscape(string name)
    {
        var text = new StringBuilder(name.Length);
        foreach (var c in name)
            text.Append(c switch
            {
                '\\' => "\\\\",
                '"' => "\\\"",
                '&' => "&amp;",
                '\n' => "\\n",
                _ when char.IsControl(c) => "\uFFFD",
                _ => c.ToString(),
            });
        return text.ToString();
    }

    /// <summary>Mermaid reads HTML and Markdown in labels, so whatever is neither letter nor digit is written by its number.</summary>
    static string MermaidEscape(string name)
    {
        var text = new StringBuilder(name.Length);
        foreach (var rune in name.EnumerateRunes())
            if (Rune.IsLetterOrDigit(rune) || rune.Value is ' ' or '-' or '_' or '.') text.Append(rune);
            else if (rune.Value == '\n') text.Append("<br>");
            else text.Append(CultureInfo.InvariantCulture, $"#{(Rune.IsControl(rune) ? 0xFFFD : rune.Value)};");
        return text.ToString();
    }
}
