using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Kiln.Data;
using Kiln.Fingerprinting;

namespace Kiln.Registry;

/// <summary>
/// A version's stages as OpenLineage events (specification 1-0-2 and its facets): for each stage one that it began and one that it was complete. The same version
/// gives the same events: the ids of runs follow from what they are of.
/// </summary>
/// <param name="lineage">What made the version.</param>
/// <param name="place">Where tables may be found, to tell their columns.</param>
/// <param name="origin">Where the repository is cloned from; null for the workspace itself.</param>
/// <param name="workspace">The workspace's folder.</param>
sealed class LineageEvents(Lineage lineage, DataPlace place, Uri? origin, string workspace)
{
    const string Producer = "urn:kiln:registry", Specification = "https://openlineage.io/spec/1-0-2/OpenLineage.json#/$defs/";

    /// <summary>What tells this repository's jobs and datasets from those of others.</summary>
    string Namespace => $"kiln:{origin?.AbsoluteUri ?? Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(workspace)))}";

    /// <summary>The events, one a line, in the order in which they happened.</summary>
    public IEnumerable<string> Lines() => lineage.Document.Stages
        .SelectMany(stage => new[] { (At: stage.Started, Stage: stage, IsEnd: false), (At: stage.Started.AddSeconds(stage.Seconds), Stage: stage, IsEnd: true) })
        .OrderBy(happened => happened.At).Select(happened => Event(happened.Stage, happened.At, happened.IsEnd).ToJsonString());

    JsonObject Event(MadeStage stage, DateTimeOffset at, bool isEnd) => new()
    {
        ["eventType"] = isEnd ? "COMPLETE" : "START",
        ["eventTime"] = at.UtcDateTime.ToString("O", System.Globalization.CultureInfo.InvariantCulture),
        ["producer"] = Producer,
        ["schemaURL"] = Specification + "RunEvent",
        ["run"] = new JsonObject { ["runId"] = Id(stage.Run, stage.Name, stage.Fingerprint), ["facets"] = RunFacets(stage) },
        ["job"] = new JsonObject { ["namespace"] = Namespace, ["name"] = JobOf(stage.Name), ["facets"] = JobFacets(stage) },
        ["inputs"] = new JsonArray([.. stage.Read.Distinct().Select(file => Dataset(file.Path, file.Hash))]),
        ["outputs"] = new JsonArray([.. stage.Outputs.Where(_ => isEnd).Select(file => Dataset(file.Key, file.Value))]),
    };

    JsonObject RunFacets(MadeStage stage) => new()
    {
        ["parent"] = Facet("https://openlineage.io/spec/1-0-1/ParentRunFacet.json#/$defs/ParentRunFacet", new()
        {
            ["run"] = new JsonObject { ["runId"] = Id(stage.Run) },
            ["job"] = new JsonObject { ["namespace"] = Namespace, ["name"] = lineage.Document.Pipeline },
        }),
        ["kiln_stage"] = Facet(Specification + "RunFacet", new()
        {
            ["fingerprint"] = stage.Fingerprint,
            ["run"] = stage.Run,
            ["commit"] = stage.Commit.TrimEnd('+'),
            ["isDirty"] = stage.Commit.EndsWith('+'),
            ["settings"] = Texts(stage.Settings),
            ["code"] = Texts(stage.Code),
        }),
        ["kiln_version"] = Facet(Specification + "RunFacet", new()
        {
            ["run"] = lineage.Document.Run,
            ["commit"] = lineage.Document.Commit,
            ["isDirty"] = lineage.Document.IsDirty,
            ["patch"] = lineage.Document.Patch,
            ["differing"] = new JsonArray([.. lineage.Document.Differing.Select(path => JsonValue.Create(path))]),
        }),
    };

    JsonObject JobFacets(MadeStage stage)
    {
        var commit = CommitOf(stage);
        if (commit.Length == 0 && lineage.Document.Commit.Length == 0) return [];
        var location = new JsonObject { ["type"] = "git", ["url"] = (origin ?? Here).AbsoluteUri };
        if (commit.Length > 0) location["version"] = commit;
        return new() { ["sourceCodeLocation"] = Facet("https://openlineage.io/spec/1-0-1/SourceCodeLocationJobFacet.json#/$defs/SourceCodeLocationJobFacet", location) };
    }

    /// <summary>The commit that a stage ran on: in full where it is the version's, otherwise as runs shorten it; empty where none is known.</summary>
    string CommitOf(MadeStage stage) => stage.Commit.TrimEnd('+') is { Length: > 0 } own && lineage.Document.Commit.StartsWith(own, StringComparison.Ordinal) ? lineage.Document.Commit : stage.Commit.TrimEnd('+');

    JsonObject Dataset(string path, string hash)
    {
        var facets = new JsonObject
        {
            ["dataSource"] = Facet("https://openlineage.io/spec/1-0-1/DatasourceDatasetFacet.json#/$defs/DatasourceDatasetFacet", new() { ["name"] = "workspace", ["uri"] = Here.AbsoluteUri }),
            ["version"] = Facet("https://openlineage.io/spec/facets/1-0-0/DatasetVersionDatasetFacet.json#/$defs/DatasetVersionDatasetFacet", new() { ["datasetVersion"] = hash }),
        };
        if (Columns(path, hash) is { } fields) facets["schema"] = Facet("https://openlineage.io/spec/facets/1-0-0/SchemaDatasetFacet.json#/$defs/SchemaDatasetFacet", new() { ["fields"] = fields });
        return new JsonObject { ["namespace"] = Namespace, ["name"] = path, ["facets"] = facets };
    }

    /// <summary>The columns of a table that is still there; null for anything else.</summary>
    JsonArray? Columns(string path, string hash)
    {
        if (!path.EndsWith(".parquet", StringComparison.Ordinal) || place.Find(path, ContentHash.Parse(hash)) is not { } file) return null;
        try
        {
            return [.. Table.At(file).Schema.Select(column => new JsonObject { ["name"] = column.Name, ["type"] = column.Type.Kind.ToString() })];
        }
        catch (DataException)
        {
            return null;
        }
    }

    string JobOf(string stage) => $"{lineage.Document.Pipeline}.{stage}";

    Uri Here => new(Path.GetFullPath(workspace));

    static JsonObject Facet(string schema, JsonObject content)
    {
        content["_producer"] = Producer;
        content["_schemaURL"] = schema;
        return content;
    }

    static JsonObject Texts(IEnumerable<KeyValuePair<string, string>> facts) => new(facts.Select(fact => KeyValuePair.Create(fact.Key, (JsonNode?)JsonValue.Create(fact.Value))));

    /// <summary>A UUID of version 8 (RFC 9562) that follows from what it names.</summary>
    static string Id(params ReadOnlySpan<string> parts)
    {
        Span<byte> bytes = stackalloc byte[ContentHash.Size];
        ContentHash.Of(Encoding.UTF8.GetBytes("kiln openlineage 1\n" + string.Join('\n', parts))).CopyTo(bytes);
        bytes[6] = (byte)((bytes[6] & 0x0f) | 0x80);
        bytes[8] = (byte)((bytes[8] & 0x3f) | 0x80);
        return new Guid(bytes[..16], bigEndian: true).ToString();
    }
}
