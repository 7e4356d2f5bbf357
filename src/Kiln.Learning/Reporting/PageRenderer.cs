using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Kiln.Learning.Reporting;

/// <summary>
/// Turns facts into pages. A page is one HTML file that makes no request and runs no script but its own; the same facts and templates
/// give the same bytes.
/// </summary>
public sealed class PageRenderer
{
    readonly TemplateSource source;
    readonly Templates templates;

    /// <param name="templatesFolder">A folder whose files win over the built-in templates of the same name, or null.</param>
    public PageRenderer(string? templatesFolder = null)
    {
        source = new TemplateSource(templatesFolder);
        templates = new Templates(source);
    }

    /// <summary>The names of the built-in templates, styles, scripts and chart specifications that a folder can override.</summary>
    public static ImmutableArray<string> TemplateNames => [.. TemplateSource.Names];

    /// <summary>Renders a model card.</summary>
    public string Render(ModelCard card) => Lay($"{card.Name}: model card", "model-card.hbs", new
    {
        card,
        provenance = card.Provenance,
        training = Charts.Training(card.Training).Select(View).ToArray(),
        confusion = card.AtThreshold,
    });

    /// <summary>Renders an evaluation page.</summary>
    public string Render(EvaluationPage page) => Lay($"{page.Name}: evaluation", "evaluation.hbs", new
    {
        page,
        provenance = page.Provenance,
        evaluation = page.Evaluation,
        confusion = page.Evaluation.AtThreshold,
        curves = new[]
        {
            View(Charts.PrecisionRecall(page.Evaluation)), View(Charts.Roc(page.Evaluation)),
            View(Charts.Reliability(page.Evaluation)), View(Charts.Scores(page.Evaluation)),
        },
        cards = View(Charts.Cards(page.CardPrecision)),
        training = Charts.Training(page.Training).Select(View).ToArray(),
        timeline = View(Charts.Timeline(page.Timeline)),
        graph = GraphView(page.Graph),
        comparison = page.References is { } references ? Compare(references, page.Metrics) : null,
        thresholds = page.Evaluation.Thresholds,
        thresholdStep = page.Evaluation.Thresholds.IndexOf(page.Evaluation.AtThreshold),
        lastThreshold = page.Evaluation.Thresholds.Length - 1,
        thresholdsJson = ScriptJson.Of(page.Evaluation.Thresholds.Select(at => new[] { at.Threshold, at.TruePositives, at.FalsePositives })),
    });

    string Lay(string title, string template, object data)
    {
        string[] scripts = [.. ChartScripts.Read(), source.Read("page.js")];
        return templates.Fill("layout.hbs", new
        {
            title,
            policy = Policy(scripts),
            styles = source.Read("page.css"),
            body = templates.Fill(template, data),
            scripts,
        });
    }

    /// <summary>
    /// No request of any kind, and only the scripts written here, each named by its hash. Styles are inline because charts set them.
    /// </summary>
    static string Policy(IEnumerable<string> scripts)
    {
        var hashes = scripts.Select(script => $"'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(script)))}'");
        return $"default-src 'none'; script-src {string.Join(' ', hashes)}; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'";
    }

    object View(Chart chart) => new
    {
        name = chart.Name,
        heading = chart.Heading,
        caption = chart.Caption,
        specification = chart.SpecificationWithData(source),
        columns = chart.Columns,
        rowCount = chart.Rows.Length,
        rows = chart.Rows.Select(row => chart.Columns.Select((column, index) => new { column.IsNumber, Text = Written(row[index], column.Format) }).ToArray()).ToArray(),
    };

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
        own = references.Metrics.Select(name => Written(own.FirstOrDefault(metric => metric.Name == name)?.Value, ColumnFormat.Measure)).ToArray(),
        rows = references.Rows.Select(row => new { row.Model, Values = row.Values.Select(value => value.ToString("0.000", CultureInfo.InvariantCulture)).ToArray() }).ToArray(),
    };

    static string Written(object? value, ColumnFormat format) => (value, format) switch
    {
        (null or double.NaN, _) => "–",
        (_, ColumnFormat.Text) => $"{value}",
        (_, ColumnFormat.Count) => $"{value:N0}",
        (_, ColumnFormat.Score) => $"{value:0.######}",
        (_, ColumnFormat.Percent) => $"{value:0.00 %}",
        (_, ColumnFormat.Seconds) => $"{value:0.00} s",
        _ => $"{value:0.0000}",
    };
}
