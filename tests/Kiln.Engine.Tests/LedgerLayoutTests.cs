using Kiln.Recording;
using Kiln.Running;
using Microsoft.Data.Sqlite;

namespace Kiln.Tests;

public sealed class LedgerLayoutTests : IDisposable
{
    /// <summary>A ledger as the layout before wrote it: a row for every stage, with the manifest in it.</summary>
    const string LayoutTwo = """
        PRAGMA journal_mode = WAL;
        CREATE TABLE environments (hash TEXT PRIMARY KEY, facts TEXT NOT NULL) WITHOUT ROWID;
        CREATE TABLE runs (
            id TEXT PRIMARY KEY, pipeline TEXT NOT NULL, targets TEXT NOT NULL, command TEXT NOT NULL, started TEXT NOT NULL, seconds REAL NOT NULL,
            exit_code INTEGER, peak_memory INTEGER NOT NULL, git_commit TEXT, git_branch TEXT, git_dirty INTEGER, git_patch TEXT, environment TEXT NOT NULL, settings TEXT NOT NULL) WITHOUT ROWID;
        CREATE TABLE stages (
            run TEXT NOT NULL, position INTEGER NOT NULL, name TEXT NOT NULL, outcome TEXT NOT NULL, why TEXT NOT NULL, started TEXT, seconds REAL NOT NULL,
            fingerprint TEXT, manifest TEXT, PRIMARY KEY (run, position)) WITHOUT ROWID;
        CREATE TABLE metrics (run TEXT NOT NULL, stage TEXT NOT NULL, name TEXT NOT NULL, value REAL, PRIMARY KEY (run, stage, name)) WITHOUT ROWID;
        PRAGMA user_version = 2;
        INSERT INTO environments VALUES ('e', '{"os":"Linux"}');
        INSERT INTO runs VALUES ('20260101-000000-aaaa', 'test', 'Default', '--target b', '2026-01-01T00:00:00.0000000+00:00', 2.5, 0, 1048576, 'c0ffee', 'trunk', 0, '', 'e', '{"a.b":"1"}');
        INSERT INTO stages VALUES ('20260101-000000-aaaa', 0, 'a', 'ran', 'first run', '2026-01-01T00:00:00.5000000+00:00', 1.5, 'f1', '[["stage","name","a"]]');
        INSERT INTO stages VALUES ('20260101-000000-aaaa', 1, 'b[1]', 'up to date', 'nothing changed', NULL, 0, 'f2', NULL);
        INSERT INTO metrics VALUES ('20260101-000000-aaaa', 'a', 'loss', 0.5);
        """;

    readonly PipelineSpace _space = new();

    public void Dispose() => _space.Dispose();

    [Fact]
    public void An_older_ledger_becomes_one_of_this_layout_and_loses_nothing()
    {
        WriteLayoutTwo();
        using var ledger = Ledger.Open(LedgerPath);
        ledger.Query("PRAGMA user_version")[0][0].ShouldBe("4");
        ledger.Query("SELECT facts FROM manifests WHERE fingerprint = 'f1'")[0][0].ShouldBe("""[["stage","name","a"]]""");
        ledger.Query("SELECT value FROM metrics")[0][0].ShouldBe("0.5");
        var (run, stages) = RecordedRun.Find(ledger, "last").ShouldNotBeNull();
        (run.Id, run.Seconds, run.Git?.Commit, run.Settings["a.b"], run.Environment["os"]).ShouldBe(("20260101-000000-aaaa", 2.5, "c0ffee", "1", "Linux"));
        stages.Select(stage => (stage.Step.Name, stage.Step.Group, stage.Outcome, stage.Seconds, stage.Fingerprint)).ShouldBe(
            [("a", "a", "ran", 1.5, "f1"), ("b[1]", "b", "up to date", 0, "f2")]);
    }

