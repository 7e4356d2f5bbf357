using System.Globalization;
using System.Net;

namespace Kiln.Registry.Exporting;

/// <summary>What can go wrong between a run and an MLflow server, in people's words. None of them tells what lets one in.</summary>
static class MlflowErrors
{
    const string Again = "Export again: what is there already is not added twice.";

    public static KilnException NoServer(string variable) => new UsageException("No MLflow server is named.", [], $"Give --server http://HOST:PORT, or set {variable}.");

    public static KilnException NotAServer(string by, string given) => new UsageException(
        "This is no address of an MLflow server.", [(by, given.Contains('@', StringComparison.Ordinal) ? given[(given.LastIndexOf('@') + 1)..] : Shortened(given))], "Name it as http://HOST:PORT or https://HOST.");

    public static KilnException CredentialsInAddress(string by, string variables) => new UsageException(
        "An address is printed, so it cannot hold a password.", [("given by", by)], $"Leave them out of it, and set {variables}.");

    public static KilnException NotACredential(string variable, string reason) => new UsageException("A credential cannot be used.", [("variable", variable), ("reason", reason)], "Set another.");

    public static KilnException NotATimeout(string variable, string text) => new UsageException(
        "This is no time to wait for an answer.", [(variable, Shortened(text))], "Give whole seconds, from 1 to 3600.");

    public static KilnException NotAnExperiment(string name) => new UsageException(
        "This cannot be the name of an experiment.", [("given", name.Length > 500 ? $"{name.Length:#,0} characters" : Shortened(name))], "Give one of up to 500 characters, and not of blanks alone.");

    public static KilnException AllOrOne() => new UsageException("One run and all runs were asked for.", [], "Name a run, or give --all.");

    public static KilnException ExperimentDeleted(string address, string name) => new(
        "The experiment was deleted on the server.", [("server", address), ("experiment", name)], "Have it restored there, or name another: --experiment NAME.");

    public static KilnException Unreachable(string address, string reason, Exception? inner = null) => new(
        "The MLflow server cannot be reached.", [("server", address), ("reason", reason)], $"See that it runs there, and that this machine reaches it. {Again}", inner);

    public static KilnException NotAllowed(string address, HttpStatusCode status, string message) => new(
        "The MLflow server does not let this in.", [("server", address), ("answer", Words(status)), .. Said(message)],
        "Set MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD, or MLFLOW_TRACKING_TOKEN, to what is allowed to write there.");

    public static KilnException Redirected(string address, string to) => new(
        "The MLflow server sends elsewhere, and is not followed there.", [("server", address), ("sends to", to)], "Name the address that it sends to, if it is one to trust.");

    public static KilnException NotMlflow(string address, string path, string answer) => new(
        "This answers, but not as an MLflow server does.", [("server", address), ("asked", path), ("answer", answer)], "Name the tracking server's own address, with the path before /api where it has one.");

    public static KilnException Busy(string address, HttpStatusCode status, string message) => new(
        "The MLflow server did not do what was asked, however often.", [("server", address), ("answer", Words(status)), .. Said(message)], $"See its log, or wait. {Again}");

    public static KilnException AsksToWait(string address, TimeSpan wait) => new(
        "The MLflow server asks to wait longer than is waited here.", [("server", address), ("asks for", string.Create(CultureInfo.InvariantCulture, $"{wait.TotalSeconds:#,0} s"))], Again);

    public static KilnException Refused(string address, string path, string code, string message) => new(
        "The MLflow server refused what was sent.", [("server", address), ("asked", path), ("code", Shortened(code)), .. Said(message)], "Its message says what it wants otherwise.");

    public static string Words(HttpStatusCode status) => string.Create(CultureInfo.InvariantCulture, $"{(int)status} {status}");

    static IEnumerable<(string, string)> Said(string message) => message.Length == 0 ? [] : [("says", Shortened(message))];

    static string Shortened(string text)
    {
        var one = new string([.. text.Select(character => char.IsControl(character) ? ' ' : character)]);
        return one.Length <= 300 ? one : one[..300] + "…";
    }
}
