using System.Collections.Immutable;
using System.CommandLine;
using System.Globalization;
using Kiln.Hosting;
using Kiln.Recording;
using Spectre.Console;

namespace Kiln.Registry.Exporting;

/// <summary><c>mlflow</c>: brings runs of the ledger to an MLflow tracking server.</summary>
sealed class MlflowCommand(HostContext host)
{
    static readonly TimeSpan aMoment = TimeSpan.FromSeconds(1);

    readonly Argument<string?> _run = new("RUN") { Description = "The run's id, the start of it, or last. Default: last.", Arity = ArgumentArity.ZeroOrOne };
    readonly Option<bool> _all = new("--all") { Description = "Every run that is not there yet." };
    readonly Option<string?> _server = new("--server") { Description = "The tracking server, such as http://localhost:5000. Default: MLFLOW_TRACKING_URI.", HelpName = "URL" };
    readonly Option<string?> _experiment = new("--experiment") { Description = "The experiment; it is made where there is none. Default: the pipeline's name.", HelpName = "NAME" };
    readonly Option<bool> _json = new("--json") { Description = "Answers as JSON." };

    int _done, _of;

    public Command Create()
    {
        var command = new Command("mlflow", "Brings a run to an MLflow tracking server: settings, metrics, stages, commit and environment. One that is there already stays.") { _run, _all, _server, _experiment, _json };
        command.SetAction(parse =>
        {
            if (parse.GetValue(_all) && parse.GetValue(_run) is not null) throw MlflowErrors.AllOrOne();
            if (parse.GetValue(_experiment) is { } named && (string.IsNullOrWhiteSpace(named) || named.Length > 500)) throw MlflowErrors.NotAnExperiment(named);
            var place = MlflowPlace.Of(parse.GetValue(_server));
            using var archive = RunArchive.Open(host.Workspace);
            ImmutableArray<string> runs = parse.GetValue(_all) ? archive.Runs : [archive.Get(parse.GetValue(_run) ?? "last").Run.Id];
            host.EndInOrder();
            try
            {
                var exported = Shown(ExportAsync(place, archive, runs, parse.GetValue(_experiment)), isQuiet: parse.GetValue(_json));
                Answer.Print((parse.GetValue(_all) ? new(Lines(exported), exported) : new RegistryAnswer(Line(exported[0]), exported[0])) is var answer && parse.GetValue(_json) ? answer.Json : answer.Text);
                return 0;
            }
            catch (OperationCanceledException) when (host.Interruption.IsCancellationRequested)
            {
                Console.Error.WriteLine($"Interrupted: {_done} of {_of} are there. Export again for the rest.");
                return (int)ExitCode.Interrupted;
            }
        });
        return command;
    }

    async Task<ImmutableArray<ExportedRun>> ExportAsync(MlflowPlace place, RunArchive archive, ImmutableArray<string> runs, string? experiment)
    {
        using var client = new MlflowClient(place, TimeProvider.System);
        var export = new MlflowExport(client, TimeProvider.System);
        var versions = Versions();
        var exported = ImmutableArray.CreateBuilder<ExportedRun>();
        _of = runs.Length;
        foreach (var id in runs)
        {
            var recorded = archive.Get(id);
            exported.Add(await export.ExportAsync(new MlflowRun(recorded, archive.MetricsOf(recorded), versions[id]), experiment ?? recorded.Run.Pipeline, host.Interruption));
            _done++;
        }
        return exported.ToImmutable();
    }

    /// <summary>The names of versions by the run that registered them. Where there is no registry, none is made.</summary>
    ILookup<string, string> Versions()
    {
        var place = RegistryPlace.Of(host.Workspace);
        if (place.File is { } file && !File.Exists(file)) return Array.Empty<string>().ToLookup(name => name);
        using var registry = ModelRegistry.Open(place, RegistryAccess.Read);
        return registry.List().OrderBy(version => version.Model, StringComparer.Ordinal).ThenBy(version => version.Number).ToLookup(version => version.Run, version => version.Name);
    }

    /// <summary>Waits; on a terminal with a bar, where it takes more than a moment.</summary>
    T Shown<T>(Task<T> work, bool isQuiet)
    {
        if (!isQuiet && !Console.IsOutputRedirected && Task.WhenAny(work, Task.Delay(aMoment)).GetAwaiter().GetResult() != work)
            AnsiConsole.Progress().AutoClear(true).Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn()).Start(context =>
            {
                var bar = context.AddTask(_of == 1 ? "Exporting the run" : "Exporting runs", maxValue: _of);
                bar.IsIndeterminate = _of == 1;
                while (Task.WhenAny(work, Task.Delay(100)).GetAwaiter().GetResult() != work) bar.Value = _done;
            });
        return work.GetAwaiter().GetResult();
    }

    static string Lines(ImmutableArray<ExportedRun> exported) => exported.IsEmpty ? "No runs yet.\n"
        : string.Concat(exported.Where(run => run.Was != Before.Whole || !run.Deleted.IsEmpty || !run.Others.IsEmpty).Select(Line)) + string.Create(CultureInfo.InvariantCulture, $"{exported.Count(run => run.Was != Before.Whole):#,0} exported, {exported.Count(run => run.Was == Before.Whole):#,0} were there already\n");

    static string Line(ExportedRun run) => string.Create(CultureInfo.InvariantCulture, $"{run.Run} {Word(run.Was)} in experiment {run.Experiment}, with {run.Params:#,0} params and {run.Metrics:#,0} metrics: {run.Url}\n")
        + Copies("of the same, never finished, deleted there", run.Deleted) + Copies("of the same, left there", run.Others);

    static string Copies(string what, ImmutableArray<string> ids) => ids.IsEmpty ? "" : $"  {what}: {string.Join(", ", ids)}\n";

    static string Word(Before was) => was switch
    {
        Before.Nothing => "is now",
        Before.Part => "is now whole",
        _ => "was already",
    };
}
