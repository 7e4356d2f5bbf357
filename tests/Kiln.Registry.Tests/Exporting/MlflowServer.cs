using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Kiln.Tests.Exporting;

/// <summary>A tracking server of this process: it holds every request to <see cref="MlflowRules"/>, keeps what is logged, and answers as MLflow does, or as a test wants it to.</summary>
sealed class MlflowServer : IDisposable
{
    readonly HttpListener _listener = new();
    readonly Lock _gate = new();

    public MlflowServer()
    {
        Address = $"http://127.0.0.1:{FreePort()}";
        _listener.Prefixes.Add(Address + "/");
        _listener.Start();
        _ = ServeAsync();
    }

    public string Address { get; }

    /// <summary>What was wrong with requests.</summary>
    public List<string> Faults { get; } = [];

    /// <summary>The endpoints asked, in their order.</summary>
    public List<string> Asked { get; } = [];

    /// <summary>The headers Authorization of all requests.</summary>
    public HashSet<string> Authorizations { get; } = [];

    public Dictionary<string, JsonObject> Experiments { get; } = [];

    public List<KeptRun> Runs { get; } = [];

    /// <summary>Answers in place of the server, by the endpoint and how often it was asked; null where the server answers.</summary>
    public Func<string, int, Reply?> Instead { get; set; } = (_, _) => null;

    /// <summary>The id of a run that is made, by how many there are.</summary>
    public Func<int, string> Ids { get; set; } = _ => Guid.NewGuid().ToString("N");

    /// <summary>The one run that is there and was not deleted.</summary>
    public KeptRun Run => Runs.Where(run => !run.IsDeleted).ShouldHaveSingleItem();

    /// <summary>A run as an export leaves it that ends once it has made it.</summary>
    public KeptRun Begin(string kilnRun, string experiment = "1", string? outcome = null)
    {
        var run = new KeptRun(Ids(Runs.Count), experiment, kilnRun, 1) { Tags = { ["kiln.run"] = kilnRun } };
        if (outcome is not null) run.Tags["kiln.outcome"] = outcome;
        lock (_gate) Runs.Add(run);
        return run;
    }

    public int Count(string endpoint) => Asked.Count(asked => asked == endpoint);

    public void Dispose()
    {
        _listener.Close();
        Faults.ShouldBeEmpty();
    }

    async Task ServeAsync()
    {
        while (true)
            try
            {
                var context = await _listener.GetContextAsync();
                _ = Task.Run(() => Answer(context));
            }
            catch (Exception error) when (error is HttpListenerException or ObjectDisposedException)
            {
                return;
            }
    }

    void Answer(HttpListenerContext context)
    {
        using var buffer = new MemoryStream();
        context.Request.InputStream.CopyTo(buffer);
        var (body, path) = (buffer.ToArray(), context.Request.RawUrl!);
        Reply reply;
        string endpoint;
        lock (_gate)
        {
            endpoint = path.Split('?')[0].Replace("/api/2.0/mlflow/", "", StringComparison.Ordinal);
            Asked.Add(endpoint);
            Authorizations.Add(context.Request.Headers["Authorization"] ?? "none");
            reply = Instead(endpoint, Asked.Count(asked => asked == endpoint)) ?? new Reply();
            if (MlflowRules.Fault(context.Request.HttpMethod, path, context.Request.HasEntityBody ? context.Request.ContentType : null, body) is { } fault)
            {
                Faults.Add(fault);
                reply = fault.StartsWith("no such endpoint", StringComparison.Ordinal) ? new Reply { IsDone = false, Status = 404, Body = "<h1>Not Found</h1>", ContentType = "text/html" } : Refusal(400, "INVALID_PARAMETER_VALUE", fault);
            }
        }
        reply.Until?.Wait();
        if (reply.IsDone)
            lock (_gate)
            {
                var done = Do(endpoint, context.Request.HttpMethod == "POST" ? MlflowRules.Parse(body) : MlflowRules.Parse(path[(path.IndexOf('?') + 1)..])) with { IsLost = reply.IsLost, Late = reply.Late };
                if (reply.Status == 200) reply = done;
            }
        if (reply.Late is { } late) Thread.Sleep(late);
        if (reply.IsLost)
        {
            context.Response.ContentLength64 = 1000;
            context.Response.OutputStream.Write("{"u8);
            context.Response.OutputStream.Flush();
            context.Response.Abort();
            return;
        }
        context.Response.StatusCode = reply.Status;
        context.Response.ContentType = reply.ContentType;
        foreach (var (name, value) in reply.Headers) context.Response.Headers[name] = value;
        try
        {
            context.Response.Close(Encoding.UTF8.GetBytes(reply.Body), willBlock: false);
        }
        catch (HttpListenerException)
        {
            // Who asked has gone.
        }
    }

