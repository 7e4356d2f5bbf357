using Kiln.Tests.Hosting;

namespace Kiln.Tests;

/// <summary>Lives through a history in one workspace, or in two with one cache, and compares them with the model.</summary>
sealed class Trial : IDisposable
{
    readonly History _history;
    readonly Model _model;
    readonly string? _cache;
    readonly PipelineSpace[] _spaces;
    readonly HashSet<string> _made = [];
    PipelineSpace _space;

    public Trial(History history)
    {
        _history = history;
        _model = new Model(history);
        _cache = history.Shared ? Directory.CreateTempSubdirectory("kiln-cache-").FullName : null;
        _spaces = [.. Enumerable.Range(0, history.Shared ? 2 : 1).Select(_ => NewSpace(_cache))];
        _space = _spaces[0];
    }

    public void Dispose()
    {
        foreach (var space in _spaces)
        {
            space.Dispose();
            File.Delete(space.Root + ".log");
        }

        if (_cache is not null) Directory.Delete(_cache, recursive: true);
    }

    /// <summary>An edit; a run that may fail or be killed; one that mends what that left; and one that finds nothing to do.</summary>
    public async Task TakeAsync(Step step)
    {
        _space = _spaces[step.Space % _spaces.Length];
        var edited = new Edits(_model, _spaces, _space, _cache).Apply(step);
        if (Edits.LosesResults(step.Edit)) _made.Clear();
        WriteGraph(step.Death is null ? step.Failing : 0);
        if (step.Death is not null) await DieAsync(step, step.Death);
        else
        {
            var exitCode = await RunAsync(step);
            exitCode.ShouldBe(_space.Printed.Contains(": failed", StringComparison.Ordinal) ? 1 : 0, _space.Printed);
            if (exitCode == 0) CompareOutputs();
        }

        WriteGraph(0);
        (await RunAsync(step)).ShouldBe(0, _space.Printed);
        CompareOutputs();
        if (edited is not null) _space.Files(".kiln/displaced").Select(_space.Read).ShouldContain(edited, "what somebody wrote is nowhere any more");

        (await RunAsync(step)).ShouldBe(0, _space.Printed);
        _space.Printed.ShouldContain($"{_model.Count} up to date", Case.Sensitive, "a run with nothing changed did something");
        Glances += _space.Files(".kiln/glances").Count;
    }

    /// <summary>How many steps left something that the next start may be answered from.</summary>
    public int Glances { get; private set; }

    /// <summary>A file that says the same is left alone, so that a start may be answered at a glance.</summary>
    void WriteGraph(int failing)
    {
        var text = _model.Graph(failing);
        if (!_space.Has("graph.txt") || _space.Read("graph.txt") != text) _space.Write("graph.txt", text);
    }

    /// <summary>A serial run in a new workspace makes the same files; with the shared cache, where it is whole, without running anything.</summary>
    public async Task CompareWithScratchAsync()
    {
        foreach (var cache in _cache is null || _made.Count == 0 ? [null] : new[] { null, _cache })
        {
            using var scratch = NewSpace(cache);
            foreach (var (path, text) in _model.Sources) scratch.Write(path, text);
            scratch.Write("graph.txt", _model.Graph(0));
            await scratch.SucceedAsync("--jobs", "1");
            var log = Log(scratch);
            File.Delete(scratch.Root + ".log");
            if (cache is not null) log.Where(line => _made.Contains(line[6..])).ShouldBeEmpty("ran though the cache has it");
            scratch.Files("out").Select(path => (path, scratch.Read(path))).ShouldBe(_space.Files("out").Select(path => (path, _space.Read(path))));
        }
    }

    async Task<int> RunAsync(Step step)
    {
        File.Delete(_space.Root + ".log");
        var exitCode = await _space.RunAsync(Arguments(step));
        var log = Log(_space);
        Judge(log);
        foreach (var line in log.Where(line => line.StartsWith("ended ", StringComparison.Ordinal))) _made.Add(line[6..]);
        for (var stage = 0; stage < _model.Count; stage++)
            if (_model.IsCommand(stage) && ClosingRows.Of(_space.Printed, _model.NameOf(stage)).Single().StartsWith($"s{stage} ran", StringComparison.Ordinal))
                _made.Add($"s{stage} {_model.Digest(stage)}").ShouldBeTrue($"s{stage} ran though it had run on the same inputs before; {_history}");
        return exitCode;
    }

    /// <summary>Another process runs, and is killed; or ends before it is.</summary>
    async Task DieAsync(Step step, Death death)
    {
        File.Delete(_space.Root + ".log");
        using var host = HostProcess.StartWith(_space, new() { ["DIES"] = $"{death.Stages},{death.Microseconds}", ["KILN_CACHE"] = _cache ?? "" }, ["test", .. Arguments(step)]);
        (await host.EndsAsync()).ShouldBeOneOf([0, 137], host.Printed);
        var log = Log(_space);
        // The last line may be a part of one.
        Judge(log.Length > 0 && !_model.Lines.Contains(log[^1]) ? log[..^1] : log);
    }

    /// <summary>Each stage ran at most once, after what it needs, and not where a result of the same inputs was kept.</summary>
    void Judge(string[] log)
    {
        log.ShouldBeUnique($"a stage ran twice; {_history}");
        for (var stage = 0; stage < _model.Count; stage++)
        {
            var began = Array.IndexOf(log, $"began {_model.NameOf(stage)} {_model.Digest(stage)}");
            if (began < 0) continue;
            _made.ShouldNotContain(log[began][6..], $"it had run on the same inputs before; {_history}");
            foreach (var need in _model.Before(stage).Select(need => $"{_model.NameOf(need)} {_model.Digest(need)}").Where(need => log.Contains("began " + need)))
                Array.IndexOf(log, "ended " + need).ShouldBeInRange(0, began, $"{log[began]} before {need} ended; {_history}");
        }

        log.ShouldBeSubsetOf(_model.Lines, $"a stage read something else; {_history}");
    }

    void CompareOutputs()
    {
        var expected = Enumerable.Range(0, _model.Count).SelectMany(_model.Writes).OrderBy(file => file.Path, StringComparer.Ordinal);
        _space.Files("out").Select(path => (path, _space.Read(path))).ShouldBe(expected, _history.ToString());
    }

    PipelineSpace NewSpace(string? cache)
    {
        var space = new PipelineSpace(RandomGraph.Declare) { Cache = cache, Entry = typeof(SteadyPipeline).GetMethod(nameof(SteadyPipeline.Begin)) };
        foreach (var (path, text) in _model.Sources)
        {
            space.Write(path, text);
            Edits.KeepWholeTicks(space.PathOf(path));
        }

        return space;
    }

    static string[] Log(PipelineSpace space) => File.Exists(space.Root + ".log") ? File.ReadAllLines(space.Root + ".log") : [];

    static string[] Arguments(Step step) => ["--jobs", step.Jobs.ToString(), .. step.KeepGoing ? ["--keep-going"] : Array.Empty<string>()];
}
