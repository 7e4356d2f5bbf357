using System.Globalization;
using FsCheck;
using FsCheck.Fluent;
using Microsoft.FSharp.Core;

namespace Kiln.Tests;

/// <summary>
/// Random graphs under random edits, damage, kills, parallelism and failures, with caches of their own and shared ones: whatever happened before,
/// the outputs are those of a serial run from scratch. <c>KILN_PROPERTY_CASES</c> says how many cases, <c>KILN_PROPERTY_SEED</c> where to begin.
/// </summary>
public sealed class RandomPipelineTests
{
    const int InOneGo = 20;

    static int Cases => Number("KILN_PROPERTY_CASES", 100);

    int _glances;

    [Fact]
    public async Task Outputs_equal_a_serial_run_from_scratch_and_nothing_runs_twice_or_needlessly()
    {
        await Parallel.ForEachAsync(
            Enumerable.Range(Number("KILN_PROPERTY_SEED", 1), (Cases + InOneGo - 1) / InOneGo),
            new ParallelOptions { MaxDegreeOfParallelism = 2 * Environment.ProcessorCount },
            async (seed, _) => await Task.Run(() => Check((ulong)seed), CancellationToken.None));
        _glances.ShouldBeGreaterThan(Cases / 10, "hardly a start could be answered at a glance: the histories did not try that");
    }

    void Check(ulong seed) => Prop
        .ForAll(History.Any, history => HoldsAsync(history).GetAwaiter().GetResult())
        .Check(Config.QuickThrowOnFailure.WithMaxTest(InOneGo).WithReplay(new Replay(new Rnd(seed), FSharpOption<int>.None)));

    async Task<bool> HoldsAsync(History history)
    {
        using var trial = new Trial(history);
        foreach (var step in history.Steps) await trial.TakeAsync(step);
        await trial.CompareWithScratchAsync();
        Interlocked.Add(ref _glances, trial.Glances);
        return true;
    }

    static int Number(string variable, int otherwise) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : otherwise;
}
