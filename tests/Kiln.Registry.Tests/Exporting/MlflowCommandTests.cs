using System.Text;
using System.Text.Json;

namespace Kiln.Tests.Exporting;

/// <summary><c>mlflow</c> on the command line. The variables of the process are set here and nowhere else.</summary>
[Collection(Alone.Name)]
public sealed class MlflowCommandTests : IDisposable
{
    static readonly string[] variables = ["MLFLOW_TRACKING_URI", "MLFLOW_TRACKING_USERNAME", "MLFLOW_TRACKING_PASSWORD", "MLFLOW_TRACKING_TOKEN", "MLFLOW_HTTP_REQUEST_TIMEOUT"];

    readonly MlflowServer _server = new();
    readonly ExportSpace _space = new();

    public MlflowCommandTests() => Set();

    public void Dispose()
    {
        Set();
        _space.Dispose();
        _server.Dispose();
    }

    [Fact]
    public async Task The_last_run_goes_to_the_experiment_of_its_pipeline_and_its_page_is_told()
    {
        await _space.RanAsync();
        await SucceedAsync("mlflow", "--server", _server.Address + "/");
        _space.Printed.ShouldBe($"{_space.Last.Run.Id} is now in experiment trial, with 3 params and 7 metrics: {_server.Address}/#/experiments/1/runs/{_server.Run.Id}\n");
        await SucceedAsync("mlflow", "--server", _server.Address);
        _space.Printed.ShouldStartWith($"{_space.Last.Run.Id} was already in experiment trial");
        _server.Run.Metrics.Count.ShouldBe(7);
    }

    [Fact]
    public async Task A_run_is_named_by_the_start_of_its_id_and_the_server_by_MLflows_variable()
    {
        await _space.RanAsync();
        var first = _space.Last.Run.Id;
        await _space.RanAsync("measure.words=other");
        Set(("MLFLOW_TRACKING_URI", _server.Address));
        await SucceedAsync("mlflow", first, "--experiment", "Ours & theirs: ü");
        (_server.Run.Name, _server.Experiments.Keys.Single()).ShouldBe((first, "Ours & theirs: ü"));
        await SucceedAsync("mlflow", first[..^1], "--experiment", "Ours & theirs: ü");
        _server.Runs.Count.ShouldBe(1);
    }

    [Fact]
    public async Task All_exports_what_is_not_there_yet_oldest_first()
    {
        await SucceedAsync("mlflow", "--all", "--server", _server.Address);
        _space.Printed.ShouldBe("No runs yet.\n");
        await _space.RanAsync();
        await SucceedAsync("mlflow", "--server", _server.Address);
        await _space.RanAsync("measure.words=second");
        await _space.RanAsync("measure.words=third");
        await SucceedAsync("mlflow", "--all", "--server", _server.Address);
        _space.Printed.ShouldEndWith("2 exported, 1 were there already\n");
        _server.Runs.Select(run => run.Params["measure.words"]).ShouldBe(["as \"they\" are: ä", "second", "third"]);
        await SucceedAsync("mlflow", "--all", "--server", _server.Address);
        _space.Printed.ShouldBe("0 exported, 3 were there already\n");
    }

    [Fact]
    public async Task Programs_get_JSON()
    {
        await _space.RanAsync();
        await SucceedAsync("mlflow", "--json", "--server", _server.Address);
        var answer = JsonDocument.Parse(_space.Printed).RootElement;
        (answer.GetProperty("run").GetString(), answer.GetProperty("mlflowRun").GetString(), answer.GetProperty("was").GetString(), answer.GetProperty("metrics").GetInt32()).ShouldBe((_space.Last.Run.Id, _server.Run.Id, "nothing", 7));
        await SucceedAsync("mlflow", "--all", "--json", "--server", _server.Address);
        JsonDocument.Parse(_space.Printed).RootElement.EnumerateArray().Single().GetProperty("was").GetString().ShouldBe("whole");
    }