    Reply Do(string endpoint, JsonElement message)
    {
        switch (endpoint)
        {
            case "experiments/get-by-name":
                return Experiments.TryGetValue(Text(message, "experiment_name"), out var experiment) ? Good(new JsonObject { ["experiment"] = experiment.DeepClone() })
                    : Refusal(404, "RESOURCE_DOES_NOT_EXIST", "Could not find experiment");
            case "experiments/create":
                if (Experiments.ContainsKey(Text(message, "name"))) return Refusal(400, "RESOURCE_ALREADY_EXISTS", "Experiment already exists");
                var number = (Experiments.Count + 1).ToString();
                Experiments[Text(message, "name")] = new JsonObject { ["experiment_id"] = number, ["name"] = Text(message, "name"), ["lifecycle_stage"] = "active" };
                return Good(new JsonObject { ["experiment_id"] = number });
            case "runs/create":
                if (Experiments.Values.All(known => known["experiment_id"]!.GetValue<string>() != Text(message, "experiment_id"))) return Refusal(404, "RESOURCE_DOES_NOT_EXIST", "No such experiment");
                var run = new KeptRun(Ids(Runs.Count), Text(message, "experiment_id"), Text(message, "run_name"), message.GetProperty("start_time").GetInt64());
                Keep(run.Tags, message, "tags");
                Runs.Add(run);
                return Good(new JsonObject { ["run"] = run.ToJson() });
            case "runs/search":
                var filter = MlflowRules.Filters.Match(Text(message, "filter")).Groups;
                var found = Runs.Where(run => !run.IsDeleted && message.GetProperty("experiment_ids").EnumerateArray().Any(id => id.GetString() == run.Experiment) && run.Tags.GetValueOrDefault(filter["key"].Value) == filter["value"].Value);
                return Good(new JsonObject { ["runs"] = new JsonArray([.. found.Select(run => run.ToJson())]) });
        }
        if (Runs.FirstOrDefault(run => run.Id == Text(message, "run_id")) is not { } kept) return Refusal(404, "RESOURCE_DOES_NOT_EXIST", "No such run");
        if (kept.IsDeleted && endpoint is ("runs/log-batch" or "runs/update" or "runs/delete")) return Refusal(400, "INVALID_PARAMETER_VALUE", $"The run {kept.Id} must be in the 'active' state.");
        switch (endpoint)
        {
            case "runs/delete":
                kept.IsDeleted = true;
                return Good([]);
            case "runs/log-batch":
                if (message.TryGetProperty("params", out var given) && given.EnumerateArray().FirstOrDefault(param => kept.Params.TryGetValue(Text(param, "key"), out var old) && old != Text(param, "value")) is { ValueKind: JsonValueKind.Object } changed)
                    return Refusal(400, "INVALID_PARAMETER_VALUE", $"Changing param values is not allowed: {Text(changed, "key")}");
                Keep(kept.Params, message, "params");
                Keep(kept.Tags, message, "tags");
                if (message.TryGetProperty("metrics", out var metrics)) kept.Metrics.AddRange(metrics.EnumerateArray().Select(metric => metric.Clone()));
                return Good([]);
            case "runs/update":
                (kept.Status, kept.End) = (Text(message, "status"), message.GetProperty("end_time").GetInt64());
                return Good(new JsonObject { ["run_info"] = kept.ToJson()["info"]!.DeepClone() });
            default:
                // Two values a page, so that who asks has to turn pages.
                var all = kept.Metrics.Where(metric => Text(metric, "key") == Text(message, "metric_key")).ToList();
                var from = message.TryGetProperty("page_token", out var token) ? int.Parse(token.GetString()!) : 0;
                return Good(new JsonObject { ["metrics"] = new JsonArray([.. all.Skip(from).Take(2).Select(metric => JsonNode.Parse(metric.GetRawText()))]), ["next_page_token"] = from + 2 < all.Count ? (from + 2).ToString() : null });
        }
    }