    [Fact]
    public async Task Many_that_open_an_older_ledger_at_once_bring_it_up_to_date_once()
    {
        WriteLayoutTwo();
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => Ledger.Open(LedgerPath).Dispose())));
        using var ledger = Ledger.Open(LedgerPath);
        ledger.Query("SELECT count(*) FROM stages")[0][0].ShouldBe("2");
    }

    [Fact]
    public void What_fails_half_way_leaves_the_older_ledger_as_it_was()
    {
        WriteLayoutTwo();
        Execute("CREATE TABLE plans (in_the_way TEXT)");
        Should.Throw<KilnException>(() => Ledger.Open(LedgerPath));
        Value("PRAGMA user_version").ShouldBe(2L);
        Value("SELECT manifest FROM stages WHERE name = 'a'").ShouldBe("""[["stage","name","a"]]""");
        Execute("DROP TABLE plans");
        using var ledger = Ledger.Open(LedgerPath);
        RecordedRun.Find(ledger, "last")!.Stages.Length.ShouldBe(2);
    }

    [Fact]
    public void The_last_run_is_found_by_an_index_that_ledgers_of_layout_3_get()
    {
        WriteLayoutTwo();
        Ledger.Open(LedgerPath).Dispose();
        Execute("DROP INDEX runs_by_time; PRAGMA user_version = 3");
        using var ledger = Ledger.Open(LedgerPath);
        ledger.Query("EXPLAIN QUERY PLAN SELECT id FROM runs ORDER BY started DESC, id DESC LIMIT 1")[0][3].ShouldContain("runs_by_time");
        RecordedRun.Find(ledger, "20260101-000000-aa").ShouldNotBeNull();
        RecordedRun.Find(ledger, "20260101-000000-ab").ShouldBeNull();
    }

    [Fact]
    public void A_ledger_of_a_later_layout_is_left_alone()
    {
        WriteLayoutTwo();
        Execute("PRAGMA user_version = 5");
        Should.Throw<KilnException>(() => Ledger.Open(LedgerPath)).Message.ShouldContain("another version of Kiln");
        Value("SELECT count(*) FROM stages").ShouldBe(2L);
    }

    [Fact]
    public async Task A_run_adds_rows_for_the_stages_that_did_something_and_is_shown_with_all_of_them()
    {
        _space.Write("in.txt", "x");
        _space.Write("other.txt", "x");
        _space.Declare = pipeline =>
        {
            pipeline.Add(_space.Stage("b", pipeline.Add(_space.Stage("a", "in.txt"))));
            pipeline.Add(_space.Stage("c", "other.txt"));
        };
        await _space.SucceedAsync();
        _space.Write("other.txt", "y");
        await _space.SucceedAsync();
        await _space.SucceedAsync("--target", "a", "--force");
        using var ledger = Ledger.Open(LedgerPath);
        ledger.Query("SELECT stages.name FROM stages JOIN runs ON runs.id = run ORDER BY runs.started, position").Select(row => row[0]).ShouldBe(["a", "b", "c", "c", "a"]);
        ledger.Query("SELECT count(*) FROM plans")[0][0].ShouldBe("2");
        var runs = ledger.Query("SELECT id FROM runs ORDER BY started").Select(row => RecordedRun.Find(ledger, row[0])!).ToList();
        runs[1].Stages.Select(stage => (stage.Step.Name, stage.Outcome)).ShouldBe([("a", "up to date"), ("b", "up to date"), ("c", "ran")]);
        runs[1].Stages.Take(2).Select(stage => stage.Fingerprint).ShouldBe(runs[0].Stages.Take(2).Select(stage => stage.Fingerprint));
        runs[1].Stages[1].Step.Needs.ShouldBe([0]);
        runs[2].Stages.Select(stage => stage.Step.Name).ShouldBe(["a"]);
    }

    [Fact]
    public async Task A_run_with_nothing_to_do_is_not_in_the_ledger()
    {
        _space.Write("in.txt", "x");
        _space.Declare = pipeline => pipeline.Add(_space.Stage("a", "in.txt"));
        await _space.SucceedAsync();
        await _space.SucceedAsync();
        await _space.SucceedAsync("--target", "a");
        using var ledger = Ledger.Open(LedgerPath);
        ledger.Query("SELECT count(*) FROM runs")[0][0].ShouldBe("1");
    }

    [Fact]
    public async Task What_stood_there_from_an_earlier_run_is_kept_with_its_own_fingerprint()
    {
        _space.Write("in.txt", "x");
        _space.Declare = pipeline => pipeline.Add(new TextStage("a", ["in.txt"], _space) { Body = (run, stage) => { run.Open(stage.Text).WriteText("same"); return Task.CompletedTask; } });
        await _space.SucceedAsync();
        _space.Write("in.txt", "y");
        await _space.SucceedAsync();
        _space.Write("in.txt", "x");
        await _space.SucceedAsync();
        _space.Ran.ShouldBeEmpty();
        using var ledger = Ledger.Open(LedgerPath);
        var fingerprints = ledger.Query("SELECT id FROM runs ORDER BY started").Select(row => RecordedRun.Find(ledger, row[0])!.Stages[0].Fingerprint).ToList();
        fingerprints[2].ShouldBe(fingerprints[0]);
        fingerprints[1].ShouldNotBe(fingerprints[0]);
    }

    [Fact]
    public async Task What_a_stage_alone_at_work_took_is_kept_with_the_bytes_of_its_files()
    {
        _space.Write("in.txt", new string('x', 1000));
        _space.Declare = pipeline => pipeline.Add(new TextStage("a", ["in.txt"], _space)
        {
            Body = (run, stage) =>
            {
                var memory = new byte[64 << 20];
                var until = Environment.TickCount64 + 50;
                while (Environment.TickCount64 < until) new Random(1).NextBytes(memory.AsSpan(0, 1 << 20));
                Array.Fill<byte>(memory, 1);
                run.Open(stage.Text).WriteText(new string('y', 300));
                return Task.CompletedTask;
            },
        });
        await _space.SucceedAsync();
        using var ledger = Ledger.Open(LedgerPath);
        var usage = RecordedRun.Find(ledger, "last")!.Stages[0].Usage;
        usage.CpuSeconds.ShouldNotBeNull().ShouldBeGreaterThan(0.01);
        usage.PeakMemory.ShouldNotBeNull().ShouldBeGreaterThan(64 << 20);
        (usage.BytesIn, usage.BytesOut).ShouldBe((1000, 300));
    }

    [Fact]
    public async Task Of_stages_at_work_together_processor_and_memory_stay_unknown()
    {
        using var both = new Barrier(2);
        _space.Write("in.txt", "x");
        _space.Declare = pipeline =>
        {
            foreach (var name in new[] { "a", "b" })
                pipeline.Add(new TextStage(name, ["in.txt"], _space)
                {
                    Body = (run, stage) =>
                    {
                        both.SignalAndWait(TimeSpan.FromSeconds(30)).ShouldBeTrue();
                        stage.WriteText(run);
                        return Task.CompletedTask;
                    },
                });
        };
        await _space.SucceedAsync("--jobs", "2");
        using var ledger = Ledger.Open(LedgerPath);
        foreach (var stage in RecordedRun.Find(ledger, "last")!.Stages) (stage.Usage.CpuSeconds, stage.Usage.PeakMemory, stage.Usage.BytesIn).ShouldBe((null, null, 1));
    }

    [Fact]
    public async Task Of_a_program_its_own_processor_time_and_memory_are_kept()
    {
        _space.Declare = pipeline => pipeline.Add(new CommandStage("make")
        {
            Command = ["sh", "-c", "i=0; while [ $i -lt 20000 ]; do i=$((i+1)); done; printf done > out/made.txt"],
            Writes = [new Output<PlainFile>("out/made.txt")],
        });
        await _space.SucceedAsync();
        using var ledger = Ledger.Open(LedgerPath);
        var usage = RecordedRun.Find(ledger, "last")!.Stages[0].Usage;
        usage.CpuSeconds.ShouldNotBeNull().ShouldBeInRange(0.001, 30);
        if (Launcher.Program is not null) usage.PeakMemory.ShouldNotBeNull().ShouldBeInRange(1, 16 << 20);
        usage.BytesOut.ShouldBe(4);
    }

    [Fact]
    public void A_program_memory_is_told_where_it_is_more_than_this_process_ever_held()
    {
        var meter = new UsageMeter();
        var much = meter.PeakMemory * 2;
        meter.OfProgram(new StageUsage(1, much, null, null)).PeakMemory.ShouldBe(much);
        meter.OfProgram(new StageUsage(1, 5 << 20, null, null)).ShouldBe(new StageUsage(1, null, null, null));
    }

    string LedgerPath => _space.PathOf(".kiln/ledger.db");

    void WriteLayoutTwo()
    {
        Directory.CreateDirectory(_space.PathOf(".kiln"));
        using (var first = Ledger.Open(_space.PathOf("first.db")))
        {
            // Opening any ledger loads the system's SQLite.
        }

        Execute(LayoutTwo);
    }

    void Execute(string sql) => Value(sql);

    object? Value(string sql)
    {
        using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = LedgerPath, Pooling = false }.ToString());
        connection.Open();
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // texts of this file
        command.CommandText = sql;
#pragma warning restore CA2100
        return command.ExecuteScalar();
    }
}