    [Fact]
    public async Task Copies_that_are_deleted_or_stay_are_told()
    {
        await _space.RanAsync();
        await SucceedAsync("mlflow", "--server", _server.Address);
        var unfinished = _server.Begin(_space.Last.Run.Id).Id;
        await SucceedAsync("mlflow", "--all", "--server", _server.Address);
        _space.Printed.ShouldContain($"{_space.Last.Run.Id} was already in experiment trial");
        _space.Printed.ShouldEndWith($"\n  of the same, never finished, deleted there: {unfinished}\n0 exported, 1 were there already\n");
        unfinished = _server.Begin(_space.Last.Run.Id).Id;
        var whole = _server.Begin(_space.Last.Run.Id, outcome: "failed (1)").Id;
        await SucceedAsync("mlflow", "--json", "--server", _server.Address);
        var answer = JsonDocument.Parse(_space.Printed).RootElement;
        (answer.GetProperty("deleted")[0].GetString(), answer.GetProperty("others")[0].GetString()).ShouldBe((unfinished, whole));
        await SucceedAsync("mlflow", "--server", _server.Address);
        _space.Printed.ShouldEndWith($"\n  of the same, left there: {whole}\n");
    }

    [Fact]
    public async Task No_registry_is_made_where_there_is_none()
    {
        await _space.RanAsync();
        await SucceedAsync("mlflow", "--server", _server.Address);
        Directory.Exists(Path.Combine(_space.Root, "models")).ShouldBeFalse();
    }

    [Fact]
    public async Task A_path_before_the_API_and_a_page_behind_the_address_are_understood()
    {
        await _space.RanAsync();
        await SucceedAsync("mlflow", "--server", _server.Address + "/?a=b#/experiments/0");
        _server.Run.Status.ShouldBe("FINISHED");
        await FailAsync(1, ["mlflow", "--server", _server.Address + "/below"], "not as an MLflow server does", _server.Address + "/below");
        _server.Faults.ShouldHaveSingleItem().ShouldContain("/below/api/2.0/mlflow/");
        _server.Faults.Clear();
    }

