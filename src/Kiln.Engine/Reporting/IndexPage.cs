using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Kiln.Planning;
using Kiln.Recording;
using Kiln.Running;

namespace Kiln.Reporting;

/// <summary>
/// The page from which all others are reached: each pipeline with its pages, its models, what was measured last, and the graph of its stages; and the runs.
/// It knows no pipeline but by what the last run of each left, and links to what is there.
/// </summary>
sealed class IndexPage(Workspace workspace, Ledger ledger, string folder)
{
    const string Models = "models/";

    /// <summary>So many outputs of a stage are listed that are no pages.</summary>
    const int MostOutputs = 5;

    const int MostRuns = 20, Made = 0, NotMade = 3, Failed = 4;

    static readonly string[] Words = ["made", "", "", "not made yet", "failed in the last run", ""];

    readonly ImmutableArray<PipelineOutline> _pipelines = [.. PipelineOutline.All(workspace)];

    public override string ToString() => PageLayout.Fill("index.html", new()
    {
        ["kind"] = "Index",
        ["title"] = "Pipelines and their pages",
        ["pipeline"] = "Pipelines and their pages",
        ["summary"] = PageLayout.Text($"{Count(_pipelines.Length, "pipeline")}, {Count(_pipelines.Sum(pipeline => Pages(pipeline).Count()), "page")}, {Count(_pipelines.Sum(pipeline => ModelsOf(pipeline).Count()), "model")}."),
        ["links"] = string.Concat(_pipelines.Select((pipeline, place) => $"<li><a href=\"#pipeline-{place}\">{PageLayout.Text(pipeline.Name)}</a></li>\n")),
        ["pipelines"] = string.Concat(_pipelines.Select(Section)),
        ["runs"] = Runs(),
        ["data"] = PageLayout.Script(WriteData),
    });

    string Section(PipelineOutline pipeline, int place)
    {
        var name = PageLayout.Text(pipeline.Name);
        return $"""
            <section id="pipeline-{place}" aria-labelledby="pipeline-{place}-title">
              <h2 id="pipeline-{place}-title">{name}</h2>
              <div class="three">
                <div><h3>Pages</h3>{ByKind(Pages(pipeline))}</div>
                <div><h3>Models</h3>{List(ModelsOf(pipeline))}</div>
              </div>
              {Measured(pipeline)}
              <h3>Graph</h3>
              <figure class="chart">
                <div class="scroll graph" tabindex="0" role="region" aria-label="Graph of {name}" id="graph-{place}-plot"></div>
                <figcaption id="graph-{place}-caption"></figcaption>
                <details><summary>The stages and what they make</summary><div class="scroll" tabindex="0" role="region" aria-label="Stages of {name}">{Stages(pipeline, place)}</div></details>
              </figure>
            </section>

            """;
    }

    IEnumerable<(string Output, OutlinedStage By)> Pages(PipelineOutline pipeline) => Outputs(pipeline).Where(output => PipelineOutline.IsPage(output.Output));

    IEnumerable<(string Output, OutlinedStage By)> ModelsOf(PipelineOutline pipeline) =>
        Outputs(pipeline).Where(output => output.Output.StartsWith(Models, StringComparison.Ordinal) && Directory.Exists(Path.Combine(workspace.Root, output.Output)));

    IEnumerable<(string Output, OutlinedStage By)> Outputs(PipelineOutline pipeline) =>
        pipeline.Stages.SelectMany(stage => stage.Outputs.Select(output => (output, stage))).Where(output => IsThere(output.output));

    bool IsThere(string output) => Path.Exists(Path.Combine(workspace.Root, output));

    static string Count(int number, string what) => string.Create(CultureInfo.InvariantCulture, $"{number:#,0} {what}{(number == 1 ? "" : "s")}");

    /// <summary>Pages by their kinds and titles, which they tell themselves; where a page has none, its path stands for it.</summary>
    string ByKind(IEnumerable<(string Output, OutlinedStage By)> pages)
    {
        var kinds = pages.Select(page => (page.Output, page.By, Title: PageTitle.Of(Path.Combine(workspace.Root, page.Output)) ?? new(page.Output, "")))
            .GroupBy(page => page.Title.Kind, StringComparer.Ordinal).OrderBy(kind => PageTitle.PlaceOf(kind.Key)).ThenBy(kind => kind.Key, StringComparer.Ordinal).ToList();
        return kinds.Count == 0 ? "<p>None yet.</p>" : string.Concat(kinds.Select(kind => $"""
            <h4>{PageLayout.Text(PageTitle.Heading(kind.Key))}</h4>
            <ul>
            {string.Concat(kind.Select(page => $"<li>{Link(page.Output, page.Title.Name)} <span class=\"of\">by {PageLayout.Text(page.By.Name)}</span></li>\n"))}</ul>

            """));
    }

    string List(IEnumerable<(string Output, OutlinedStage By)> outputs)
    {
        var items = string.Concat(outputs.Select(output => $"<li>{Link(output.Output)} <span class=\"of\">by {PageLayout.Text(output.By.Name)}</span></li>\n"));
        return items.Length == 0 ? "<p>None yet.</p>" : $"<ul>\n{items}</ul>";
    }

    string Link(string output, string? name = null) => $"<a href=\"{PageLayout.Text(AddressOf(output))}\">{PageLayout.Text(name ?? output)}</a>";

    /// <summary>An address from the page's own folder; each part is escaped, for a name may hold what means something in an address.</summary>
    string AddressOf(string output) => string.Join('/', Path.GetRelativePath(Path.Combine(workspace.Root, folder), Path.Combine(workspace.Root, output)).Split('/').Select(part => part == ".." ? part : Uri.EscapeDataString(part)));

