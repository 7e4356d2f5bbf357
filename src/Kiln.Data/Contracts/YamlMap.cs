using System.Collections.Immutable;
using System.Globalization;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Kiln.Data;

/// <summary>A YAML mapping whose keys are known beforehand; every complaint names file and line.</summary>
sealed class YamlMap
{
    readonly string _file;
    readonly YamlMappingNode _node;
    readonly Dictionary<string, YamlNode> _values = new(StringComparer.Ordinal);

    YamlMap(string file, YamlNode node, params ReadOnlySpan<string> known)
    {
        _file = file;
        _node = node as YamlMappingNode ?? throw Errors.ContractFile(file, node.Start.Line, "names with values are expected here");
        foreach (var (key, value) in _node.Children)
        {
            var name = (key as YamlScalarNode)?.Value ?? "";
            if (!known.Contains(name)) throw Errors.UnknownContractKey(file, key.Start.Line, name, known.ToArray());
            _values.Add(name, value);
        }
    }

    public static YamlMap Load(string file, params ReadOnlySpan<string> known)
    {
        var yaml = new YamlStream();
        try
        {
            using var text = File.OpenText(file);
            yaml.Load(text);
        }
        catch (YamlException e)
        {
            throw Errors.ContractFile(file, e.Start.Line, e.Message);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Errors.ContractFile(file, null, e.Message);
        }
        if (yaml.Documents.Count == 0) throw Errors.ContractFile(file, 1, "the file is empty");
        return new(file, yaml.Documents[0].RootNode, known);
    }

    public bool Has(string key) => _values.ContainsKey(key);

    public ContractFileException Wrong(string key, string why) =>
        Errors.ContractFile(_file, (_values.TryGetValue(key, out var value) ? value : _node).Start.Line, $"{key}: {why}");

    public YamlMap Map(string key, params ReadOnlySpan<string> known) => new(_file, Needed(key), known);

    public ImmutableArray<YamlMap> Maps(string key, params ReadOnlySpan<string> known)
    {
        var maps = ImmutableArray.CreateBuilder<YamlMap>();
        foreach (var item in Sequence(key)) maps.Add(new(_file, item, known));
        return maps.ToImmutable();
    }

    public string Text(string key) => Scalar(key, Needed(key));

    public string? OptionalText(string key) => _values.TryGetValue(key, out var value) ? Scalar(key, value) : null;

    public ImmutableArray<string> Texts(string key) => Has(key) ? [.. Sequence(key).Select(item => Scalar(key, item))] : [];

    public bool Truth(string key, bool otherwise) => OptionalText(key) switch
    {
        null => otherwise,
        "true" => true,
        "false" => false,
        _ => throw Wrong(key, "true or false is expected"),
    };

    public long Count(string key, long otherwise) => OptionalText(key) switch
    {
        null => otherwise,
        var text when long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count) => count,
        _ => throw Wrong(key, "a whole number of 0 or more is expected"),
    };

    public double Share(string key, double otherwise) => OptionalText(key) switch
    {
        null => otherwise,
        var text when double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var share) && share is >= 0 and <= 1
            => share,
        _ => throw Wrong(key, "a share from 0 to 1 is expected"),
    };

    YamlNode Needed(string key) => _values.TryGetValue(key, out var value)
        ? value
        : throw Errors.ContractFile(_file, _node.Start.Line, $"{key} is missing here");

    IEnumerable<YamlNode> Sequence(string key) =>
        Needed(key) is YamlSequenceNode { Children: var items } ? items : throw Wrong(key, "a list is expected");

    string Scalar(string key, YamlNode node) => node is YamlScalarNode { Value: { } text }
        ? text
        : throw Errors.ContractFile(_file, node.Start.Line, $"{key}: a single value is expected");
}
