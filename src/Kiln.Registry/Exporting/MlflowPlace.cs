using System.Globalization;
using System.Net.Http.Headers;
using System.Text;

namespace Kiln.Registry.Exporting;

/// <summary>Where an MLflow server is, and what lets one in. Not a record: nothing prints what lets in.</summary>
sealed class MlflowPlace(string address, AuthenticationHeaderValue? credentials, TimeSpan patience)
{
    const string Variable = "MLFLOW_TRACKING_URI", User = "MLFLOW_TRACKING_USERNAME", Password = "MLFLOW_TRACKING_PASSWORD", Token = "MLFLOW_TRACKING_TOKEN", Timeout = "MLFLOW_HTTP_REQUEST_TIMEOUT";

    /// <summary>The server's address, without a slash at its end.</summary>
    public string Address => address;

    /// <summary>The header that lets in; null where none is needed.</summary>
    public AuthenticationHeaderValue? Credentials => credentials;

    /// <summary>How long an answer is waited for.</summary>
    public TimeSpan Patience => patience;

    /// <summary>The page of a run.</summary>
    public string PageOf(string experiment, string run) => $"{address}/#/experiments/{experiment}/runs/{run}";

    /// <summary>The server that is named, or that MLflow's own variables name.</summary>
    /// <exception cref="UsageException">None is named, or one that cannot be asked.</exception>
    public static MlflowPlace Of(string? server)
    {
        var (given, by) = server is not null ? (server, "--server") : (Read(Variable) ?? throw MlflowErrors.NoServer(Variable), Variable);
        if (!Uri.TryCreate(given, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https") || uri.Host.Length == 0) throw MlflowErrors.NotAServer(by, given);
        if (uri.UserInfo.Length > 0) throw MlflowErrors.CredentialsInAddress(by, $"{User} and {Password}");
        return new(uri.GetLeftPart(UriPartial.Path).TrimEnd('/'), ReadCredentials(), ReadPatience());
    }

    /// <summary>A name and a password before a token, as MLflow's own client does it.</summary>
    static AuthenticationHeaderValue? ReadCredentials()
    {
        if ((Read(User), Read(Password)) is ({ } user, { } password))
            return user.Contains(':', StringComparison.Ordinal) ? throw MlflowErrors.NotACredential(User, "a name with a colon cannot be sent") : new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}")));
        if (Read(Token) is not { } token) return null;
        return token.All(character => character is > ' ' and <= '~') ? new("Bearer", token) : throw MlflowErrors.NotACredential(Token, "it has characters that a header cannot carry");
    }

    static TimeSpan ReadPatience() => Read(Timeout) is not { } text ? TimeSpan.FromSeconds(30)
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds is > 0 and <= 3600 ? TimeSpan.FromSeconds(seconds)
        : throw MlflowErrors.NotATimeout(Timeout, text);

    static string? Read(string variable) => Environment.GetEnvironmentVariable(variable) is { Length: > 0 } value ? value : null;
}
