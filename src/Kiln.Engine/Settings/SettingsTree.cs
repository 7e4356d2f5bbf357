using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Kiln.Settings;

/// <summary>
/// The settings as written: YAML nodes with the place each came from, with <c>--set</c> overrides laid over them.
/// Knows nothing of the records they are bound to.
/// </summary>
sealed class SettingsTree
{
    const int DeepestBrackets = 100;

    readonly string _file;
    readonly Dictionary<YamlNode, string> _overridden = new(ReferenceEqualityComparer.Instance);
    readonly Dictionary<object, YamlMappingNode?> _bound = new(ReferenceEqualityComparer.Instance);

    SettingsTree(string file, YamlMappingNode root)
    {
        _file = file;
        Root = root;
    }

    public YamlMappingNode Root { get; }

    /// <param name="file">The path for messages.</param>
    /// <param name="text">The YAML text; empty where there is no file.</param>
    /// <param name="overrides">Pairs such as <c>train.epochs=3</c>.</param>
    public static SettingsTree Parse(string file, string text, IReadOnlyList<string> overrides)
    {
        var tree = new SettingsTree(file, ParseRoot(file, text));
        foreach (var pair in overrides) tree.Override(pair);
        return tree;
    }

    /// <summary>Where a node was written: file and line, or the override that made it.</summary>
    public string PlaceOf(YamlNode node) =>
        _overridden.TryGetValue(node, out var pair) ? $"--set {pair}" : $"{_file}:{node.Start.Line}";

    /// <summary>Where a section was written, and what <c>--set</c> changed in it: what is wrong with it as a whole may come from either.</summary>
    public string PlaceOfWhole(YamlNode node)
    {
        var given = node.AllNodes.Skip(1).Where(_overridden.ContainsKey).Select(part => $"--set {_overridden[part]}").Distinct().ToList();
        return given.Count == 0 ? PlaceOf(node) : $"{PlaceOf(node)}, with {string.Join(" and ", given)}";
    }

    /// <summary>Keeps what a record was bound from: its section, or nothing where all of it is default.</summary>
    public void Remember(object record, YamlMappingNode? node) => _bound[record] = node;

    /// <summary>Where a bound record, or one of its keys, was written; "(default)" where it was not.</summary>
    public string PlaceOf(object record, string? key) => _bound.GetValueOrDefault(record) is not { } section ? "(default)"
        : key is null ? PlaceOf(section)
        : section.Children.TryGetValue(key, out var written) ? PlaceOf(written) : "(default)";

    static YamlMappingNode ParseRoot(string file, string text)
    {
        if (text.Length == 0) return new YamlMappingNode();
        try
        {
            RefuseDepth(text);
            var stream = new YamlStream();
            stream.Load(new StringReader(text));
            if (stream.Documents.Count == 0) return new YamlMappingNode();
            if (stream.Documents.Count > 1) throw SettingsErrors.SeveralDocuments($"{file}:{stream.Documents[1].RootNode.Start.Line}");
            return stream.Documents[0].RootNode switch
            {
                YamlMappingNode mapping => mapping,
                YamlScalarNode { Value: "" or null } => new YamlMappingNode(),
                var other => throw SettingsErrors.NotAMapping($"{file}:{other.Start.Line}"),
            };
        }
        catch (InvalidOperationException error)
        {
            // What the library says here is of no use to anyone.
            throw SettingsErrors.NotYaml(file, error.Message.StartsWith("Brackets", StringComparison.Ordinal) ? error.Message : "A bracket or a quote is not closed.");
        }
        catch (YamlException error)
        {
            throw SettingsErrors.NotYaml($"{file}:{error.Start.Line}", error.InnerException?.Message ?? error.Message);
        }
    }

    void Override(string pair)
    {
        if (PathOf(pair) is not { } path) throw SettingsErrors.NotAnOverride(pair);
        var parent = Root;
        for (var i = 0; i < path.Length - 1; i++)
        {
            var key = path[i];
            parent.Children.TryGetValue(key, out var child);
            if (child is YamlSequenceNode list && i < path.Length - 2 && Named(list, path[i + 1]) is { } item) (child, i) = (item, i + 1);
            if (child is YamlMappingNode mapping)
            {
                parent = mapping;
                continue;
            }

            var added = new YamlMappingNode();
            Mark(added, pair);
            SetChild(parent, key, added, pair);
            parent = added;
        }

        var value = ParseValue(pair, pair[(pair.IndexOf('=') + 1)..]);
        Mark(value, pair);
        SetChild(parent, path[^1], value, pair);
    }

    /// <summary>The keys of a pair such as <c>train.epochs=3</c>; null where it has none, or one that says nothing.</summary>
    public static string[]? PathOf(string pair)
    {
        var equals = pair.IndexOf('=');
        var path = equals < 0 ? [""] : pair[..equals].Trim().Split('.');
        return path.Any(string.IsNullOrWhiteSpace) ? null : path;
    }

    /// <summary>The name of an item in a list of sections; null where it has none.</summary>
    public static string? NameOf(YamlNode item) =>
        item is YamlMappingNode section && section.Children.TryGetValue("name", out var given) && given is YamlScalarNode { Value: { Length: > 0 } text } ? text : null;

    /// <summary>The item of a list of sections that has this name.</summary>
    static YamlNode? Named(YamlSequenceNode list, string name) => list.Children.FirstOrDefault(item => NameOf(item) == name);

    void SetChild(YamlMappingNode parent, string key, YamlNode value, string pair)
    {
        var keyNode = new YamlScalarNode(key);
        _overridden[keyNode] = pair;
        parent.Children.Remove(keyNode);
        parent.Add(keyNode, value);
    }

    void Mark(YamlNode node, string pair)
    {
        foreach (var descendant in node.AllNodes) _overridden[descendant] = pair;
    }

    static YamlNode ParseValue(string pair, string text)
    {
        try
        {
            RefuseDepth(text);
            var stream = new YamlStream();
            stream.Load(new StringReader(text));
            return stream.Documents.Count == 0 ? new YamlScalarNode("") : stream.Documents[0].RootNode;
        }
        catch (Exception error) when (error is YamlException or InvalidOperationException)
        {
            throw SettingsErrors.NotAnOverride(pair);
        }
    }

    /// <summary>The YAML library reads nested brackets by recursion, and a stack that overflows ends the process without a word.</summary>
    static void RefuseDepth(string text)
    {
        var depth = 0;
        foreach (var letter in text)
        {
            depth += letter is '[' or '{' ? 1 : letter is ']' or '}' ? -1 : 0;
            if (depth > DeepestBrackets) throw new InvalidOperationException($"Brackets are nested more than {DeepestBrackets} deep.");
        }
    }
}
