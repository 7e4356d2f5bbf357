namespace Kiln.Learning.Reporting;

/// <summary>Every complaint of the pages, in one place.</summary>
static class ReportingErrors
{
    public static KilnException NoChartScripts(string file) => new(
        "The chart scripts are not installed.",
        [("looked for", $".kiln/tools/node_modules/{file} in every folder above the program"), ("or in", "the folder that KILN_CHART_SCRIPTS names")],
        "Run ./build.sh, which installs them, or set KILN_CHART_SCRIPTS to a node_modules folder.");

    public static KilnException UnknownMember(string template, int line, string member, Exception inner) => new(
        $"A template asks for something that the page does not have: {member}",
        [("template", template), ("line", line == 0 ? "not found" : $"{line}")],
        "Correct the name, or take the expression out.", inner);

    public static KilnException BrokenTemplate(string template, TemplateFault fault, Exception? inner = null) => new(
        "A template cannot be used.",
        [("template", template), .. fault.Line is { } line ? new[] { ("line", $"{line}") } : [], ("problem", fault.Problem)],
        "Correct it, or delete it to use the built-in one.", inner);

    public static KilnException NoSuchTemplate(string file, string? nearest, IEnumerable<string> known) => new UsageException(
        "A folder of templates holds a file that no page uses.",
        [("file", file), ("templates", string.Join(", ", known))],
        (nearest is null ? "" : $"Did you mean {nearest}? ") + "Give it a template's name, or take it out; pictures of a pipeline's own are charts/NAME.vl.json.");

    public static KilnException NoSuchField(string template, string field, IEnumerable<string> known) => new(
        "A chart draws a field that its rows do not have.",
        [("template", template), ("field", field), ("fields", string.Join(", ", known))],
        "Correct the name, or make the field by a transform.");

    public static KilnException UnknownField(string template, string field, IEnumerable<string> known) => new(
        "A chart's title refers to a column that the chart does not have.",
        [("template", template), ("title", "@" + field), ("columns", string.Join(", ", known))],
        "Correct the name after the @.");

    public static KilnException UnknownTemplate(string name, IEnumerable<string> known) => new(
        $"There is no template named {name}.",
        [("templates", string.Join(", ", known))],
        "Correct the name.");

    public static KilnException CyclicGraph(string stage) => new(
        "The run's graph has a cycle, so it cannot be drawn.",
        [("on the cycle", stage)],
        "This is a fault in whatever recorded the run.");

    public static KilnException UnknownStage(RunEdge edge) => new(
        "An edge of the run's graph ends at a stage that is not in it.",
        [("from", edge.From), ("to", edge.To)],
        "This is a fault in whatever recorded the run.");
}
