using System.Collections.Concurrent;
using Kiln.Planning;
using Kiln.Running;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Kiln.Reporting;

/// <summary>
/// Shows a run on a terminal: a bar for each stage at work, with rate and time left; partitions share their stage's bar.
/// Nothing is drawn before a stage has been at work for a moment, so a run with nothing to do costs nothing.
/// </summary>
sealed class LiveDisplay(Plan plan, TextWriter fallback, Verbosity verbosity, Style style) : IRunDisplay
{
    readonly Lock _gate = new();
    readonly Dictionary<string, ProgressTask> _bars = [];
    readonly ConcurrentDictionary<int, string> _units = [];
    readonly Dictionary<string, int> _partitions = plan.Stages.CountBy(stage => stage.Stage.Name).ToDictionary();
    readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    IAnsiConsole? _console;
    ProgressContext? _context;
    Task _drawing = Task.CompletedTask;

    public void Started(PlannedStage stage, bool isRestore)
    {
        lock (_gate)
        {
            if (_context is null) Begin();
            var bar = Bar(stage.Stage.Name, stage.Stage.Name, _partitions[stage.Stage.Name]);
            if (stage.Stage.PartitionKey is null) bar.IsIndeterminate = true;
        }
    }

    public void Progressed(StageProgress progress)
    {
        lock (_gate)
        {
            var group = progress.Stage.Split('[')[0];
            if (_partitions.GetValueOrDefault(group) > 1) return;
            if (_context is null) Begin();
            var bar = Bar(group, group, progress.Total);
            bar.IsIndeterminate = progress.Total <= 0;
            bar.MaxValue = Math.Max(1, progress.Total);
            bar.Value = progress.Done;
            bar.Description = Markup.Escape($"{group}: {progress.What}") + (progress.Detail.Length > 0 ? $" [dim]{Markup.Escape(progress.Detail)}[/]" : "");
            _units[bar.Id] = progress.Unit;
        }
    }

    public void Noted(string message)
    {
        if (verbosity >= Verbosity.Minimal) Write(Markup.Escape(message));
    }

    /// <summary>Who wants to see everything has plain lines.</summary>
    public void Printed(string line)
    {
    }

    public void Settled(StageReport report)
    {
        var group = report.Node.Stage.Name;
        lock (_gate)
            if (_bars.TryGetValue(group, out var bar))
            {
                if (report.Node.Stage.PartitionKey is not null) bar.Increment(1);
                else (bar.IsIndeterminate, bar.Value) = (false, bar.MaxValue);
                if (bar.Value >= bar.MaxValue) bar.StopTask();
            }

        if (report.Outcome is Outcome.Failed failed)
            Write($"[red]{Markup.Escape(report.Node.Name)}: failed[/]\n{Markup.Escape(verbosity == Verbosity.Diagnostic ? failed.Error.ToString() : failed.Error.Message)}");
    }

    public void Dispose()
    {
        _ended.TrySetResult();
        _drawing.GetAwaiter().GetResult();
    }

    void Begin()
    {
        _console = AnsiConsole.Create(new AnsiConsoleSettings { ColorSystem = style.IsColoured ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors });
        using var began = new ManualResetEventSlim();
        _drawing = _console.Progress().AutoClear(true).HideCompleted(false)
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn { Width = 30 }, new PercentageColumn(), new RateColumn(_units), new RemainingTimeColumn())
            .StartAsync(async context =>
            {
                _context = context;
                began.Set();
                await _ended.Task;
            });
        began.Wait(TimeSpan.FromSeconds(2));
    }

    ProgressTask Bar(string key, string name, long total)
    {
        if (_bars.TryGetValue(key, out var bar)) return bar;
        bar = _context!.AddTask(Markup.Escape(name), maxValue: Math.Max(1, total));
        _units[bar.Id] = total > 1 ? "partitions" : "";
        return _bars[key] = bar;
    }

    void Write(string markup)
    {
        if (_context is null) fallback.WriteLine(markup.RemoveMarkup());
        else _console!.MarkupLine(markup);
    }

    sealed class RateColumn(ConcurrentDictionary<int, string> units) : ProgressColumn
    {
        public override IRenderable Render(RenderOptions options, ProgressTask task, TimeSpan deltaTime) =>
            new Text(task.IsFinished || task.IsIndeterminate || task.Speed is not { } speed ? "" : Durations.Rate(speed, units.GetValueOrDefault(task.Id, "")));
    }
}
