using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Kiln.Learning.Tracing;

namespace Kiln.Learning.Reporting;

/// <summary>
/// Turns facts into pages. A page is one HTML file that makes no request and runs no script but its own; the same facts and templates
/// give the same bytes.
/// </summary>
public sealed partial class PageRenderer
{
    readonly TemplateSource source;
    readonly Templates templates;

    /// <param name="templatesFolder">A folder whose files win over the built-in templates of the same name, or null.</param>
    public PageRenderer(string? templatesFolder = null)
    {
        source = new TemplateSource(templatesFolder);
        templates = Templates.OfHtml(source);
    }

    /// <summary>The names of the built-in templates, styles, scripts and chart specifications that a folder can override.</summary>
    public static ImmutableArray<string> TemplateNames => [.. TemplateSource.Names];

    /// <summary>Renders a model card.</summary>
    public string Render(ModelCard card) => Lay($"{card.Words.Name}: model card", "model-card.hbs", new
    {
        card,
        words = card.Words,
        provenance = card.Provenance,
        training = TrainingCharts.Of(card.Training).Select(View).ToArray(),
        binary = card.Results is TestResults.OfTwoClasses two ? new { confusion = two.Evaluation.AtThreshold, two.ThresholdRule } : null,
        classes = card.Results is TestResults.OfClasses several ? new { several.Classes.Classes } : null,
        sections = card.Sections.Select(View).ToArray(),
        nav = card.Sections.Select(Link).ToArray(),
    });

    /// <summary>Renders a model card as Markdown, with the front matter that the Hugging Face Hub reads: what a folder of a model calls README.md.</summary>
    public string RenderMarkdown(ModelCard card) => Templates.OfMarkdown(source).Fill("model-card.md.hbs", new
    {
        card,
        words = card.Words,
        test = card.Data[^1],
        metrics = card.Metrics.Select(metric => new { type = MeasureFacts.CatalogName(metric.Name), metric.Name, metric.Value, metric.Meaning }).ToArray(),
        provenance = card.Provenance,
        sections = card.Sections.Select(section => new { section.Heading, section.Lead, section.Metrics, section.Facts, tables = section.Tables.Select(View).ToArray() }).ToArray(),
    });

    /// <summary>Renders an evaluation page.</summary>
    public string Render(EvaluationPage page) => Lay($"{page.Name}: evaluation", "evaluation.hbs", new
    {
        page,
        provenance = page.Provenance,
        rows = page.Results.Rows,
        reason = (page.Results as TestResults.NotTold)?.Reason,
        binary = page.Results is TestResults.OfTwoClasses two ? View(two, page.Curves) : null,
        classes = page.Results is TestResults.OfClasses several ? View(several.Classes, page.Curves) : null,
        values = page.Results is TestResults.OfValues of ? ValueViews(of.Values, page.Curves) : null,
        sections = page.Sections.Select(View).ToArray(),
        nav = page.Sections.Select(Link).ToArray(),
        training = TrainingCharts.Of(page.Training).Select(View).ToArray(),
        timeline = View(Charts.Timeline(page.Timeline)),
        graph = GraphView(page.Graph),
        comparison = page.References is { } references ? Compare(references, page.Metrics) : null,
    });

    /// <summary>Renders what there is to know of a table.</summary>
    public string Render(DataPage page) => Lay($"{page.Table.Name}: data", "data-page.hbs", DataViews.Of(page), hasCharts: false);

    /// <summary>Renders candidates side by side.</summary>
    public string Render(ComparisonPage page) => Lay($"{page.Name}: comparison", "comparison.hbs", new
    {
        page,
        best = page.Candidates[0],
        folds = page.Candidates.Max(candidate => candidate.Folds.Length),
        results = page.Candidates.Select((candidate, place) => new
        {
            candidate.Name,
            isBest = place == 0,
            values = page.Measures.Select(measure => new
            {
                mean = candidate.Mean.GetValueOrDefault(measure, double.NaN),
                deviation = candidate.Deviation.GetValueOrDefault(measure, double.NaN) is var deviation && double.IsFinite(deviation) ? Written.Measure(deviation) : "",
            }).ToArray(),
        }).ToArray(),
        measures = page.Measures.Select((measure, place) => View(ComparisonCharts.Measure(page, measure, place))).ToArray(),
        curves = ComparisonCharts.Curves(page).Select(View).ToArray(),
        settings = View(ComparisonCharts.Settings(page)),
        foldTable = View(ComparisonCharts.Folds(page)),
        provenance = page.Provenance,
    });

    string Lay(string title, string template, object data, bool hasCharts = true)
    {
        var body = templates.Fill(template, data);
        if (Loaded().Match(body) is { Success: true } loaded) throw ReportingErrors.BrokenTemplate(source.Origin(template), new(null, $"it loads {loaded.Groups["address"].Value}, and a page makes no request; put what it needs into the page (data:)"));
        string[] scripts = hasCharts ? [.. ChartScripts.Read(), source.Read("page.js")] : [];
        return templates.Fill("layout.hbs", new
        {
            title,
            policy = Policy(scripts),
            styles = source.Read("page.css"),
            body,
            scripts,
        });
    }

