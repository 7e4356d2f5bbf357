using System.Diagnostics;
using Kiln.Recording;
using Kiln.Registry;
using Kiln.Tests;

namespace Kiln.Build;

/// <summary>
/// The registry's promises: processes that change production at once and are killed amid it lose and break nothing; a flipped byte of the history is found; and questions of a large registry, and of a ledger
/// of a million runs, are answered at once.
/// </summary>
[TaskDescription("Benchmark: the registry under 16 processes and kill -9, with flipped bytes, and with 10,000 versions beside 1,000,000 runs; on SQLite and PostgreSQL.")]
sealed class BenchRegistry : Stage
{
    const int Rounds = 1_000, Flips = 1_000, Versions = 10_000, Runs = 1_000_000, Asked = 7;
    const double ToReach = 0.3;

    readonly List<string> _faults = [];

    protected override async Task RunAsync(StageRun run)
    {
        if (PostgresServer.WhyNot is { } reason) run.Conclude($"SQLite only: {reason}");
        await AskOfRunsAsync(run);
        foreach (var onServer in PostgresServer.WhyNot is null ? (bool[])[false, true] : [false])
        {
            Flip(run, onServer);
            await PromoteAsync(run, onServer);
            await AskAsync(run, onServer);
        }
        foreach (var fault in _faults.Take(20)) run.Note(fault);
        if (_faults.Count > 0) throw new KilnException("The registry did not hold what it promises:", [("faults", $"{_faults.Count}")], "The lines above say which.");
    }

    async Task PromoteAsync(StageRun run, bool onServer)
    {
        using var trial = new TrialRegistry(onServer);
        var rounds = new PromotionRounds(trial);
        var progress = run.Progress($"promoting on {trial.Name}", Rounds, "rounds");
        var clock = Stopwatch.StartNew();
        await rounds.RunAsync(Rounds, done => progress.Add(done), run.Cancellation);
        run.Conclude($"{trial.Name}: 16 processes at once, {Rounds:#,0} rounds in {clock.Elapsed.TotalSeconds:0} s, {rounds.Kills:#,0} kills: {rounds.Changes} changes acknowledged, {rounds.Unsaid} made by one killed before it said so; {rounds.Second:#,0} told who was first; {rounds.Faults.Count} faults");
        _faults.AddRange(rounds.Faults);
    }

    void Flip(StageRun run, bool onServer)
    {
        using var trial = new TrialRegistry(onServer);
        var flips = new FlippedBytes(trial);
        flips.Fill(30);
        var progress = run.Progress($"flipping on {trial.Name}", onServer ? Flips : 2 * Flips, "bytes");
        var missed = flips.OfColumns(Flips, done => progress.Add(done));
        run.Conclude($"{trial.Name}: {Flips:#,0} bytes of the history flipped, {Flips - missed.Count:#,0} found and named");
        _faults.AddRange(missed);
        if (onServer) return;
        using var whole = new TrialRegistry(onServer); // with what refuses changes still in it
        flips = new FlippedBytes(whole);
        flips.Fill(30);
        var (found, harmless, unseen) = flips.OfFile(Flips, done => progress.Add(done));
        run.Conclude($"SQLite: {Flips:#,0} bytes of the file flipped: {found} found, {harmless} without a change to any answer, {unseen.Count} missed");
        _faults.AddRange(unseen);
    }