    static void Keep(Dictionary<string, string> into, JsonElement message, string field)
    {
        if (!message.TryGetProperty(field, out var items)) return;
        foreach (var item in items.EnumerateArray()) into[Text(item, "key")] = Text(item, "value");
    }

    static string Text(JsonElement message, string field) => message.GetProperty(field).GetString()!;

    static Reply Good(JsonObject answer) => new() { Body = answer.ToJsonString() };

    public static Reply Refusal(int status, string code, string message) => new() { IsDone = false, Status = status, Body = new JsonObject { ["error_code"] = code, ["message"] = message }.ToJsonString() };

    static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}

/// <summary>An answer.</summary>
sealed record Reply
{
    /// <summary>Whether the request is done, even where the status says otherwise.</summary>
    public bool IsDone { get; init; } = true;

    /// <summary>What it waits for before it is done.</summary>
    public Task? Until { get; init; }

    /// <summary>Whether the answer is cut off.</summary>
    public bool IsLost { get; init; }

    /// <summary>How long it takes to come.</summary>
    public TimeSpan? Late { get; init; }

    public int Status { get; init; } = 200;

    public string Body { get; init; } = "";

    public string ContentType { get; init; } = "application/json";

    public (string Name, string Value)[] Headers { get; init; } = [];
}

/// <summary>A run as the server keeps it. Metrics are added and never replaced.</summary>
sealed record KeptRun(string Id, string Experiment, string Name, long Start)
{
    public string Status { get; set; } = "RUNNING";

    public long End { get; set; }

    /// <summary>Whether it was deleted: it is kept, not found, and not written to.</summary>
    public bool IsDeleted { get; set; }

    public Dictionary<string, string> Tags { get; } = [];

    public Dictionary<string, string> Params { get; } = [];

    public List<JsonElement> Metrics { get; } = [];

    /// <summary>The values of a metric, by step; numbers or texts as they were sent.</summary>
    public string Values(string key) => string.Join(", ", Metrics.Where(metric => metric.GetProperty("key").GetString() == key).Select(metric => $"{metric.GetProperty("step")}: {metric.GetProperty("value")}"));

    public JsonObject ToJson() => new()
    {
        ["info"] = new JsonObject { ["run_id"] = Id, ["run_uuid"] = Id, ["experiment_id"] = Experiment, ["run_name"] = Name, ["status"] = Status, ["start_time"] = Start, ["lifecycle_stage"] = IsDeleted ? "deleted" : "active" },
        ["data"] = new JsonObject
        {
            ["params"] = Pairs(Params),
            ["tags"] = Pairs(Tags),
            ["metrics"] = new JsonArray([.. Metrics.GroupBy(metric => metric.GetProperty("key").GetString()).Select(values => JsonNode.Parse(values.Last().GetRawText()))]),
        },
    };

    static JsonArray Pairs(Dictionary<string, string> pairs) => new([.. pairs.Select(pair => new JsonObject { ["key"] = pair.Key, ["value"] = pair.Value })]);
}
