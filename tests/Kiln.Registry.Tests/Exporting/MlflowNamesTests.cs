using System.Text;
using System.Text.Json;
using Kiln.Registry.Exporting;

namespace Kiln.Tests.Exporting;

public sealed class MlflowNamesTests
{
    static readonly string[] odd = ["slices[0].bins", "a//b", "/a", "a/", ".", "..", "..a", "a/../b", "./a", "", "loss (log)", "Ä ö/π", "a\nb", "tail\n", "🔥", new('x', 300), new('é', 300), "a:b", "a_b", "A_B", "slices_0_.bins"];

    [Fact]
    public void Any_name_becomes_one_that_the_API_takes_and_no_two_become_one()
    {
        var names = MlflowNames.For(odd);
        names.Values.Distinct(StringComparer.OrdinalIgnoreCase).Count().ShouldBe(odd.Length);
        foreach (var name in names.Values)
            MlflowRules.Fault("POST", "/api/2.0/mlflow/runs/log-batch", "application/json", JsonSerializer.SerializeToUtf8Bytes(new { run_id = "a1", tags = new[] { new { key = "kiln.metric." + name, value = "" } } })).ShouldBeNull();
    }

    [Fact]
    public void A_name_that_the_API_takes_stays_whatever_else_there_is()
    {
        var names = MlflowNames.For(odd);
        foreach (var name in (string[])["A_B", "slices_0_.bins", "Ä ö/π"]) names[name].ShouldBe(name);
        MlflowNames.For(odd.Reverse()).OrderBy(pair => pair.Key, StringComparer.Ordinal).ShouldBe(names.OrderBy(pair => pair.Key, StringComparer.Ordinal));
        MlflowNames.For(["slices[0].bins"])["slices[0].bins"].ShouldBe("slices_0_.bins");
        names["slices[0].bins"].ShouldStartWith("slices_0_.bins_");
    }

    [Fact]
    public void A_long_value_is_cut_between_characters()
    {
        MlflowNames.Value("short", 5).ShouldBe("short");
        MlflowNames.Value("🔥🔥🔥", 11).ShouldBe("🔥🔥…");
        MlflowNames.Value("🔥🔥🔥", 10).ShouldBe("🔥…");
        Encoding.UTF8.GetByteCount(MlflowNames.Value(new string('é', 9000), 6000)).ShouldBeInRange(5998, 6000);
    }

    [Fact]
    public void Requests_are_cut_by_number_and_by_size()
    {
        MlflowBatches.Of("a1", Enumerable.Range(0, 250).Select(i => new Param($"p{i}", "v"))).Select(batch => batch.Params!.Count).ShouldBe([100, 100, 50]);
        MlflowBatches.Of("a1", Enumerable.Range(0, 2001).Select(i => new Metric("m", i, 1, i))).Select(batch => batch.Metrics!.Count).ShouldBe([1000, 1000, 1]);
        var large = MlflowBatches.Of("a1", Enumerable.Range(0, 100).Select(i => new Param($"p{i}", new string('\u0001', 6000)))).ToList(); // six bytes each as JSON
        large.Sum(batch => batch.Params!.Count).ShouldBe(100);
        large.ShouldAllBe(batch => JsonSerializer.SerializeToUtf8Bytes(batch, MlflowJson.Options).Length < 1_000_000);
        large.Count.ShouldBe(5);
        MlflowBatches.Of("a1", Array.Empty<RunTag>()).ShouldBeEmpty();
    }
}
