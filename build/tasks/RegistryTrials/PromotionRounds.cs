using System.Diagnostics;
using Kiln.Registry;

namespace Kiln.Build;

/// <summary>Processes that change production at once, round after round, some of them killed amid it; and what has to hold whatever happens.</summary>
sealed class PromotionRounds(TrialRegistry trial)
{
    const int Processes = 16, Versions = 8;

    readonly Dictionary<long, (long Version, string By)> _acknowledged = [];
    readonly Process?[] _processes = new Process?[Processes];
    readonly Random _random = new(1);
    TimeSpan _firstAnswer;

    public int Kills { get; private set; }

    public int Changes => _acknowledged.Count;

    public int Second { get; private set; }

    /// <summary>Rounds in which whoever was first was killed after its change was made, and before it could say so.</summary>
    public int Unsaid { get; private set; }

    /// <summary>What did not hold; empty where all did.</summary>
    public List<string> Faults { get; } = [];

    public async Task RunAsync(int rounds, Action<int> progress, CancellationToken cancellation)
    {
        using var registry = trial.Open();
        for (var i = 1; i <= Versions; i++) TrialRegistry.Add(registry, PromotionTrial.Model, i);
        try
        {
            for (var round = 0; round < rounds; round++)
            {
                await RoundAsync(registry, isKilling: round % 4 == 3, cancellation);
                if (round % 100 == 99) Faults.AddRange(registry.Verify());
                progress(1);
            }
        }
        finally
        {
            foreach (var process in _processes.OfType<Process>())
            {
                process.StandardInput.Close();
                await process.WaitForExitAsync(CancellationToken.None);
                process.Dispose();
            }
        }

        Faults.AddRange(registry.Verify());
        var history = registry.History().ToDictionary(entry => entry.Sequence);
        foreach (var (line, (version, by)) in _acknowledged)
            if (!history.TryGetValue(line, out var entry) || (entry.Version, entry.By) != (version, by)) Faults.Add($"line {line}, acknowledged to {by}, is lost");
    }

    /// <summary>All look at what is in production, then all try at once: one wins, unless it was killed before.</summary>
    async Task RoundAsync(ModelRegistry registry, bool isKilling, CancellationToken cancellation)
    {
        for (var i = 0; i < Processes; i++) _processes[i] ??= Start(i);
        for (var i = 0; i < Processes; i++)
            if (await _processes[i]!.StandardOutput.ReadLineAsync(cancellation) != PromotionTrial.Ready) throw new KilnException("A process of the trial is not ready:", [("process", $"{i}")], "");
        var before = registry.Head.Lines;
        var answers = _processes.Select(process => process!.StandardOutput.ReadLineAsync(cancellation).AsTask()).ToList();
        var clock = Stopwatch.StartNew();
        foreach (var process in _processes) process!.StandardInput.WriteLine();
        var killed = isKilling ? KillSome(clock) : [];
        await Task.WhenAny(answers);
        if (!isKilling) _firstAnswer = _firstAnswer == default ? clock.Elapsed : (0.8 * _firstAnswer) + (0.2 * clock.Elapsed);

        var (winners, told) = (new List<string>(), new HashSet<string>());
        for (var i = 0; i < Processes; i++)
        {
            var said = (await answers[i])?.Split(' ', 2) ?? [];
            if (said is [PromotionTrial.Done, var change] && change.Split(' ') is [var line, var version])
            {
                winners.Add(NameOf(i));
                if (!_acknowledged.TryAdd(long.Parse(line), (long.Parse(version), NameOf(i)))) Faults.Add($"line {line} was acknowledged twice");
            }
            else if (said is [PromotionTrial.Second, var by])
            {
                Second++;
                told.Add(by);
            }
            else if (said.Length > 0 || !killed.Contains(i)) Faults.Add($"{NameOf(i)} said {string.Join(' ', said)}");
        }
        foreach (var i in killed)
        {
            Kills++;
            await _processes[i]!.WaitForExitAsync(cancellation);
            _processes[i]!.Dispose();
            _processes[i] = null;
        }
        foreach (var process in _processes) process?.StandardInput.WriteLine();
        Look(registry, before, killed, winners, told);
    }

    /// <summary>Kills half of them at a time drawn around the first answer: so many who are first die before, at and after their commit.</summary>
    HashSet<int> KillSome(Stopwatch clock)
    {
        var killed = Enumerable.Range(0, Processes).Where(_ => _random.Next(2) == 0).Take(Processes - 1).ToHashSet();
        var at = _random.NextDouble() * 1.5 * _firstAnswer;
        while (clock.Elapsed < at) Thread.SpinWait(20);
        foreach (var i in killed) _processes[i]!.Kill();
        return killed;
    }

    void Look(ModelRegistry registry, long before, HashSet<int> killed, List<string> winners, HashSet<string> told)
    {
        var added = registry.History(most: Processes).Where(entry => entry.Sequence > before).ToList();
        if (added.Count != 1) Faults.Add($"a round added {added.Count} lines to the {before} before");
        if (winners.Count > 1 || (killed.Count == 0 && winners.Count != 1)) Faults.Add($"{winners.Count} won a round");
        if (winners.Count == 0 && added is [{ By: var unsaid }])
        {
            Unsaid++;
            if (!killed.Select(NameOf).Contains(unsaid)) Faults.Add($"{unsaid} made a change, lived, and did not say so");
        }
        if (told.Except(added.Select(entry => entry.By)).FirstOrDefault() is { } wrong) Faults.Add($"{wrong} was said to be first, and was not");
        if (registry.List(PromotionTrial.Model).Count(version => version.Stage == ModelStage.Production) > 1) Faults.Add("two versions are in production");
    }

    Process Start(int i)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!, [PromotionTrial.Name, NameOf(i), $"{Versions}"]) { RedirectStandardInput = true, RedirectStandardOutput = true };
        start.Environment["KILN_REGISTRY"] = trial.Setting;
        return Process.Start(start)!;
    }

    static string NameOf(int i) => $"process {i}";
}
