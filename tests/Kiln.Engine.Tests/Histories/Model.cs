using Kiln.Tests.Hosting;

namespace Kiln.Tests;

/// <summary>What a history's stages must write, worked out without the engine; and the graph as the pipeline reads it.</summary>
sealed class Model(History history)
{
    readonly string[] _sources = ["0", "0", "0"];
    readonly SortedDictionary<string, string> _folder = new(StringComparer.Ordinal) { ["first"] = "1" };
    readonly int[] _words = new int[history.Nodes.Length + 1];

    public int Count => history.Nodes.Length + (history.EndsLate ? 1 : 0);

    public IEnumerable<(string Path, string Text)> Sources =>
        _sources.Select((text, i) => ($"source{i}", text)).Concat(_folder.Select(file => ("sources/" + file.Key, file.Value)));

    public string ChangeSource(int source, int value) => _sources[source] = value.ToString();

    public void ChangeWord(int stage, int value) => _words[stage] = value;

    public void AddToFolder(int which, int value) => _folder[$"file{which}"] = value.ToString();

    /// <summary>The name of a file of the source folder that is no more, or null: the folder is never empty.</summary>
    public string? TakeFromFolder(int which) => _folder.Remove($"file{which}") ? $"file{which}" : null;

    public string NameOf(int stage) => KindOf(stage) == "partition" ? $"p[{stage}]" : $"s{stage}";

    public bool IsCommand(int stage) => KindOf(stage) == "command";

    /// <summary>Everything that stages can rightly note in their log.</summary>
    public IEnumerable<string> Lines => Enumerable.Range(0, Count).Select(stage => $"{NameOf(stage)} {Digest(stage)}").SelectMany(line => new[] { "began " + line, "ended " + line });

    /// <summary>The stages that come before one.</summary>
    public IEnumerable<int> Before(int stage) => KindOf(stage) == "late"
        ? Enumerable.Range(0, stage).Where(earlier => KindOf(earlier) is "file" or "partition")
        : Needs(stage).Where(need => char.IsAsciiDigit(need[0])).Select(int.Parse);

    public string Graph(int failing) => string.Concat(Enumerable.Range(0, Count).Select(stage =>
        string.Join(' ', [stage.ToString(), KindOf(stage), _words[stage].ToString(), (failing >> stage & 1) == 1 ? "fails" : "-", .. Needs(stage)]) + "\n"));

    /// <summary>What a stage writes, by path.</summary>
    public IEnumerable<(string Path, string Text)> Writes(int stage) => KindOf(stage) == "folder"
        ? [($"out/s{stage}/a.txt", Digest(stage)), ($"out/s{stage}/deep/b.txt", Digest(stage)[..2])]
        : [($"out/s{stage}.txt", TextOf(stage))];

    /// <summary>What a stage's word and everything it reads come to.</summary>
    public string Digest(int stage) => RandomGraph.Digest(_words[stage].ToString(), Needs(stage).Select(need =>
        int.TryParse(need, out var earlier) ? TextOf(earlier)
        : need == "sources/" ? string.Concat(_folder.Select(file => $"./{file.Key}\n{file.Value}"))
        : _sources[need[^1] - '0']));

    string TextOf(int stage)
    {
        var digest = Digest(stage);
        return KindOf(stage) switch
        {
            "folder" => $"./a.txt\n{digest}./deep/b.txt\n{digest[..2]}",
            "command" => digest,
            _ => stage % 3 != 2 ? digest : digest[0] < '8' ? "low" : "high",
        };
    }

    string KindOf(int stage) => stage == history.Nodes.Length ? HasPlainNode ? "late" : "file" : history.Nodes[stage].Kind.ToString().ToLowerInvariant();

    bool HasPlainNode => history.Nodes.Any(node => node.Kind is NodeKind.File or NodeKind.Partition);

    IEnumerable<string> Needs(int stage)
    {
        var needs = stage == history.Nodes.Length ? 1 << History.MostNodes : history.Nodes[stage].Needs;
        for (var i = 0; i < stage && i < History.MostNodes; i++)
            if ((needs >> i & 1) == 1) yield return i.ToString();
        for (var i = 0; i < History.Sources; i++)
            if ((needs >> (History.MostNodes + i) & 1) == 1) yield return $"source{i}";
        if ((needs >> (History.MostNodes + History.Sources) & 1) == 1) yield return "sources/";
    }
}
