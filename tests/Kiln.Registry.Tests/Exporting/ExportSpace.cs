using System.Collections.Immutable;
using Kiln.Hosting;
using Kiln.Recording;
using Kiln.Registry;
using Kiln.Registry.Exporting;

namespace Kiln.Tests.Exporting;

/// <summary>A workspace whose pipeline measures odd numbers under odd names, by odd settings.</summary>
sealed class ExportSpace : IDisposable
{
    public string Root { get; } = Directory.CreateTempSubdirectory("kiln-mlflow-").FullName;

    /// <summary>What the last command printed, standard output and error.</summary>
    public string Printed { get; private set; } = "";

    public async Task<int> RunAsync(params string[] arguments)
    {
        using var printed = new StringWriter();
        RoutedConsole.SendTo(printed);
        var host = KilnHost.Create().Add(new PipelineDefinition("trial", Declare)).AddCommands<RegistryCommands>().In(Root);
        var exitCode = await Task.Run(() => host.Run(arguments));
        Printed = printed.ToString();
        return exitCode;
    }

    /// <summary>The same space after a run.</summary>
    public async Task<ExportSpace> RanAsync(params string[] settings)
    {
        await RunAsync([.. settings.SelectMany(setting => new[] { "--set", setting })]);
        return this;
    }

    public RecordedRun Last
    {
        get
        {
            using var archive = RunArchive.Open(Root);
            return archive.Get("last");
        }
    }

    /// <summary>Exports the last run past the command: at once, however long there is to wait.</summary>
    public async Task<ExportedRun> ExportAsync(MlflowServer server, HastyClock? clock = null, string[]? versions = null, double patience = 20, CancellationToken cancellation = default)
    {
        using var archive = RunArchive.Open(Root);
        var recorded = archive.Get("last");
        clock ??= new();
        using var client = new MlflowClient(new(server.Address, null, TimeSpan.FromSeconds(patience)), clock);
        return await new MlflowExport(client, clock).ExportAsync(new MlflowRun(recorded, archive.MetricsOf(recorded), versions ?? []), recorded.Run.Pipeline, cancellation);
    }

    /// <summary>Changes how the last run ended.</summary>
    public void End(int? exitCode)
    {
        using var connection = SystemSqlite.Connect(Path.Combine(Root, ".kiln", "ledger.db"));
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "UPDATE runs SET exit_code = $code";
        command.Parameters.AddWithValue("$code", exitCode is { } code ? code : DBNull.Value);
        command.ExecuteNonQuery();
    }

    public void Dispose() => Directory.Delete(Root, recursive: true);

    static void Declare(PipelineBuilder pipeline)
    {
        pipeline.Add<Measure>();
        pipeline.AddPartitions((string[])["mon", "tue", "wed"], day => new Day(day));
    }

    sealed record MeasureSettings
    {
        public ImmutableArray<Item> Items { get; init; } = [new Item { Label = "first" }];

        public string Words { get; init; } = "as \"they\" are: ä";

        public bool Fails { get; init; }
    }

    sealed record Item
    {
        public string Label { get; init; } = "";
    }

    sealed class Measure(MeasureSettings settings) : Stage
    {
        public Output<PlainFile> Text { get; } = new("out/measure.txt");

        public string Words { get; } = settings.Words + string.Join(',', settings.Items.Select(item => item.Label));

        protected override Task RunAsync(StageRun run)
        {
            run.Metric("AUC ROC", 0.9289030467531528);
            run.Metric("loss (log)", 0.25);
            run.Metric("unknown", double.NaN);
            run.Metric("endless", double.PositiveInfinity);
            run.Open(Text).WriteText(Words);
            return settings.Fails ? throw new KilnException("It fails, as it was told to.", [], "") : Task.CompletedTask;
        }
    }

    sealed class Day(string day) : Stage
    {
        public override string Name => "Day";

        public Output<PlainFile> Text { get; } = new($"out/{day}.txt");

        protected override Task RunAsync(StageRun run)
        {
            run.Metric("letters", day[0]);
            run.Open(Text).WriteText(day);
            return Task.CompletedTask;
        }
    }
}

/// <summary>A clock on which any wait is over at once; it keeps how long they would have been.</summary>
sealed class HastyClock : TimeProvider
{
    public List<TimeSpan> Waits { get; } = [];

    public override DateTimeOffset GetUtcNow() => new(2026, 5, 1, 12, 0, 0, TimeSpan.Zero);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        Waits.Add(dueTime);
        return System.CreateTimer(callback, state, TimeSpan.Zero, period);
    }
}