    [Fact]
    public async Task A_name_and_a_password_let_in_or_a_token()
    {
        await _space.RanAsync();
        await SucceedAsync("mlflow", "--server", _server.Address);
        Set(("MLFLOW_TRACKING_TOKEN", "s3cret.token"));
        await SucceedAsync("mlflow", "--server", _server.Address);
        Set(("MLFLOW_TRACKING_TOKEN", "s3cret.token"), ("MLFLOW_TRACKING_USERNAME", "ada"), ("MLFLOW_TRACKING_PASSWORD", "l:ä"));
        await SucceedAsync("mlflow", "--server", _server.Address);
        _server.Authorizations.ShouldBe(["none", "Bearer s3cret.token", "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes("ada:l:ä"))]);
    }

    [Theory]
    [InlineData(401, "<html>Who are you?</html>", "text/html")]
    [InlineData(403, """{"error_code": "PERMISSION_DENIED", "message": "Permission denied"}""", "application/json")]
    public async Task Who_is_not_let_in_is_told_what_to_set_and_not_what_was_sent(int status, string body, string contentType)
    {
        await _space.RanAsync();
        Set(("MLFLOW_TRACKING_TOKEN", "s3cret.token"));
        _server.Instead = (_, _) => new Reply { IsDone = false, Status = status, Body = body, ContentType = contentType };
        await FailAsync(1, ["mlflow", "--server", _server.Address], "does not let this in", status.ToString(), "MLFLOW_TRACKING_TOKEN");
        _space.Printed.ShouldNotContain("s3cret");
        _server.Asked.Count.ShouldBe(1);
    }

    [Theory]
    [InlineData(302)]
    [InlineData(307)]
    [InlineData(308)]
    public async Task Nothing_is_sent_to_where_a_server_sends(int status)
    {
        await _space.RanAsync();
        using var other = new MlflowServer();
        Set(("MLFLOW_TRACKING_TOKEN", "s3cret.token"));
        _server.Instead = (_, _) => new Reply { IsDone = false, Status = status, Headers = [("Location", other.Address + "/login?token=t0ken")] };
        await FailAsync(1, ["mlflow", "--server", _server.Address], "sends elsewhere", other.Address + "/login");
        _space.Printed.ShouldNotContain("t0ken");
        other.Asked.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(200, "<html>Welcome</html>", "text/html", "200 OK, text/html")]
    [InlineData(200, "", "text/plain", "200 OK, text/plain")]
    [InlineData(200, "{}", "application/json", "without an id")]
    [InlineData(404, "<html>Not here</html>", "text/html", "404 NotFound, text/html")]
    [InlineData(404, "[1]", "application/json", "404 NotFound")]
    public async Task What_is_no_MLflow_server_is_told_to_be_none(int status, string body, string contentType, string said)
    {
        await _space.RanAsync();
        _server.Instead = (_, _) => new Reply { IsDone = false, Status = status, Body = body, ContentType = contentType };
        await FailAsync(1, ["mlflow", "--server", _server.Address], "not as an MLflow server does", said);
        _server.Asked.Count.ShouldBe(1);
    }

    [Fact]
    public async Task What_the_server_refuses_is_told_in_its_words()
    {
        await _space.RanAsync();
        _server.Instead = (asked, _) => asked == "runs/create" ? MlflowServer.Refusal(400, "INVALID_PARAMETER_VALUE", "Invalid\u001b[31m value\n" + new string('x', 1000)) : null;
        await FailAsync(1, ["mlflow", "--server", _server.Address], "INVALID_PARAMETER_VALUE", "Invalid [31m value x", "runs/create");
        _space.Printed.ShouldNotContain(new string('x', 400));
        _server.Count("runs/create").ShouldBe(1);
    }

    [Fact]
    public async Task An_experiment_that_was_deleted_is_not_written_to()
    {
        await _space.RanAsync();
        _server.Experiments["trial"] = new() { ["experiment_id"] = "5", ["lifecycle_stage"] = "deleted" };
        await FailAsync(1, ["mlflow", "--server", _server.Address], "was deleted on the server", "--experiment");
        _server.Runs.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_server_that_is_not_there()
    {
        await _space.RanAsync();
        await FailAsync(1, ["mlflow", "--server", "http://127.0.0.1:1"], "cannot be reached", "http://127.0.0.1:1", "refused", "not added twice");
    }

    [Fact]
    public async Task What_makes_no_sense_is_a_usage_error_and_asks_no_server()
    {
        await FailAsync(2, ["mlflow", "--server", _server.Address], "no such run");
        await _space.RanAsync();
        await FailAsync(2, ["mlflow"], "No MLflow server is named", "MLFLOW_TRACKING_URI");
        await FailAsync(2, ["mlflow", "--server", ""], "no address of an MLflow server");
        await FailAsync(2, ["mlflow", "--server", "localhost:5000"], "no address of an MLflow server", "localhost:5000");
        await FailAsync(2, ["mlflow", "--server", "file:///mlruns"], "no address of an MLflow server");
        await FailAsync(2, ["mlflow", "--server", "http://ada:pa55word@host"], "cannot hold a password", "MLFLOW_TRACKING_PASSWORD");
        _space.Printed.ShouldNotContain("pa55word");
        await FailAsync(2, ["mlflow", "--server", "ftp://ada:pa55word@host"], "no address of an MLflow server");
        _space.Printed.ShouldNotContain("pa55word");
        await FailAsync(2, ["mlflow", "1999", "--server", _server.Address], "no such run", "1999");
        await FailAsync(2, ["mlflow", "", "--server", _server.Address], "no such run");
        await FailAsync(2, ["mlflow", "last", "--all", "--server", _server.Address], "One run and all runs");
        await FailAsync(2, ["mlflow", "--experiment", " ", "--server", _server.Address], "name of an experiment");
        await FailAsync(2, ["mlflow", "--experiment", new string('x', 501), "--server", _server.Address], "501 characters");
        Set(("MLFLOW_TRACKING_TOKEN", "to\nken"));
        await FailAsync(2, ["mlflow", "--server", _server.Address], "MLFLOW_TRACKING_TOKEN", "cannot carry");
        Set(("MLFLOW_TRACKING_USERNAME", "a:b"), ("MLFLOW_TRACKING_PASSWORD", "pa55word"));
        await FailAsync(2, ["mlflow", "--server", _server.Address], "MLFLOW_TRACKING_USERNAME", "colon");
        Set(("MLFLOW_HTTP_REQUEST_TIMEOUT", "soon"));
        await FailAsync(2, ["mlflow", "--server", _server.Address], "no time to wait", "soon");
        _server.Asked.ShouldBeEmpty();
    }

    async Task SucceedAsync(params string[] arguments) => (await _space.RunAsync(arguments)).ShouldBe(0, _space.Printed);

    async Task FailAsync(int exitCode, string[] arguments, params string[] said)
    {
        (await _space.RunAsync(arguments)).ShouldBe(exitCode, _space.Printed);
        foreach (var part in said) _space.Printed.ShouldContain(part);
        _space.Printed.ShouldNotContain("   at ");
    }

    static void Set(params (string Variable, string Value)[] values)
    {
        foreach (var variable in variables) Environment.SetEnvironmentVariable(variable, values.FirstOrDefault(value => value.Variable == variable).Value);
    }
}
