using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using System.Web;

namespace Kiln.Tests.Exporting;

/// <summary>
/// What MLflow's REST API takes, of the requests that Kiln makes of it. Paths, methods, fields and their types are those of mlflow/protos/service.proto in the repository mlflow/mlflow (messages GetExperimentByName,
/// CreateExperiment, CreateRun, UpdateRun, DeleteRun, LogBatch, SearchRuns, GetMetricHistory, Metric, Param, RunTag; enums RunStatus and ViewType); what must be there is marked validate_required or "Must be provided" there, or is asked
/// for in mlflow/server/handlers.py; limits and names are those of mlflow/utils/validation.py, and for tags, where servers differ, the least that service.proto names. How a number is written is the JSON mapping of protocol
/// buffers: NaN and the infinities are texts, and a bare NaN is no JSON. MLflow's own server overlooks fields that it does not know; these rules do not.
/// </summary>
static partial class MlflowRules
{
    static readonly Dictionary<string, (string Method, Field[] Fields)> endpoints = new()
    {
        ["experiments/get-by-name"] = ("GET", [new("experiment_name", Text, true)]),
        ["experiments/create"] = ("POST", [new("name", ExperimentName, true), new("artifact_location", Text), new("tags", Each(Tag))]),
        ["runs/create"] = ("POST", [new("experiment_id", ExperimentId, true), new("user_id", Text), new("run_name", Text), new("start_time", Int64), new("tags", Each(Tag))]),
        ["runs/update"] = ("POST", [new("run_id", RunId, true), new("status", OneOf("RUNNING", "SCHEDULED", "FINISHED", "FAILED", "KILLED")), new("end_time", Int64), new("run_name", Text)]),
        ["runs/delete"] = ("POST", [new("run_id", RunId, true)]),
        ["runs/log-batch"] = ("POST", [new("run_id", RunId, true), new("metrics", Each(Metric, 1000)), new("params", Each(Param, 100)), new("tags", Each(Tag, 100))]),
        ["runs/search"] = ("POST",
            [new("experiment_ids", Each(ExperimentId)), new("filter", Filter), new("run_view_type", OneOf("ACTIVE_ONLY", "DELETED_ONLY", "ALL")), new("max_results", Int64), new("order_by", Each(Text)), new("page_token", Text)]),
        ["metrics/get-history"] = ("GET", [new("run_id", RunId, true), new("metric_key", Text, true), new("page_token", Text), new("max_results", Int64)]),
    };

    static readonly JsonSerializerOptions strict = new() { AllowDuplicateProperties = false };

    delegate string? Rule(JsonElement value);

    /// <summary>What is wrong with a request; null where nothing is.</summary>
    /// <param name="method">GET or POST.</param>
    /// <param name="path">The path with the query.</param>
    /// <param name="contentType">The body's kind; null without a body.</param>
    /// <param name="body">The body.</param>
    public static string? Fault(string method, string path, string? contentType, byte[] body)
    {
        var (place, query) = path.Split('?') is [var before, .. var after] ? (before, string.Join('?', after)) : (path, "");
        if (!place.StartsWith("/api/2.0/mlflow/", StringComparison.Ordinal) || !endpoints.TryGetValue(place["/api/2.0/mlflow/".Length..], out var endpoint)) return $"no such endpoint: {place}";
        if (method != endpoint.Method) return $"{place} takes {endpoint.Method}, not {method}";
        if (method == "POST" && contentType?.Split(';')[0] != "application/json") return $"a body of {contentType}";
        if (method == "POST" && query.Length > 0) return "a query beside a body";
        if (method == "GET" && body.Length > 0) return "a body beside a query";
        if (body.Length > 1_000_000) return $"a request of {body.Length:#,0} bytes";
        return Message(endpoint.Fields)(method == "POST" ? Parse(body) : Parse(query)) is { } fault ? $"{place}: {fault}" : TooMany(place, body);
    }

    public static JsonElement Parse(byte[] body)
    {
        try
        {
            return JsonSerializer.Deserialize<JsonElement>(body, strict);
        }
        catch (JsonException error)
        {
            return JsonSerializer.SerializeToElement(error.Message);
        }
    }

    public static JsonElement Parse(string query)
    {
        var fields = HttpUtility.ParseQueryString(query);
        return JsonSerializer.SerializeToElement(fields.AllKeys.ToDictionary(key => key!, key => fields[key]));
    }

    static string? TooMany(string place, byte[] body) => place.EndsWith("log-batch", StringComparison.Ordinal)
        && Parse(body).EnumerateObject().Where(field => field.Value.ValueKind == JsonValueKind.Array).Sum(field => field.Value.GetArrayLength()) is > 1000 and var count ? $"{count} metrics, params and tags in one request" : null;

