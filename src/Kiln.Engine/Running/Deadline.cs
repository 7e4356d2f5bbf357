namespace Kiln.Running;

/// <summary>
/// Runs a body within the stage's time. When that is up its token is set, which kills a command's processes, and it has the stage's grace to
/// stop. A body in this process that does not look at its token cannot be stopped: then it is abandoned, its files are left to it, and the
/// scheduler begins nothing more.
/// </summary>
sealed class Deadline : IDisposable
{
    /// <summary>A process is killed when its grace is over; nothing is left of it well before this has passed too.</summary>
    static readonly TimeSpan UntilKilled = 3 * Launcher.Killing;

    readonly Execution _execution;
    readonly CancellationToken _run;
    readonly CancellationTokenSource? _limit;

    public Deadline(Execution execution, CancellationToken run)
    {
        (_execution, _run) = (execution, run);
        if (_execution.Timeout is not null) _limit = CancellationTokenSource.CreateLinkedTokenSource(run);
    }

    public CancellationToken Cancellation => _limit?.Token ?? _run;

    /// <summary>Whether the body was abandoned.</summary>
    public bool IsOverrun { get; private set; }

    /// <summary>Calls the stage's methods in their order; a worker does it itself.</summary>
    public async Task CallAsync(StageRun body)
    {
        var stage = body.Node.Stage;
        if (body.Workers is { } place && stage is not CommandStage)
        {
            await RunAsync(stage, new WorkerRun(body, place).ExecuteAsync, _execution.Grace + UntilKilled);
            return;
        }

        try
        {
            await RunAsync(stage, () => stage.RunAsync(body), stage is CommandStage ? _execution.Grace + UntilKilled : _execution.Grace);
        }
        catch (Exception error) when (error is not OverrunException)
        {
            stage.OnError(error, body);
            throw;
        }
        finally
        {
            if (!IsOverrun) stage.Finally(body);
        }
    }

    /// <param name="stage">The stage.</param>
    /// <param name="body">Its work.</param>
    /// <param name="patience">How long after its time it is abandoned.</param>
    async Task RunAsync(Stage stage, Func<Task> body, TimeSpan patience)
    {
        if (_execution.Timeout is not { } timeout)
        {
            await body();
            return;
        }

        _limit!.CancelAfter(timeout);
        var work = Task.Run(body, CancellationToken.None); // a body may do all its work before it returns a task
        try
        {
            await Task.WhenAny(work, Task.Delay(timeout, _limit.Token));
            if (!work.IsCompleted && !_run.IsCancellationRequested) await Task.WhenAny(work, Task.Delay(patience, _run));
            if (!work.IsCompleted && !_run.IsCancellationRequested)
            {
                IsOverrun = true;
                throw RunErrors.WouldNotStop(stage.FullName, timeout, _execution.Grace);
            }

            await work;
        }
        catch (Exception error) when (IsOutOfTime && error is not OverrunException)
        {
            throw new OutOfTimeException(timeout, error);
        }

        if (IsOutOfTime) throw new OutOfTimeException(timeout, null);
    }

    public void Dispose() => _limit?.Dispose();

    bool IsOutOfTime => _limit!.IsCancellationRequested && !_run.IsCancellationRequested;
}

/// <summary>A body stopped because its time was up: what <see cref="Stage.IsTransient"/> gets to see.</summary>
sealed class OutOfTimeException(TimeSpan limit, Exception? inner) : TimeoutException($"It took longer than {limit:c}.", inner)
{
    public TimeSpan Limit => limit;
}