    /// <summary>What a browser would fetch by itself; where a link leads is the reader's to decide.</summary>
    [GeneratedRegex("""<(?:img|script|link|iframe|object|embed|video|audio|source|track|input|image|use)\b[^>]*?\s(?:src|srcset|href|data|poster)\s*=\s*["']?\s*(?<address>(?:[a-z][a-z0-9+.-]*:)?//[^\s"'>]*)""", RegexOptions.IgnoreCase)]
    private static partial Regex Loaded();

    /// <summary>
    /// No request of any kind, and only the scripts written here, each named by its hash. Styles are inline because charts set them.
    /// </summary>
    static string Policy(IEnumerable<string> scripts)
    {
        var hashes = scripts.Select(script => $"'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(script)))}'");
        return $"default-src 'none'; script-src {string.Join(' ', hashes.DefaultIfEmpty("'none'"))}; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'";
    }

    object View(TestResults.OfTwoClasses two, ModelCurves curves) => new
    {
        evaluation = two.Evaluation,
        two.ThresholdRule,
        confusion = two.Evaluation.AtThreshold,
        curves = CurveCharts.Of(curves).Append(Charts.Scores(two.Evaluation)).Append(Charts.Cost(two.Evaluation)).Select(View).ToArray(),
        thresholds = two.Evaluation.Thresholds,
        thresholdStep = two.Evaluation.Thresholds.IndexOf(two.Evaluation.AtThreshold),
        lastThreshold = two.Evaluation.Thresholds.Length - 1,
        thresholdsJson = ScriptJson.Of(two.Evaluation.Thresholds.Select(at => new[] { at.Threshold, at.TruePositives, at.FalsePositives })),
    };

    object View(ClassResults results, ModelCurves curves) => new
    {
        names = results.Classes.Select(of => of.Name).ToArray(),
        matrix = results.Classes.Select((of, truth) => new
        {
            of.Name,
            of.Rows,
            cells = results.Counts[truth].Select((rows, answer) => new
            {
                rows,
                share = (of.Rows == 0 ? 0 : (double)rows / of.Rows).ToString("0.###", CultureInfo.InvariantCulture),
                isRight = answer == truth,
            }).ToArray(),
        }).ToArray(),
        charts = CurveCharts.Of(curves).Prepend(ClassCharts.PrecisionAndRecall(results)).Select(View).ToArray(),
    };

    object ValueViews(ValueResults results, ModelCurves curves) => new
    {
        charts = new[] { ValueCharts.Grid(results), ValueCharts.Residuals(results), ValueCharts.ByAnswer(results) }.Concat(CurveCharts.Of(curves)).Select(View).ToArray(),
    };

    object View(PageSection section) => new
    {
        section.Id,
        section.Heading,
        section.Lead,
        section.Metrics,
        section.Facts,
        tables = section.Tables.Select(View).ToArray(),
        charts = section.Charts.Select(View).ToArray(),
    };

    static object View(PageTable table) => new { table.Caption, columns = table.Columns, rows = Rows(table.Columns, table.Rows) };

    static object Link(PageSection section) => new { section.Id, section.Heading };

    object View(Chart chart) => new
    {
        name = chart.Id,
        heading = chart.Heading,
        caption = chart.Caption,
        specification = chart.SpecificationWithData(source),
        columns = chart.Columns,
        rowCount = chart.Rows.Length,
        rows = Rows(chart.Columns, chart.Rows),
    };

    static object[] Rows(ImmutableArray<PageColumn> columns, ImmutableArray<object?[]> rows) =>
        [.. rows.Select(row => columns.Select((column, index) => new { column.IsNumber, column.IsCode, Text = Written.As(row[index], column.Format) }).ToArray())];

    static object GraphView(RunGraph graph)
    {
        var layout = GraphLayout.Of(graph);
        return new
        {
            layout.Width,
            layout.Height,
            layout.Edges,
            nodes = layout.Nodes.Select(placed => new
            {
                placed,
                placed.Node,
                state = StageWords.Of(placed.Node.State),
                facts = StageWords.Facts(placed.Node),
                className = $"{placed.Node.State}",
                several = placed.Node.Partitions > 1,
            }).ToArray(),
        };
    }

    static object Compare(ReferenceResults references, ImmutableArray<MetricFact> own) => new
    {
        source = references.Source,
        metrics = references.Metrics,
        own = references.Metrics.Select(name => Written.As(own.FirstOrDefault(metric => metric.Name == name)?.Value, ColumnFormat.Measure)).ToArray(),
        rows = references.Rows.Select(row => new { row.Model, Values = row.Values.Select(value => value.ToString("0.000", CultureInfo.InvariantCulture)).ToArray() }).ToArray(),
    };
}
