using System.Text;
using FsCheck;
using FsCheck.Fluent;

namespace Kiln.Tests.Code;

/// <summary>Random programs: classes of methods that call each other every way there is, and stages that call some of them.</summary>
public sealed class RandomCallsTests
{
    const int Methods = 18, Stages = 4;

    /// <summary>How a method calls another: directly, from a lambda, a local function, an iterator, an async method, a field's initializer, or through an interface.</summary>
    static readonly string[] Ways =
    [
        "M{0}.Do(x)",
        "new[] {{ x }}.Select(n => M{0}.Do(n)).Sum()",
        "((Func<int, int>)M{0}.Do)(x)",
        "Local{0}(x)",
        "Each{0}(x).Sum()",
        "Later{0}(x).Result",
        "Field{0}(x)",
        "((IWork)new Work{0}()).Do(x)",
        "new Generic<Work{0}>().Do(x)",
    ];

    [Fact]
    public void An_edited_method_changes_exactly_the_stages_that_reach_it() => Prop.ForAll(
        ArbMap.Default.ArbFor<int>(),
        seed =>
        {
            var random = new Random(seed);
            // Calls lead to later methods only: the program need not end, but should be readable when a case fails.
            var calls = Enumerable.Range(0, Methods).Select(method => Enumerable.Range(method + 1, Methods - method - 1).Where(_ => random.Next(5) == 0)
                .Select(callee => (Callee: callee, Way: random.Next(Ways.Length))).ToArray()).ToArray();
            var roots = Enumerable.Range(0, Stages).Select(_ => Enumerable.Range(0, Methods).Where(_ => random.Next(7) == 0).ToArray()).ToArray();
            var edited = random.Next(Methods);
            var (before, after) = (Hashes(calls, roots, -1), Hashes(calls, roots, edited));
            for (var stage = 0; stage < Stages; stage++)
                (before[stage] != after[stage]).ShouldBe(Reaches(calls, roots[stage], edited), $"seed {seed}: S{stage} after an edit of M{edited}\n{Text(calls, -1)}\n{StagesText(roots)}");
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(24));

    static bool Reaches((int Callee, int Way)[][] calls, IEnumerable<int> from, int to) => from.Any(method => method == to || Reaches(calls, calls[method].Select(call => call.Callee), to));

    static string[] Hashes((int, int)[][] calls, int[][] roots, int edited)
    {
        using var solution = new CompiledSolution().Add("Lab", ("lab.cs", Text(calls, edited))).Add("Pipelines", ("stages.cs", StagesText(roots)));
        return [.. Enumerable.Range(0, roots.Length).Select(stage => solution.Closure($"S{stage}").Listing.Hash.ToString())];
    }

    static string Text((int Callee, int Way)[][] calls, int edited)
    {
        var text = new StringBuilder("public interface IWork { int Do(int x); } public sealed class Generic<T> where T : IWork, new() { public int Do(int x) => new T().Do(x); }\n");
        for (var method = 0; method < calls.Length; method++)
        {
            var sum = string.Concat(calls[method].Select(call => " + " + string.Format(System.Globalization.CultureInfo.InvariantCulture, Ways[call.Way], call.Callee)));
            text.Append($"public static class M{method} {{ public static int Do(int x) {{ {string.Concat(calls[method].Where(call => call.Way == 3).Select(call => $"int Local{call.Callee}(int n) => M{call.Callee}.Do(n + x); "))}return x * {(method == edited ? 1000 : method)}{sum}; }}");
            foreach (var (callee, way) in calls[method])
                text.Append(way switch
                {
                    4 => $" static IEnumerable<int> Each{callee}(int x) {{ yield return M{callee}.Do(x); yield return x; }}",
                    5 => $" static async Task<int> Later{callee}(int x) {{ await Task.Yield(); return M{callee}.Do(x); }}",
                    6 => $" static readonly Func<int, int> Field{callee} = M{callee}.Do;",
                    _ => "",
                });
            text.Append($" }} public sealed class Work{method} : IWork {{ public int Do(int x) => M{method}.Do(x); }}\n");
        }

        return text.ToString();
    }

    static string StagesText(int[][] roots) => string.Join('\n', roots.Select((methods, stage) =>
        $"public sealed class S{stage} : Stage {{ protected override Task RunAsync(StageRun run) {{ var x = 1; {string.Concat(methods.Select(method => $"x += M{method}.Do(x); "))}Console.Write(x); return Task.CompletedTask; }} }}"));
}
