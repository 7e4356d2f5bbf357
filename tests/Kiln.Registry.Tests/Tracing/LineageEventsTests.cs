using System.Text.Json.Nodes;
using Json.Schema;

namespace Kiln.Registry.Tests;

/// <summary>Events are held to the schemas that OpenLineage publishes: the event, and each facet to the schema that it names.</summary>
public sealed class LineageEventsTests : IDisposable
{
    static readonly EvaluationOptions Options = Schemas();

    readonly TracedSpace _space = new();

    public void Dispose() => _space.Dispose();

    [Fact]
    public void Every_event_and_every_facet_is_as_the_published_schemas_prescribe()
    {
        var facets = 0;
        foreach (var happened in Events())
        {
            Faults(happened, happened["schemaURL"]!.GetValue<string>()).ShouldBe("");
            foreach (var facet in Facets(happened))
            {
                Faults(facet, facet["_schemaURL"]!.GetValue<string>()).ShouldBe("");
                facets++;
            }
        }
        facets.ShouldBeGreaterThan(10);
    }

    [Fact]
    public void An_event_that_breaks_the_schema_is_noticed()
    {
        var broken = Events()[0];
        broken["run"]!["runId"] = "run 1";
        Faults(broken, broken["schemaURL"]!.GetValue<string>()).ShouldNotBe("");

        var facet = Facets(Events()[0]).First(facet => facet["_schemaURL"]!.GetValue<string>().Contains("DatasetVersion"));
        facet.Remove("datasetVersion");
        Faults(facet, facet["_schemaURL"]!.GetValue<string>()).ShouldNotBe("");
    }

    [Fact]
    public void Each_stage_began_once_and_was_complete_once_under_one_id()
    {
        var events = Events();

        foreach (var stage in events.GroupBy(happened => happened["job"]!["name"]!.GetValue<string>()))
        {
            stage.Select(happened => happened["eventType"]!.GetValue<string>()).ShouldBe(["START", "COMPLETE"]);
            stage.Select(happened => happened["run"]!["runId"]!.GetValue<string>()).Distinct().Count().ShouldBe(1);
        }
        events.Select(happened => happened["job"]!["name"]!.GetValue<string>()).Distinct().ShouldBe(["shop.Tidy", "shop.Fit"], ignoreOrder: true);
    }

    [Fact]
    public void Datasets_carry_their_hash_and_tables_their_columns()
    {
        var written = Events().Single(happened => happened["eventType"]!.GetValue<string>() == "COMPLETE" && happened["job"]!["name"]!.GetValue<string>() == "shop.Tidy")["outputs"]!.AsArray().ShouldHaveSingleItem()!;

        written["name"]!.GetValue<string>().ShouldBe(TracedSpace.Rows);
        written["facets"]!["version"]!["datasetVersion"]!.GetValue<string>().ShouldBe(_space.HashOf(TracedSpace.Rows));
        written["facets"]!["schema"]!["fields"]!.AsArray().Select(field => (field!["name"]!.GetValue<string>(), field["type"]!.GetValue<string>())).ShouldBe([("id", "Integer"), ("na\"me", "Text")]);
    }

    [Fact]
    public void The_same_version_gives_the_same_events_also_into_a_file()
    {
        _space.Register();
        _space.Succeed("trace", "shop", "--openlineage");
        var first = _space.Printed;

        _space.Succeed("trace", "shop", "--openlineage", _space.PathOf("events.ndjson"));

        File.ReadAllText(_space.PathOf("events.ndjson")).ShouldBe(first);
        _space.Run("trace", "shop", "--openlineage", _space.PathOf("nowhere/events.ndjson")).ShouldBe(1);
        _space.Printed.ShouldContain("The events cannot be written.");
    }

