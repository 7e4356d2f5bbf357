using Kiln.Pipelines.Income;

namespace Kiln.Tests.Income;

/// <summary>The pages of a pipeline that is made of the library's stages.</summary>
public sealed class ReportModelTests : IDisposable
{
    readonly TrialSpace _space = new(IncomePipeline.Definition, "source.path=source", "train.model=logistic");

    public ReportModelTests() => CensusRows.Give(_space, CensusRows.Rows(200), CensusRows.Rows(60));

    public void Dispose() => _space.Dispose();

    [Fact]
    public async Task A_run_leaves_a_card_and_an_evaluation_that_tell_of_its_rows_settings_and_words()
    {
        await _space.SucceedAsync();
        var card = _space.Read("reports/income/model-card.html");
        card.ShouldContain("<h1>Income above 50,000 dollars</h1>");
        card.ShouldContain("<dt>model.linear.l2</dt><dd>1</dd>");
        card.ShouldContain("years of education in steps from 1 to 16 (numbers; may be missing)");
        card.ShouldContain("67 are &gt;50K (33.50 %)");
        card.ShouldContain("./build.sh --pipeline income --target Report --set ");
        _space.Read("reports/income/model-card.md").ShouldStartWith("---\nlibrary_name: kiln\npipeline_tag: \"tabular-classification\"\n");
        var evaluation = _space.Read("reports/income/evaluation.html");
        evaluation.ShouldContain("60 test rows, 20 of them positive.");
        evaluation.ShouldContain("Report needs IngestCsv");
    }

    [Fact]
    public async Task The_pages_are_made_again_alone_where_a_template_or_a_word_of_the_card_changes()
    {
        await _space.SucceedAsync();
        await _space.SucceedAsync("--target", "Report");
        _space.Printed.ShouldNotContain(" ran");

        await _space.SucceedAsync("--target", "Report", "--force");
        _space.Ran.ShouldBe(["Report"]);

        _space.Write("pipelines/income/templates/facts.hbs", "<p>{{#each this}}{{Label}} is {{Value}}. {{/each}}</p>");
        await _space.SucceedAsync();
        _space.Ran.ShouldBe(["ReportData", "Report", "GateModel"], ignoreOrder: true); // the gate acts once its pages are there
        _space.Read("reports/income/model-card.html").ShouldContain("model.linear.l2 is 1.");

        await _space.SucceedAsync("--target", "Report", "--set", "card.purpose=Another word.");
        _space.Ran.ShouldBe(["Report"]);
        _space.Read("reports/income/model-card.html").ShouldContain("<p class=\"lead\">Another word.</p>");
    }

    [Theory]
    [InlineData("purpose")]
    [InlineData("owners")]
    [InlineData("intendedUse")]
    [InlineData("outOfScope")]
    [InlineData("limits")]
    [InlineData("ethicalConsiderations")]
    public async Task A_part_that_only_people_can_write_is_missed_by_its_name(string part)
    {
        var settings = _space.Read("pipelines/income/settings.yaml");
        var from = settings.IndexOf($"  {part}:", StringComparison.Ordinal);
        var next = settings.IndexOf("\n  ", from + 3, StringComparison.Ordinal);
        while (settings[next + 3] is ' ') next = settings.IndexOf("\n  ", next + 3, StringComparison.Ordinal);
        _space.Write("pipelines/income/settings.yaml", settings[..from] + settings[(next + 1)..]);
        await _space.FailAsync(2, "A required setting is missing:", "card", part);

        _space.Write("pipelines/income/settings.yaml", settings[..from] + $"  {part}: {(part == "purpose" ? "\"\"" : "[]")}" + settings[next..]);
        await _space.FailAsync(2, "card." + part);
    }

    [Fact]
    public async Task A_template_that_loads_from_elsewhere_is_refused()
    {
        _space.Write("pipelines/income/templates/provenance.hbs", "<p><a href=\"https://example.org/\">a link</a> <IMG alt='' src = 'https://example.org/x.png'></p>");
        await _space.FailAsync(1, "it loads https://example.org/x.png", "a page makes no request");
    }

    [Fact]
    public async Task A_picture_of_a_field_that_there_is_not_is_refused()
    {
        var own = File.ReadAllText(Path.Combine(Repository.Root, "src/Kiln.Learning/Reporting/Templates/charts/roc.vl.json"));
        _space.Write("pipelines/income/templates/charts/roc.vl.json", own);
        await _space.SucceedAsync();
        _space.Write("pipelines/income/templates/charts/roc.vl.json", own.Replace("\"field\": \"y\"", "\"field\": \"why\"", StringComparison.Ordinal));
        await _space.FailAsync(1, "A chart draws a field that its rows do not have.", "why", "charts/roc.vl.json");
    }

    [Fact]
    public async Task What_the_command_line_changed_in_a_section_is_told_with_it()
    {
        (await _space.RunAsync("--set", "card.purpose= ")).ShouldBe(2);
        _space.Printed.ShouldContain(", with --set card.purpose=");
    }

    [Fact]
    public async Task A_template_that_asks_for_what_is_not_there_fails_with_file_and_line()
    {
        _space.Write("pipelines/income/templates/facts.hbs", "<dl>\n{{#each this}}{{Lable}}{{/each}}</dl>");
        await _space.FailAsync(1, "Lable", "pipelines/income/templates/facts.hbs", "line      2");
    }

    [Theory]
    [InlineData("model-crad.hbs", "Did you mean model-card.hbs?")]
    [InlineData("notes.txt", "no page uses")]
    [InlineData("charts/dependance.vl.json", "Did you mean charts/dependence.vl.json?")]
    [InlineData("charts/roc.json", "charts/roc.vl.json")]
    public async Task A_template_that_no_page_uses_is_refused_before_anything_runs(string file, string said)
    {
        _space.Write($"pipelines/income/templates/{file}", "");
        await _space.FailAsync(2, $"pipelines/income/templates/{file}", said, "confusion.hbs, data-page.hbs");
        Directory.Exists(_space.PathOf("data")).ShouldBeFalse();
        File.Delete(_space.PathOf($"pipelines/income/templates/{file}"));
        _space.Write("pipelines/income/templates/charts/by-the-hour.vl.json", "");
        _space.Write("pipelines/income/templates/README.md", "What is here.");
        await _space.SucceedAsync("--target", "Tidy");
    }
}