    static Rule Message(params Field[] fields) => value =>
    {
        if (value.ValueKind != JsonValueKind.Object) return value.ValueKind == JsonValueKind.String ? value.GetString() : $"{value.ValueKind} in place of a message";
        foreach (var given in value.EnumerateObject())
            if (fields.FirstOrDefault(field => field.Name == given.Name) is not { } field) return $"no such field: {given.Name}";
            else if (field.Rule(given.Value) is { } fault) return $"{given.Name}: {fault}";
        return fields.FirstOrDefault(field => field.IsRequired && !value.TryGetProperty(field.Name, out _)) is { } missing ? $"{missing.Name} is missing" : null;
    };

    static Rule Each(Rule rule, int most = int.MaxValue) => value => value.ValueKind != JsonValueKind.Array ? "not a list" : value.GetArrayLength() > most ? $"{value.GetArrayLength()} of {most}"
        : value.EnumerateArray().Select((item, place) => rule(item) is { } fault ? $"[{place}] {fault}" : null).FirstOrDefault(fault => fault is not null)
            ?? value.EnumerateArray().Where(item => item.ValueKind == JsonValueKind.Object && !item.TryGetProperty("step", out _)).GroupBy(item => item.GetProperty("key").GetString()).FirstOrDefault(key => key.Count() > 1)?.Key;

    static string? Metric(JsonElement value) => Message(new("key", Key, true), new("value", Number, true), new("timestamp", Timestamp, true), new("step", Int64))(value);

    static string? Param(JsonElement value) => Message(new("key", Key, true), new("value", UpTo(6000)))(value);

    static string? Tag(JsonElement value) => Message(new("key", Key, true), new("value", UpTo(5000)))(value);

    static string? Text(JsonElement value) => value.ValueKind != JsonValueKind.String ? $"{value.ValueKind} in place of a text" : value.GetString()!.Length == 0 ? "nothing" : null;

    static Rule UpTo(int bytes) => value => value.ValueKind != JsonValueKind.String ? "not a text" : Encoding.UTF8.GetByteCount(value.GetString()!) > bytes ? $"more than {bytes} bytes" : null;

    static string? ExperimentName(JsonElement value) => Text(value) ?? (value.GetString()!.Length > 500 ? "more than 500 characters" : null);

    static string? ExperimentId(JsonElement value) => Text(value) ?? (ExperimentIds.IsMatch(value.GetString()!) ? null : "not an experiment's id");

    static string? RunId(JsonElement value) => Text(value) ?? (RunIds.IsMatch(value.GetString()!) ? null : "not a run's id");

    static Rule OneOf(params string[] names) => value => Text(value) ?? (names.Contains(value.GetString()) ? null : $"none of {string.Join(", ", names)}");

    /// <summary>A name that is as a path what it is as a text.</summary>
    static string? Key(JsonElement value)
    {
        if (Text(value) is { } fault) return fault;
        var key = value.GetString()!;
        if (key.Length > 250) return $"a key of {key.Length} characters";
        if (!Keys.IsMatch(key)) return $"a key of other characters: {key}";
        return key.StartsWith('/') || key.StartsWith("..", StringComparison.Ordinal) || key.Split('/').Any(part => part is "" or "." or "..") ? $"a key that is another path: {key}" : null;
    }

    static string? Int64(JsonElement value) => value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out _) ? null : value.ValueKind == JsonValueKind.String && long.TryParse(value.GetString(), out _) ? null : "not an int64";

    static string? Timestamp(JsonElement value) => Int64(value) ?? (long.Parse(value.ToString()) < 0 ? "before 1970" : null);

    static string? Number(JsonElement value) => value.ValueKind == JsonValueKind.Number || (value.ValueKind == JsonValueKind.String && value.GetString() is "NaN" or "Infinity" or "-Infinity") ? null : "not a double";

    /// <summary>The one form that is asked: a tag, its key in double quotes where it has a dot, and a text in single quotes without a quote in it (mlflow/utils/search_utils.py).</summary>
    static string? Filter(JsonElement value) => Text(value) ?? (Filters.IsMatch(value.GetString()!) ? null : "not a filter");

    [GeneratedRegex("""^tags\."(?<key>[^"]+)" = '(?<value>[^']*)'$""")]
    public static partial Regex Filters { get; }

    [GeneratedRegex(@"^[/\w.\- ]*\z")]
    private static partial Regex Keys { get; }

    [GeneratedRegex(@"^[a-zA-Z0-9][\w\-]{0,255}\z")]
    private static partial Regex RunIds { get; }

    [GeneratedRegex(@"^[a-zA-Z0-9][\w\-]{0,63}\z")]
    private static partial Regex ExperimentIds { get; }

    sealed record Field(string Name, Rule Rule, bool IsRequired = false);
}