    string Measured(PipelineOutline pipeline)
    {
        var stages = pipeline.Stages.Select(stage => stage.Name).ToHashSet(StringComparer.Ordinal);
        var rows = ledger.Query("""
            SELECT metrics.stage, metrics.name, metrics.value, max(runs.started) FROM metrics JOIN runs ON runs.id = metrics.run
            WHERE runs.pipeline = $pipeline AND metrics.stage NOT LIKE '%[%' GROUP BY metrics.stage, metrics.name ORDER BY metrics.stage, metrics.name
            """, ("$pipeline", pipeline.Name)).Where(row => stages.Contains(row[0])).ToList();
        if (rows.Count == 0) return "";
        var cells = string.Concat(rows.Select(row => $"<tr><th scope=\"row\">{PageLayout.Text(row[0])}</th><td>{PageLayout.Text(row[1])}</td><td class=\"number\">{Number(row[2])}</td></tr>\n"));
        return $"""
            <h3>Measured last</h3>
            <div class="scroll" tabindex="0" role="region" aria-label="What {PageLayout.Text(pipeline.Name)} measured last"><table><thead><tr><th scope="col">Stage</th><th scope="col">Measure</th><th scope="col" class="number">Value</th></tr></thead><tbody>
            {cells}</tbody></table></div>
            """;
    }

    static string Number(string value) => value.Length == 0 ? "–" : PageLayout.Text(double.Parse(value, CultureInfo.InvariantCulture).ToString("#,0.####", CultureInfo.InvariantCulture));

    string Stages(PipelineOutline pipeline, int place)
    {
        var rows = pipeline.Stages.Select((stage, row) =>
        {
            var shown = stage.Outputs.Where((output, place) => PipelineOutline.IsPage(output) || place < MostOutputs).ToList();
            var outputs = string.Join("<br>", shown.Select(output => IsThere(output) ? Link(output) : PageLayout.Text(output)));
            var more = stage.OutputCount - shown.Count;
            return $"""
                <tr id="graph-{place}-{row}" tabindex="-1"><th scope="row">{PageLayout.Text(stage.Name)}</th><td>{PageLayout.Text(stage.Description)}</td><td class="number">{stage.Count:#,0}</td><td>{outputs}{(more > 0 ? $"<br>and {more:#,0} more" : "")}</td><td>{PageLayout.Text(string.Join(", ", stage.Needs.Select(need => pipeline.Stages[need].Name)))}</td></tr>

                """;
        });
        return $"<table><thead><tr><th scope=\"col\">Stage</th><th scope=\"col\">What it does</th><th scope=\"col\" class=\"number\">Partitions</th><th scope=\"col\">Makes</th><th scope=\"col\">Needs</th></tr></thead><tbody>\n{string.Concat(rows)}</tbody></table>";
    }

    string Runs()
    {
        var rows = ledger.Query($"""
            SELECT id, started, pipeline, targets, exit_code, seconds, (SELECT count(*) FROM stages WHERE run = id AND outcome = 'ran') FROM runs ORDER BY started DESC, id DESC LIMIT {MostRuns}
            """);
        return string.Concat(rows.Select((row, place) =>
        {
            var page = place == 0 ? $"{folder}/run.html" : $"{folder}/run-{row[0]}.html";
            var ended = RunWords.Ended(row[4].Length == 0 ? null : (ExitCode)int.Parse(row[4], CultureInfo.InvariantCulture));
            var seconds = Durations.Of(TimeSpan.FromSeconds(double.Parse(row[5], CultureInfo.InvariantCulture)));
            return $"""
                <tr><th scope="row">{(IsThere(page) ? $"<a href=\"{PageLayout.Text(AddressOf(page))}\">{PageLayout.Text(row[0])}</a>" : PageLayout.Text(row[0]))}</th><td class="day">{RunWords.Local(DateTimeOffset.Parse(row[1], CultureInfo.InvariantCulture))}</td><td>{PageLayout.Text(row[2])}</td><td>{PageLayout.Text(row[3])}</td><td>{ended}</td><td class="number">{seconds}</td><td class="number">{row[6]}</td></tr>

                """;
        }));
    }

    void WriteData(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        PageGroups.WriteTexts(json, "words", Words);
        foreach (var none in new[] { "groups", "stages", "path", "reasons" }) PageGroups.WriteTexts(json, none, []);
        json.WriteStartArray("pipelines");
        foreach (var pipeline in _pipelines)
        {
            var groups = new PageGroups(new GroupGraph([.. pipeline.Stages.Select(stage => new GroupNode(stage.Name, stage.Count, stage.IsTask, stage.Needs))]), Words.Length);
            var failed = FailedLast(pipeline);
            foreach (var stage in pipeline.Stages)
            {
                // Partitions make as many files each; a task makes none, and there is nothing it lacks.
                var made = stage.Outputs.IsEmpty ? stage.Count : stage.Count * stage.Outputs.Count(IsThere) / stage.Outputs.Length;
                for (var partition = 0; partition < stage.Count; partition++) groups.Count(stage.Name, partition < failed.GetValueOrDefault(stage.Name) ? Failed : partition < made ? Made : NotMade, stage.Description);
            }

            json.WriteStartObject();
            groups.Write(json);
            groups.WriteReasons(json);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <summary>How many partitions of a stage failed when the pipeline ran last: their files, where there are such, are of an earlier day.</summary>
    Dictionary<string, int> FailedLast(PipelineOutline pipeline) => ledger.Query(
        "SELECT name FROM stages WHERE outcome = 'failed' AND run = (SELECT id FROM runs WHERE pipeline = $pipeline ORDER BY started DESC, id DESC LIMIT 1)", ("$pipeline", pipeline.Name))
        .CountBy(row => RecordedStep.Named(row[0]).Group).ToDictionary();
}