    [Theory]
    [InlineData("https://ann:secret@example.org/ann/shop.git", "kiln:https://example.org/ann/shop.git")]
    [InlineData("git@example.org:ann/shop.git", "kiln:ssh://example.org/ann/shop.git")]
    [InlineData(null, null)]
    public void Jobs_and_datasets_are_named_within_their_repository_without_what_lets_one_in(string? origin, string? expected)
    {
        Kiln.Registry.GitCommand.Run(_space.Root, "init", "-q").ExitCode.ShouldBe(0);
        if (origin is not null) Kiln.Registry.GitCommand.Run(_space.Root, "remote", "add", "origin", origin).ExitCode.ShouldBe(0);

        var events = Events();

        expected ??= $"kiln:{Path.GetFileName(_space.Root)}";
        events.Select(happened => happened["job"]!["namespace"]!.GetValue<string>()).Distinct().ShouldBe([expected]);
        events.SelectMany(happened => happened["inputs"]!.AsArray()).Select(read => read!["namespace"]!.GetValue<string>()).Distinct().ShouldBe([expected]);
        _space.Printed.ShouldNotContain("secret");
    }

    [Fact]
    public void A_stage_is_of_its_own_commit_and_a_dirty_version_says_so()
    {
        var (commit, patch) = (new string('c', 40), new string('d', 64));
        var made = new MadeStage("Fit", "Fit", [], new string('f', 64), "run-2", commit[..12] + "+", DateTimeOffset.UnixEpoch, 1, Texts, Texts, Texts, Texts.Add("models/shop", patch));
        var document = Some.Document("models/shop", [made with { Name = "Tidy", Run = "run-1", Commit = "0123456789ab" }, made]) with { Commit = commit, IsDirty = true, Patch = patch, Differing = ["words.txt"] };

        var events = new LineageEvents(new(document), new(_space.Root, null!), null, _space.Root).Lines().Select(line => JsonNode.Parse(line)!.AsObject()).ToArray();

        var versions = events.ToLookup(happened => happened["job"]!["name"]!.GetValue<string>(), happened => happened["job"]!["facets"]!["sourceCodeLocation"]!["version"]!.GetValue<string>());
        versions["shop.Tidy"].Distinct().ShouldBe(["0123456789ab"]);
        versions["shop.Fit"].Distinct().ShouldBe([commit]);
        foreach (var happened in events)
        {
            var version = happened["run"]!["facets"]!["kiln_version"]!;
            (version["isDirty"]!.GetValue<bool>(), version["patch"]!.GetValue<string>(), version["differing"]![0]!.GetValue<string>()).ShouldBe((true, patch, "words.txt"));
            Faults(happened, happened["schemaURL"]!.GetValue<string>()).ShouldBe("");
        }
    }

    static System.Collections.Immutable.ImmutableSortedDictionary<string, string> Texts => System.Collections.Immutable.ImmutableSortedDictionary<string, string>.Empty;

    JsonObject[] Events()
    {
        _space.Register();
        _space.Succeed("trace", "shop", "--openlineage");
        return [.. _space.Printed.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!.AsObject())];
    }

    static IEnumerable<JsonObject> Facets(JsonObject happened) => new[] { happened["run"], happened["job"] }.Concat(happened["inputs"]!.AsArray()).Concat(happened["outputs"]!.AsArray())
        .SelectMany(holder => holder!["facets"]!.AsObject().Select(facet => facet.Value!.AsObject()));

    static string Faults(JsonNode node, string schema)
    {
        var result = new JsonSchemaBuilder().Ref(new Uri(schema)).Build().Evaluate(node, Options);
        return result.IsValid ? "" : string.Join("; ", result.Details.Where(detail => detail.HasErrors).SelectMany(detail => detail.Errors!.Select(error => $"{detail.InstanceLocation}: {error.Value}")).DefaultIfEmpty("invalid"));
    }

    static EvaluationOptions Schemas()
    {
        var options = new EvaluationOptions { OutputFormat = OutputFormat.List, RequireFormatValidation = true };
        foreach (var file in Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "Tracing", "openlineage"), "*.json")) options.SchemaRegistry.Register(JsonSchema.FromText(File.ReadAllText(file)));
        // What facets of 1-0-1 build on is in 1-0-2 as it was.
        var text = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Tracing", "openlineage", "OpenLineage.json"));
        options.SchemaRegistry.Register(JsonSchema.FromText(text.Replace("spec/1-0-2/", "spec/1-0-1/", StringComparison.Ordinal)));
        return options;
    }
}
