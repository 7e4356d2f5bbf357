using FsCheck;
using FsCheck.Fluent;
using Microsoft.FSharp.Core;

namespace Kiln.Tests;

/// <summary>
/// Random graphs under random edits, parallelism and failures: whatever happened before, the outputs are those of a serial run from scratch.
/// </summary>
public sealed class RandomPipelineTests
{
    [Fact]
    public async Task Outputs_equal_a_serial_run_from_scratch_and_nothing_runs_twice_or_needlessly() =>
        await Task.WhenAll(new ulong[] { 1, 2, 3, 4 }.Select(seed => Task.Run(() => Check(seed, cases: 25))));

    static void Check(ulong seed, int cases) => Prop
        .ForAll(History.Any, history => HoldsAsync(history).GetAwaiter().GetResult())
        .Check(Config.QuickThrowOnFailure.WithMaxTest(cases).WithReplay(new Replay(new Rnd(seed), FSharpOption<int>.None)));

    static async Task<bool> HoldsAsync(History history)
    {
        using var trial = new Trial(history);
        foreach (var step in history.Steps) await trial.TakeAsync(step);
        await trial.CompareWithScratchAsync();
        return true;
    }
}
