using System.Text;

namespace Kiln.Tests.Exporting;

/// <summary>The rules that requests are held to refuse what MLflow refuses: without these, the tests of the export would show nothing.</summary>
public sealed class MlflowRulesTests
{
    [Theory]
    [InlineData("runs/log-batch", """{"run_id": "a1", "metrics": [{"key": "Fit/auc", "value": 0.5, "timestamp": 1, "step": 0}, {"key": "Fit/auc", "value": "NaN", "timestamp": "1", "step": 1}]}""")]
    [InlineData("runs/log-batch", """{"run_id": "a1", "params": [{"key": "a.b", "value": ""}], "tags": [{"key": "kiln.run", "value": "x"}]}""")]
    [InlineData("runs/create", """{"experiment_id": "0", "run_name": "n", "start_time": 1, "tags": [{"key": "k", "value": "v"}]}""")]
    [InlineData("runs/search", """{"experiment_ids": ["1"], "filter": "tags.\"kiln.run\" = '20260501-120000-abcd'", "run_view_type": "ACTIVE_ONLY", "max_results": 1}""")]
    [InlineData("runs/update", """{"run_id": "a1", "status": "KILLED", "end_time": 5}""")]
    [InlineData("runs/delete", """{"run_id": "a1"}""")]
    public void What_the_API_takes_is_taken(string endpoint, string body) => Fault(endpoint, body).ShouldBeNull();

    [Theory]
    [InlineData("runs/log", "{}", "no such endpoint")]
    [InlineData("runs/create", """{"experiment_id": "1", "source": "x"}""", "no such field: source")]
    [InlineData("runs/create", """{"run_name": "x"}""", "experiment_id is missing")]
    [InlineData("runs/create", """{"experiment_id": 1}""", "in place of a text")]
    [InlineData("runs/create", """{"experiment_id": "1", "start_time": 1.5}""", "not an int64")]
    [InlineData("runs/create", """{"experiment_id": "1", "experiment_id": "1"}""", "experiment_id")]
    [InlineData("runs/update", """{"run_id": "a1", "status": "DONE"}""", "none of")]
    [InlineData("runs/update", """{"run_id": "", "status": "FAILED"}""", "nothing")]
    [InlineData("runs/update", """{"run_id": "no id", "status": "FAILED"}""", "not a run's id")]
    [InlineData("runs/delete", "{}", "run_id is missing")]
    [InlineData("runs/delete", """{"run_id": "a1", "experiment_id": "1"}""", "no such field: experiment_id")]
    [InlineData("runs/log-batch", """{"run_id": "a1", "metrics": [{"key": "a", "value": NaN, "timestamp": 1}]}""", "invalid")]
    [InlineData("runs/log-batch", """{"run_id": "a1", "metrics": [{"key": "a", "value": "0.5", "timestamp": 1}]}""", "not a double")]
    [InlineData("runs/log-batch", """{"run_id": "a1", "metrics": [{"key": "a", "value": null, "timestamp": 1}]}""", "not a double")]
    [InlineData("runs/log-batch", """{"run_id": "a1", "metrics": [{"key": "a", "value": 1}]}""", "timestamp is missing")]
    [InlineData("runs/log-batch", """{"run_id": "a1", "metrics": [{"key": "a", "value": 1, "timestamp": -1}]}""", "before 1970")]
    [InlineData("runs/log-batch", """{"run_id": "a1", "params": [{"key": "a[0]", "value": "1"}]}""", "other characters")]
    [InlineData("runs/log-batch", """{"run_id": "a1", "params": [{"key": "a//b", "value": "1"}]}""", "another path")]
    [InlineData("runs/log-batch", """{"run_id": "a1", "params": [{"key": "/a", "value": "1"}]}""", "another path")]
    [InlineData("runs/log-batch", """{"run_id": "a1", "params": [{"key": "..a", "value": "1"}]}""", "another path")]
    [InlineData("runs/log-batch", """{"run_id": "a1", "params": [{"key": "", "value": "1"}]}""", "nothing")]
    [InlineData("runs/log-batch", """{"run_id": "a1", "params": [{"key": "a", "value": 1}]}""", "not a text")]
    [InlineData("runs/log-batch", """{"run_id": "a1", "params": [{"key": "twice", "value": "1"}, {"key": "twice", "value": "1"}]}""", "twice")]
    [InlineData("runs/search", """{"filter": "tags.kiln.run = \"x\""}""", "not a filter")]
    [InlineData("runs/search", """{"filter": "tags.\"kiln.run\" = 'it's'"}""", "not a filter")]
    [InlineData("runs/search", "[]", "in place of a message")]
    public void What_the_API_does_not_take_is_told(string endpoint, string body, string said) => Fault(endpoint, body).ShouldNotBeNull().ShouldContain(said);

    [Theory]
    [InlineData("metrics", 1000)]
    [InlineData("params", 100)]
    [InlineData("tags", 100)]
    public void Lists_have_their_lengths(string field, int most)
    {
        Fault("runs/log-batch", Batch(field, most)).ShouldBeNull();
        Fault("runs/log-batch", Batch(field, most + 1)).ShouldNotBeNull().ShouldContain($"{most + 1} of {most}");
    }

    [Fact]
    public void Keys_and_values_have_theirs()
    {
        Fault("runs/log-batch", Param(250, 6000)).ShouldBeNull();
        Fault("runs/log-batch", Param(251, 1)).ShouldNotBeNull();
        Fault("runs/log-batch", Param(1, 6001)).ShouldNotBeNull();
        Fault("runs/log-batch", Param(1, 5001).Replace("params", "tags", StringComparison.Ordinal)).ShouldNotBeNull();
        Fault("runs/log-batch", $"{{\"run_id\": \"a1\"{new string(' ', 1_000_000)}}}").ShouldNotBeNull().ShouldContain("bytes");
    }

    [Fact]
    public void Methods_and_bodies_are_looked_at()
    {
        MlflowRules.Fault("GET", "/api/2.0/mlflow/runs/update", null, []).ShouldNotBeNull();
        MlflowRules.Fault("GET", "/api/2.0/mlflow/experiments/get-by-name?experiment_name=a%20b", null, []).ShouldBeNull();
        MlflowRules.Fault("GET", "/api/2.0/mlflow/experiments/get-by-name?name=a", null, []).ShouldNotBeNull();
        MlflowRules.Fault("GET", "/api/2.0/mlflow/experiments/get-by-name", null, []).ShouldNotBeNull();
        MlflowRules.Fault("POST", "/api/2.0/mlflow/experiments/create", "text/plain", Encoding.UTF8.GetBytes("""{"name": "a"}""")).ShouldNotBeNull();
    }

    static string? Fault(string endpoint, string body) => MlflowRules.Fault("POST", "/api/2.0/mlflow/" + endpoint, "application/json", Encoding.UTF8.GetBytes(body));

    static string Batch(string field, int count) =>
        $"{{\"run_id\": \"a1\", \"{field}\": [{string.Join(',', Enumerable.Range(0, count).Select(i => field == "metrics" ? $"{{\"key\": \"k\", \"value\": 1, \"timestamp\": 1, \"step\": {i}}}" : $"{{\"key\": \"k{i}\", \"value\": \"v\"}}"))}]}}";

    static string Param(int key, int value) => $"{{\"run_id\": \"a1\", \"params\": [{{\"key\": \"{new string('k', key)}\", \"value\": \"{new string('v', value)}\"}}]}}";
}
