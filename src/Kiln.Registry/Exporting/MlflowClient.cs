using System.Net;
using System.Net.Http.Headers;
using System.Net.Mime;
using System.Text.Json;

namespace Kiln.Registry.Exporting;

/// <summary>Asks a server by MLflow's REST API. It tries once, and follows no redirect: what lets in goes to the server that was named and to no other.</summary>
sealed class MlflowClient(MlflowPlace place, TimeProvider clock) : IDisposable
{
    const int MostBytes = 64 << 20;

    readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }) { Timeout = Timeout.InfiniteTimeSpan, MaxResponseContentBufferSize = MostBytes };

    public MlflowPlace Place => place;

    /// <exception cref="MlflowFault">It was not done.</exception>
    public Task<TAnswer> GetAsync<TAnswer>(string path, IEnumerable<(string Field, string Value)> fields, CancellationToken cancellation) =>
        SendAsync<TAnswer>(HttpMethod.Get, path, "?" + string.Join('&', fields.Select(field => $"{field.Field}={Uri.EscapeDataString(field.Value)}")), null, cancellation);

    /// <exception cref="MlflowFault">It was not done.</exception>
    public Task<TAnswer> PostAsync<TAnswer>(string path, object message, CancellationToken cancellation) =>
        SendAsync<TAnswer>(HttpMethod.Post, path, "", JsonSerializer.SerializeToUtf8Bytes(message, message.GetType(), MlflowJson.Options), cancellation);

    /// <summary>An answer that MLflow's API does not give.</summary>
    public MlflowFault Unlike(string path, string answer) => new(MlflowErrors.NotMlflow(place.Address, path, answer));

    public void Dispose() => _http.Dispose();

    async Task<TAnswer> SendAsync<TAnswer>(HttpMethod method, string path, string query, byte[]? body, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(method, new Uri($"{place.Address}/api/2.0/mlflow/{path}{query}"));
        request.Headers.Authorization = place.Credentials;
        request.Headers.Accept.Add(new(MediaTypeNames.Application.Json));
        request.Headers.UserAgent.Add(new("kiln", null));
        if (body is not null) request.Content = new ByteArrayContent(body) { Headers = { ContentType = new(MediaTypeNames.Application.Json) } };
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(place.Patience);
        try
        {
            using var response = await _http.SendAsync(request, patience.Token);
            var content = await response.Content.ReadAsByteArrayAsync(patience.Token);
            return response.IsSuccessStatusCode ? Read<TAnswer>(path, response, content) : throw FaultOf(path, response, content);
        }
        catch (Exception error) when (error is HttpRequestException or IOException)
        {
            throw new MlflowFault(MlflowErrors.Unreachable(place.Address, error.InnerException?.Message ?? error.Message, error)) { MayPass = true };
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new MlflowFault(MlflowErrors.Unreachable(place.Address, $"no answer within {place.Patience.TotalSeconds:0.###} s")) { MayPass = true, IsUnanswered = true };
        }
    }

    TAnswer Read<TAnswer>(string path, HttpResponseMessage response, byte[] content)
    {
        try
        {
            if (JsonSerializer.Deserialize<TAnswer>(content, MlflowJson.Options) is { } answer) return answer;
        }
        catch (JsonException)
        {
            // Told below.
        }
        throw Unlike(path, Form(response));
    }

    MlflowFault FaultOf(string path, HttpResponseMessage response, byte[] content)
    {
        var (code, message) = ErrorIn(content);
        var status = response.StatusCode;
        return (int)status switch
        {
            401 or 403 => new(MlflowErrors.NotAllowed(place.Address, status, message)),
            >= 300 and < 400 => new(MlflowErrors.Redirected(place.Address, response.Headers.Location is { } to ? new Uri(new Uri(place.Address), to).GetLeftPart(UriPartial.Path) : "nowhere")),
            429 or >= 500 => new(MlflowErrors.Busy(place.Address, status, message)) { MayPass = true, Wait = WaitIn(response.Headers.RetryAfter), Code = code, IsUnanswered = status == HttpStatusCode.GatewayTimeout },
            _ when code.Length == 0 => Unlike(path, Form(response)),
            _ => new(MlflowErrors.Refused(place.Address, path, code, message)) { Code = code },
        };
    }

    TimeSpan? WaitIn(RetryConditionHeaderValue? header) => header switch
    {
        { Delta: { } delta } => delta,
        { Date: { } date } => date > clock.GetUtcNow() ? date - clock.GetUtcNow() : TimeSpan.Zero,
        _ => null,
    };

    static string Form(HttpResponseMessage response) => $"{MlflowErrors.Words(response.StatusCode)}, {response.Content.Headers.ContentType?.MediaType ?? "of no kind"}";

    /// <summary>An error of the API is <c>{"error_code": …, "message": …}</c>; anything else is none.</summary>
    static (string Code, string Message) ErrorIn(byte[] content)
    {
        try
        {
            using var json = JsonDocument.Parse(content);
            return json.RootElement.ValueKind == JsonValueKind.Object ? (Text(json.RootElement, "error_code"), Text(json.RootElement, "message")) : ("", "");
        }
        catch (JsonException)
        {
            return ("", "");
        }

        static string Text(JsonElement root, string name) => root.TryGetProperty(name, out var value) ? value.ToString() : "";
    }
}
