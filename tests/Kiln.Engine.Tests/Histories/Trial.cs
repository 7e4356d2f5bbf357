namespace Kiln.Tests;

/// <summary>Lives through a history in a workspace, and compares it with what its stages' functions give.</summary>
sealed class Trial : IDisposable
{
    readonly History _history;
    readonly PipelineSpace _space = new();
    readonly int[] _sources = new int[History.Sources];
    readonly int[] _words;
    readonly HashSet<(int Stage, string Made)> _made = [];
    readonly List<(int Stage, bool Ended)> _events = [];
    int _failing;

    public Trial(History history)
    {
        _history = history;
        _words = new int[history.Needs.Length];
        for (var i = 0; i < _sources.Length; i++) WriteSource(i);
        _space.Declare = pipeline => Declare(pipeline, _space, BodyAsync);
    }

    public void Dispose() => _space.Dispose();

    public async Task TakeAsync(Step step)
    {
        Apply(step);
        _failing = step.Failing;
        var exitCode = await RunAsync(step);
        exitCode.ShouldBe(_space.Printed.Contains(": failed", StringComparison.Ordinal) ? 1 : 0, _space.Printed);
        if (exitCode == 0) CompareOutputs();

        _failing = 0;
        (await RunAsync(step)).ShouldBe(0, _space.Printed);
        CompareOutputs();

        (await RunAsync(step)).ShouldBe(0, _space.Printed);
        _space.Ran.ShouldBeEmpty("a run with nothing changed ran something");
    }

    public async Task CompareWithScratchAsync()
    {
        using var scratch = new PipelineSpace();
        for (var i = 0; i < _sources.Length; i++) scratch.Write($"source{i}.txt", _space.Read($"source{i}.txt"));
        scratch.Declare = pipeline => Declare(pipeline, scratch, (i, run, stage) =>
        {
            run.Open(stage.Text).WriteText(Function(i, [.. stage.Sources.Select(source => run.Open(source).ReadText())]));
            return Task.CompletedTask;
        });
        await scratch.SucceedAsync("--jobs", "1");
        scratch.Files("out").Select(path => (path, scratch.Read(path))).ShouldBe(_space.Files("out").Select(path => (path, _space.Read(path))));
    }

    async Task<int> RunAsync(Step step)
    {
        _events.Clear();
        string[] arguments = ["--jobs", step.Jobs.ToString(), .. step.KeepGoing ? ["--keep-going"] : Array.Empty<string>()];
        var exitCode = await _space.RunAsync(arguments);
        _space.Ran.ShouldBeUnique();
        foreach (var (stage, _) in _events.Where(entry => !entry.Ended))
            foreach (var need in NeededBy(stage).Where(need => _events.Contains((need, false))))
                _events.IndexOf((need, true)).ShouldBeInRange(0, _events.IndexOf((stage, false)), $"s{stage} began before s{need} ended");
        return exitCode;
    }

    void Apply(Step step)
    {
        var stage = step.Which % _words.Length;
        var source = step.Which % _sources.Length;
        var output = _space.PathOf($"out/s{stage}.txt");
        switch (step.Edit)
        {
            case Edit.ChangeSource:
                _sources[source] = step.Value;
                WriteSource(source);
                break;
            case Edit.ChangeWord:
                _words[stage] = step.Value;
                break;
            case Edit.DeleteOutput:
                if (File.Exists(output)) File.Delete(output);
                break;
            case Edit.EditOutput:
                _space.Write($"out/s{stage}.txt", $"edited {step.Value}");
                break;
            case Edit.TouchSource:
                File.SetLastWriteTimeUtc(_space.PathOf($"source{source}.txt"), DateTime.UnixEpoch.AddDays(step.Value));
                break;
            case Edit.LoseState:
                if (_space.Has(".kiln/state")) File.Delete(_space.PathOf(".kiln/state"));
                break;
            case Edit.LoseResults:
                if (_space.Has(".kiln/results")) Directory.Delete(_space.PathOf(".kiln/results"), recursive: true);
                _made.Clear();
                break;
            case Edit.DamageStore:
                foreach (var path in _space.Files(".kiln/objects").Concat(_space.Files(".kiln/results")).Where((_, i) => i % 3 == step.Value)) Damage(path);
                _made.Clear();
                break;
        }
    }

    void Damage(string relative)
    {
        var bytes = File.ReadAllBytes(_space.PathOf(relative));
        bytes[bytes.Length / 2] ^= 1;
        File.Delete(_space.PathOf(relative));
        File.WriteAllBytes(_space.PathOf(relative), bytes);
    }

    void Declare(PipelineBuilder pipeline, PipelineSpace space, Func<int, StageRun, TextStage, Task> body)
    {
        var stages = new List<TextStage>();
        for (var i = 0; i < _words.Length; i++)
        {
            var index = i;
            stages.Add(pipeline.Add(new TextStage($"s{i}", [.. NeededBy(i).Select(need => stages[need]), .. SourcesOf(i).Select(source => $"source{source}.txt")], space)
            {
                Word = _words[i].ToString(),
                Body = (run, stage) => body(index, run, stage),
            }));
        }
    }

    async Task BodyAsync(int index, StageRun run, TextStage stage)
    {
        lock (_events) _events.Add((index, false));
        await Task.Yield();
        var inputs = stage.Sources.Select(source => run.Open(source).ReadText()).ToArray();
        lock (_made) _made.ShouldNotContain((index, Key(index, inputs)), $"s{index} ran though it had run on the same inputs before");
        run.Open(stage.Text).WriteText(Function(index, inputs));
        if ((_failing >> index & 1) == 1) throw new InvalidOperationException("broken on purpose");
        lock (_made) _made.Add((index, Key(index, inputs)));
        lock (_events) _events.Add((index, true));
    }

    void CompareOutputs()
    {
        for (var i = 0; i < _words.Length; i++) _space.Read($"out/s{i}.txt").ShouldBe(Expected(i), $"s{i} after {_history}");
    }

    string Expected(int index) => Function(index, [.. NeededBy(index).Select(Expected), .. SourcesOf(index).Select(source => _sources[source].ToString())]);

    /// <summary>Every third stage forgets most of what it reads, so that what follows is often cut off.</summary>
    string Function(int index, string[] inputs) => index % 3 == 2
        ? $"s{index} {string.Concat(inputs).Sum(letter => letter) % 2}"
        : $"s{index}.{_words[index]}({string.Join(',', inputs)})";

    string Key(int index, string[] inputs) => $"{_words[index]}|{string.Join('|', inputs)}";

    IEnumerable<int> NeededBy(int index) => Enumerable.Range(0, index).Where(need => (_history.Needs[index] >> need & 1) == 1);

    IEnumerable<int> SourcesOf(int index) => Enumerable.Range(0, History.Sources).Where(source => (_history.Needs[index] >> (9 + source) & 1) == 1);

    void WriteSource(int source) => _space.Write($"source{source}.txt", _sources[source].ToString());
}
