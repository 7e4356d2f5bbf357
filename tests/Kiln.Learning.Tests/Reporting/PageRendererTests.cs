using System.Text.RegularExpressions;
using Kiln.Learning.Reporting;

namespace Kiln.Learning.Tests.Reporting;

public sealed class PageRendererTests : IDisposable
{
    static readonly PageRenderer Renderer = new();

    readonly string folder = Directory.CreateTempSubdirectory("kiln-templates-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void The_same_facts_give_the_same_bytes()
    {
        new PageRenderer().Render(Some.EvaluationPage()).ShouldBe(Renderer.Render(Some.EvaluationPage()));
        new PageRenderer().Render(Some.ModelCard()).ShouldBe(Renderer.Render(Some.ModelCard()));
    }

    /// <summary>With KILN_SAMPLE_PAGES=folder the pages stay there for looking at.</summary>
    [Fact]
    public void A_page_is_at_most_3_MiB_and_is_written_and_read_as_it_is()
    {
        var samples = Environment.GetEnvironmentVariable("KILN_SAMPLE_PAGES") is { Length: > 0 } named ? Directory.CreateDirectory(named).FullName : folder;
        foreach (var (name, html) in new[] { ("evaluation.html", Renderer.Render(Some.EvaluationPage())), ("model-card.html", Renderer.Render(Some.ModelCard())) })
        {
            var page = Page.At(Path.Combine(samples, name));
            page.Write(html);
            page.Read().ShouldBe(html);
            new FileInfo(Path.Combine(samples, name)).Length.ShouldBeLessThan(3 << 20);
        }
    }

    [Fact]
    public void Names_from_data_cannot_become_markup_or_end_a_script()
    {
        StaysText(Renderer.Render(Hostile.ModelCard()), Renderer.Render(Some.ModelCard()));
        StaysText(Renderer.Render(Hostile.EvaluationPage()), Renderer.Render(Some.EvaluationPage()));
        StaysText(Renderer.Render(SomeData.Page(Hostile.Name)), Renderer.Render(SomeData.Page()));
        StaysText(Renderer.Render(Some.Comparison(Hostile.Name)), Renderer.Render(Some.Comparison()));
    }

    [Fact]
    public void A_comparison_tells_measures_with_deviations_and_the_settings_that_differ()
    {
        var html = Renderer.Render(Some.Comparison());
        html.ShouldContain("<tr class=\"own\"><th scope=\"row\">xgboost</th><td class=\"number\">0.7200 <span class=\"of\">± 0.0129</span></td>");
        html.ShouldContain("<th scope=\"row\">model.linear.l2</th><td>–</td><td>–</td><td>1</td>");
        html.ShouldNotContain("<th scope=\"row\">days</th>");
        Regex.Count(html, "<figure class=\"chart\" id=\"(measure|curve)-[12]\">").ShouldBe(4);
        var oneFold = Renderer.Render(Some.Comparison() with { Candidates = [Some.Comparison().Candidates[0] with { Deviation = Some.Comparison().Candidates[0].Deviation.SetItem("AUC ROC", double.NaN), Curves = [] }] });
        oneFold.ShouldContain("<td class=\"number\">0.8980</td>");
        oneFold.ShouldContain("The results hold no curves.");
    }

    [Fact]
    public void The_page_of_a_table_tells_what_it_holds_what_was_rejected_and_what_changed()
    {
        var html = Renderer.Render(SomeData.Page());
        html.ShouldContain("1,003 rows were read, 1,000 accepted and 3 rejected.");
        html.ShouldContain("<td>integer; at least 0; at most 120; never missing</td><td class=\"number\">2</td>");
        html.ShouldContain("is kept aside, up to 1 % of a file");
        html.ShouldContain("<dd>1,000, before 800 (+25.0 %)</dd>");
        html.ShouldContain("<dt>New columns</dt><dd>new</dd>");
        html.ShouldContain("<dt>Columns that are gone</dt><dd>old</dd>");
        html.ShouldContain("<td>shifted</td>");
        html.ShouldContain("112 missing (11.20 %)");
        html.ShouldNotContain("<script>");
        Regex.Count(html, "<figure class=\"chart\" id=\"column-").ShouldBe(6);
    }

    [Theory]
    [InlineData("{{#each this}}\n    {{> metrics this}}\n{{/each}}")] // Handlebars.Net 2.4.3 forgets to escape in an indented partial
    [InlineData("{{#each this}}\n\t{{> metrics}}\n{{/each}}")]
    [InlineData("{{#each this}}{{> metrics this}}{{/each}}")]
    public void A_partial_is_escaped_however_its_tag_is_indented(string facts)
    {
        Override("facts.hbs", facts);
        Override("metrics.hbs", "<dt>{{#if Label}}{{Label}}{{/if}}</dt>\n");
        Override("model-card.hbs", "  {{> facts card.Settings}}\n");
        var html = new PageRenderer(folder).Render(Hostile.ModelCard());
        html.ShouldContain("<dt>&lt;/script&gt;");
        html.ShouldNotContain("<img src=x");
    }

    [Fact]
    public void The_policy_allows_no_request_and_only_the_scripts_written_in_the_page()
    {
        var html = Renderer.Render(Some.ModelCard());
        var policy = Regex.Match(html, "Content-Security-Policy\" content=\"([^\"]+)\"").Groups[1].Value;
        policy.ShouldStartWith("default-src 'none'; script-src 'sha256-");
        policy.ShouldNotContain("unsafe-eval");
        Count(policy, "'sha256-").ShouldBe(Count(html, "<script>"));
    }

    [Fact]
    public void A_file_of_the_same_name_in_the_pipelines_folder_wins()
    {
        Override("facts.hbs", "<p>{{#each this}}{{Label}}={{Value}};{{/each}}</p>");
        new PageRenderer(folder).Render(Some.ModelCard()).ShouldContain("<p>simulate.seed=0;train.seed=17;</p>");
    }

    [Fact]
    public void A_name_that_the_page_does_not_have_is_an_error_with_file_and_line()
    {
        Override("facts.hbs", "<dl>\n{{#each this}}\n<dt>{{Lable}}</dt>\n{{/each}}</dl>");
        var error = Should.Throw<KilnException>(() => new PageRenderer(folder).Render(Some.ModelCard()));
        error.What.ShouldBe("A template asks for something that the page does not have: Lable");
        error.Message.ShouldContain(Path.Combine(folder, "facts.hbs"));
        error.Message.ShouldMatch("line +3");
    }

    [Theory]
    [InlineData("metrics.hbs", "<p>\n{{#each this}}never closed", 2, "{{#each}} is not closed")]
    [InlineData("metrics.hbs", "{{#each this}}\n{{#if Name}}\n{{/each}}", 3, "{{/each}} stands where {{/if}} has to: if was opened on line 2")]
    [InlineData("metrics.hbs", "a\n\n{{/if}}", 3, "{{/if}} closes nothing")]
    [InlineData("metrics.hbs", "\n{{> nowhere this}}", 2, "there is no partial nowhere; there are chart, column")]
    [InlineData("metrics.hbs", "\n{{!-- {{#if}} --}}{{> ../../secret}}", 2, "there is no partial ../../secret")]
    [InlineData("metrics.hbs", "a\nb\n{{Name\n} ", 4, "unparseable token")]
    [InlineData("charts/training-loss.vl.json", "{\n not json", 2, "it is not JSON")]
    [InlineData("charts/training-loss.vl.json", "[]", 1, "it is not an object")]
    public void A_template_that_cannot_be_used_is_named_with_its_line(string name, string text, int line, string problem)
    {
        Override(name, text);
        var error = Should.Throw<KilnException>(() => new PageRenderer(folder).Render(Some.ModelCard()));
        error.What.ShouldBe("A template cannot be used.");
        error.Message.ShouldContain(Path.Combine(folder, name));
        error.Message.ShouldMatch($"line +{line}\n");
        error.Message.ShouldContain(problem);
    }

    [Theory]
    [InlineData("\"mark\": \"lien\"", "mark is none of")]
    [InlineData("\"mark\": { \"type\": \"lien\" }", "mark.type is none of")]
    [InlineData("\"marc\": \"line\"", "marc is nothing that Vega-Lite knows there")]
    [InlineData("\"mark\": \"line\", \"encoding\": { \"x\": { \"feild\": \"epoch\", \"type\": \"quantitative\" } }", "encoding.x.feild is nothing that Vega-Lite knows there")]
    [InlineData("\"mark\": \"line\", \"encoding\": { \"x\": { \"field\": \"epoch\", \"type\": \"quantity\" } }", "encoding.x.type is none of quantitative, ordinal, temporal, nominal")]
    [InlineData("\"mark\": \"line\", \"data\": { \"url\": \"https://example.org/rows.json\" }", "data.url: a page asks for no file and no address")]
    [InlineData("\"mark\": \"line\", \"data\": { \"url\": \"rows.csv\" }", "data.url: a page asks for no file and no address")]
    [InlineData("\"mark\": { \"type\": \"image\", \"url\": \"http://example.org/a.png\" }", "mark.url: a page asks for no file")]
    [InlineData("\"mark\": \"image\", \"encoding\": { \"url\": { \"field\": \"epoch\" } }", "encoding.url: a page asks for no file")]
    [InlineData("\"mark\": \"line\", \"transform\": [{ \"lookup\": \"epoch\", \"from\": { \"data\": { \"url\": \"a.json\" }, \"key\": \"a\" } }]", "transform[0].from.data.url: a page")]
    [InlineData("\"mark\": { \"type\": \"line\", \"href\": \"https://example.org\" }", "mark.href: a picture leads nowhere")]
    [InlineData("\"mark\": \"line\", \"data\": { \"name\": \"row\" }", "data: there are no data row; a page gives rows and marks")]
    [InlineData("\"mark\": \"line\", \"usermeta\": { \"embedOptions\": { \"patch\": \"https://example.org/a.json\" } }", "usermeta: a specification does not set")]
    public void A_picture_that_is_none_or_would_ask_for_something_is_refused_with_its_line(string part, string problem)
    {
        Override("charts/training-loss.vl.json", $"{{\n{SchemaLine}\n{(part.Contains("\"data\": { ", StringComparison.Ordinal) && !part.Contains("lookup", StringComparison.Ordinal) ? "" : "\"data\": { \"name\": \"rows\" }, ")}{part} }}");
        var error = Should.Throw<KilnException>(() => new PageRenderer(folder).Render(Some.ModelCard()));
        error.Message.ShouldContain(problem);
        error.Message.ShouldMatch("line +3\n");
    }

    [Theory]
    [InlineData("{ \"$schema\": \"https://vega.github.io/schema/vega-lite/v6.json\", \"mark\": \"bar\" }", "data is missing")]
    [InlineData("{ \"mark\": \"bar\" }", "$schema is not")]
    [InlineData("{ \"$schema\": \"https://vega.github.io/schema/vega-lite/v5.json\", \"mark\": \"bar\" }", "vega-lite/v6.json, the version that draws")]
    public void A_picture_of_another_version_or_without_data_is_refused(string specification, string problem)
    {
        Override("charts/training-loss.vl.json", specification);
        Should.Throw<KilnException>(() => new PageRenderer(folder).Render(Some.ModelCard())).Message.ShouldContain(problem);
    }

    [Fact]
    public void Every_picture_that_is_built_in_is_one_that_a_pipeline_may_have_of_its_own()
    {
        var charts = PageRenderer.TemplateNames.Where(name => name.StartsWith("charts/", StringComparison.Ordinal)).ToList();
        charts.Count.ShouldBeGreaterThan(10);
        foreach (var chart in charts) ChartSpecification.FaultOf(new TemplateSource(null).Read(chart)).ShouldBeNull(chart);
    }

    const string SchemaLine = "\"$schema\": \"https://vega.github.io/schema/vega-lite/v6.json\",";

    [Fact]
    public void A_title_that_refers_to_no_column_is_an_error_with_the_file()
    {
        Override("charts/training-loss.vl.json", $$"""{ {{SchemaLine}} "data": { "name": "rows" }, "layer": [{ "mark": "line", "encoding": { "x": { "field": "epoch", "type": "quantitative", "title": "@epochs" } } }] }""");
        var error = Should.Throw<KilnException>(() => new PageRenderer(folder).Render(Some.ModelCard()));
        error.Message.ShouldContain("@epochs");
        error.Message.ShouldContain("epoch, training, validation");
        error.Message.ShouldContain(Path.Combine(folder, "charts/training-loss.vl.json"));
    }

    [Fact]
    public void A_pipeline_may_have_pictures_of_its_own()
    {
        Override("charts/own.vl.json", $$"""{ {{SchemaLine}} "data": { "name": "rows" }, "mark": "bar", "encoding": { "x": { "field": "a", "type": "quantitative", "title": "@a" } } }""");
        var own = new Chart { Name = "own", Heading = "Own", Caption = "Own.", Columns = [new("a", "Aha", ColumnFormat.Count)], Rows = [[3]] };
        var html = new PageRenderer(folder).Render(Some.ModelCard() with { Sections = [new() { Id = "own", Heading = "Own", Charts = [own] }] });
        html.ShouldContain("\"title\":\"Aha\"");
        html.ShouldContain("<a href=\"#own\">Own</a>");
    }

    [Fact]
    public void A_comparison_is_left_out_where_there_are_no_published_values()
    {
        Renderer.Render(Some.EvaluationPage()).ShouldContain("Beside published values");
        Renderer.Render(Some.EvaluationPage() with { References = null }).ShouldNotContain("Beside published values");
    }

    [Fact]
    public void Every_template_that_is_built_in_can_be_overridden_by_name() =>
        PageRenderer.TemplateNames.ShouldBe([
            "chart.hbs", "charts/actual-predicted.vl.json", "charts/calibration.vl.json", "charts/card-precision.vl.json", "charts/classes.vl.json", "charts/compare-curve.vl.json", "charts/compare-measure.vl.json", "charts/cost.vl.json", "charts/dependence.vl.json", "charts/importance.vl.json", "charts/precision-recall.vl.json",
            "charts/residual-bands.vl.json", "charts/residuals.vl.json", "charts/roc.vl.json", "charts/scores.vl.json", "charts/surest.vl.json", "charts/timeline.vl.json", "charts/training-loss.vl.json",
            "charts/training-metric.vl.json", "charts/within-error.vl.json", "column.hbs", "comparison.hbs", "confusion.hbs", "data-page.hbs", "data.hbs", "evaluation.hbs", "facts.hbs", "graph.hbs", "layout.hbs", "metrics.hbs", "model-card.hbs", "model-card.md.hbs",
            "page.css", "page.js", "provenance.hbs", "section.hbs", "several-classes.hbs", "table.hbs", "two-classes.hbs", "values.hbs"]);

    /// <summary>
    /// The card's own markup, without charts and scripts. After a wanted change, run with KILN_UPDATE_GOLDEN=1 and read the difference.
    /// </summary>
    [Fact]
    public void The_model_card_reads_as_it_was_approved()
    {
        Override("layout.hbs", "{{{body}}}");
        Override("chart.hbs", "[{{name}}: {{caption}}]");
        var golden = Path.Combine(Kiln.Tests.Repository.Root, "tests", "Kiln.Learning.Tests", "Reporting", "model-card.golden.html");
        var html = new PageRenderer(folder).Render(Some.ModelCard());
        if (Environment.GetEnvironmentVariable("KILN_UPDATE_GOLDEN") == "1") File.WriteAllText(golden, html);
        html.ShouldBe(File.ReadAllText(golden));
    }

    static void StaysText(string hostile, string usual)
    {
        hostile.ShouldContain("&lt;/script&gt;&lt;script&gt;window.broken");
        hostile.ShouldNotContain("<img src=x");
        hostile.ShouldNotContain("<!--");
        Count(hostile, "<script").ShouldBe(Count(usual, "<script"));
    }

    void Override(string name, string text)
    {
        var file = Path.Combine(folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
    }

    static int Count(string text, string part) => Regex.Count(text, Regex.Escape(part));
}