    async Task AskAsync(StageRun run, bool onServer)
    {
        using var trial = new TrialRegistry(onServer);
        using (var registry = trial.Open())
        {
            var progress = run.Progress($"registering on {trial.Name}", Versions, "versions");
            for (var i = 1; i <= Versions; i++)
            {
                var version = TrialRegistry.Add(registry, i % 10 == 0 ? $"model-{i % 70}" : "fraud", i, metrics: 20);
                if (i % 20 == 0) registry.Promote(new(version.Model, version.Number, null), ModelStage.Production, "grace", "a better one");
                if (i % 50 == 0) registry.Alias(new(version.Model, version.Number, null), $"name-{i}", "ada");
                progress.Add(1);
            }
        }
        using var space = new BenchSpace();
        Environment.SetEnvironmentVariable("KILN_REGISTRY", trial.Setting);
        string[][] questions = [["models", "list"], ["models", "list", "fraud"], ["models", "show", "fraud/5000"], ["models", "history"], ["models", "history", "fraud"], ["models", "history", "--at", "2999-01-01"]];
        string[][] whole = [["models", "list", "--all"], ["models", "history", "--all"], ["models", "verify", "--no-files"]];
        var seconds = await TimesAsync(space, questions, run.Cancellation);
        run.Conclude($"{trial.Name}, {Versions:#,0} versions of 20 figures: {Told(seconds)}; not held to that: {Told(await TimesAsync(space, whole, run.Cancellation))}");
        Environment.SetEnvironmentVariable("KILN_REGISTRY", null);
        Hold(trial.Name, seconds);
    }

    async Task AskOfRunsAsync(StageRun run)
    {
        using var space = new BenchSpace();
        await File.WriteAllTextAsync(Path.Combine(space.Root, "in"), "x", run.Cancellation);
        await File.WriteAllTextAsync(Path.Combine(space.Root, "graph.json"), """{"stages":[{"name":"copy","reads":["in"],"writes":["out/copy"],"command":["cp","in","out/copy"],"environment":[]}]}""", run.Cancellation);
        await space.RunAsync(run.Cancellation, "--pipeline", "peers", "--verbosity", "quiet");
        using (var connection = SystemSqlite.Connect(Path.Combine(space.Root, ".kiln", "ledger.db")))
        {
            connection.Open();
            TrialRegistry.Execute(connection, $"""
                BEGIN;
                CREATE TEMP TABLE numbers AS WITH RECURSIVE counted(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM counted WHERE n < {Runs}) SELECT n, printf('20200101-000000-%06x', n) AS id FROM counted;
                INSERT INTO runs SELECT numbers.id, pipeline, targets, command, strftime('%Y-%m-%dT%H:%M:%fZ', '2020-01-01', '+' || (n * 200) || ' seconds'), seconds, exit_code, peak_memory,
                    git_commit, git_branch, git_dirty, git_patch, environment, settings, jobs, plan FROM numbers CROSS JOIN (SELECT * FROM runs LIMIT 1);
                INSERT INTO metrics SELECT id, 'copy', name, n * 0.001 FROM numbers CROSS JOIN (SELECT 'averagePrecision' AS name UNION ALL SELECT 'brier' UNION ALL SELECT 'rocAuc');
                COMMIT
                """);
        }
        string[][] questions = [["runs"], ["show", "last"], ["show", "20200101-000000-07a120"]];
        var seconds = await TimesAsync(space, questions, run.Cancellation);
        run.Conclude($"a ledger of {Runs:#,0} runs and {3 * Runs:#,0} metrics ({new FileInfo(Path.Combine(space.Root, ".kiln", "ledger.db")).Length >> 20} MiB): {Told(seconds)}");
        Hold("the ledger", seconds);
    }

    static async Task<List<(string Question, double Seconds)>> TimesAsync(BenchSpace space, string[][] questions, CancellationToken cancellation)
    {
        var times = new List<(string, double)>();
        foreach (var question in questions)
        {
            var seconds = new List<double>();
            for (var i = 0; i < Asked; i++) seconds.Add((await space.RunAsync(cancellation, question)).Time.TotalSeconds);
            times.Add((string.Join(' ', question), BenchSpace.Median(seconds)));
        }
        return times;
    }

    void Hold(string where, List<(string Question, double Seconds)> times) =>
        _faults.AddRange(times.Where(time => time.Seconds > ToReach).Select(time => $"{where}: {time.Question} takes {time.Seconds:0.00} s, and not {ToReach} s"));

    static string Told(List<(string Question, double Seconds)> times) => string.Join(", ", times.Select(time => $"{time.Question} {time.Seconds * 1000:0} ms"));
}
