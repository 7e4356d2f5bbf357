using Kiln.Learning.Reporting;
using YamlDotNet.RepresentationModel;

namespace Kiln.Learning.Tests.Reporting;

/// <summary>The model card as Markdown: front matter that YAML reads, and text that stays text.</summary>
public class MarkdownCardTests
{
    static readonly PageRenderer Renderer = new();

    [Fact]
    public void The_front_matter_is_what_catalogs_of_models_read()
    {
        var card = Some.ModelCard();
        var front = FrontMatter(Renderer.RenderMarkdown(card));
        Text(front["license"]).ShouldBe("apache-2.0");
        Text(front["library_name"]).ShouldBe("kiln");
        Text(front["pipeline_tag"]).ShouldBe("tabular-classification");
        ((YamlSequenceNode)front["tags"]).Select(Text).ShouldBe(["kiln", "fraud-detection"]);

        var model = ((YamlSequenceNode)front["model-index"]).ShouldHaveSingleItem();
        Text(model["name"]).ShouldBe("Fraud classifier");
        var result = ((YamlSequenceNode)model["results"]).ShouldHaveSingleItem();
        Text(result["task"]["type"]).ShouldBe("tabular-classification");
        Text(result["dataset"]["type"]).ShouldBe("fraud");
        Text(result["dataset"]["split"]).ShouldBe("test");
        Text(result["dataset"]["revision"]).ShouldBe(card.Data[^1].Hash);
        var metrics = ((YamlSequenceNode)result["metrics"]).ToList();
        metrics.Select(metric => Text(metric["name"])).ShouldBe(card.Metrics.Select(metric => metric.Name));
        metrics.Select(metric => double.Parse(Text(metric["value"]))).ShouldBe(card.Metrics.Select(metric => metric.Value));
        Text(metrics[1]["type"]).ShouldBe("roc_auc");
        Text(metrics[2]["type"]).ShouldBe("card_precision_100");
    }

    [Fact]
    public void A_card_without_a_license_or_a_number_is_front_matter_all_the_same()
    {
        var front = FrontMatter(Renderer.RenderMarkdown(Some.ModelCard() with { Words = Some.Words with { License = null, Tags = [] }, Metrics = [new("R²", double.NaN, "")] }));
        front.Children.ContainsKey("license").ShouldBeFalse();
        Text(front["model-index"][0]["results"][0]["metrics"][0]["value"]).ShouldBe(".nan");
    }

    [Fact]
    public void Names_from_data_stay_text_in_front_matter_and_below()
    {
        var text = Renderer.RenderMarkdown(Hostile.ModelCard());
        var front = FrontMatter(text);
        Text(front["model-index"][0]["name"]).ShouldBe(Hostile.Name);
        ((YamlSequenceNode)front["tags"]).Select(Text).ShouldBe(["kiln", Hostile.Name, "a: b\n- c # d"]);

        var body = text[text.IndexOf("\n# ", StringComparison.Ordinal)..];
        body.ShouldContain(@"# \</script\>\<script\>window.broken = 1");
        body.Split('\n').Count(line => line.StartsWith("- \\</script", StringComparison.Ordinal)).ShouldBeGreaterThan(1);
        body.ShouldContain(@"| ``` a`b``c\|d ``` |");
        body.ShouldContain(@"\_e\_ \*f\* \[g\](h)");
        body.ShouldContain("````\n```\n# not a heading\n```\n````");
    }

    [Fact]
    public void Every_part_that_people_write_stands_under_its_heading()
    {
        var lines = Renderer.RenderMarkdown(Some.ModelCard()).Split('\n');
        foreach (var (heading, words) in new[]
        {
            ("### What it is for", Some.Words.IntendedUse), ("### What it is not for", Some.Words.OutOfScope), ("### Known limits", Some.Words.Limits),
            ("### Ethical considerations", Some.Words.EthicalConsiderations), ("### Who answers for it", Some.Words.Owners),
        })
            lines.SkipWhile(line => line != heading).Skip(2).TakeWhile(line => line.StartsWith("- ", StringComparison.Ordinal)).ShouldBe(words.Select(word => "- " + word));
        lines.ShouldContain("| AUC ROC | 0.8345 | Chance that a fraud scores higher than a genuine transaction. |");
    }

    static YamlMappingNode FrontMatter(string text)
    {
        text.ShouldStartWith("---\n");
        var yaml = new YamlStream();
        yaml.Load(new StringReader(text[4..text.IndexOf("\n---\n", 3, StringComparison.Ordinal)]));
        return (YamlMappingNode)yaml.Documents.ShouldHaveSingleItem().RootNode;
    }

    static string Text(YamlNode node) => ((YamlScalarNode)node).Value!;
}
