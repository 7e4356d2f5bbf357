using System.Collections.Immutable;
using YamlDotNet.RepresentationModel;

namespace Kiln.Settings;

/// <summary>
/// A pipeline's settings: YAML sections, each bound once to the record a stage asks for.
/// Every key must belong to a record; a key that does not is an error with its line and the nearest key that would do.
/// </summary>
sealed class SettingsFile
{
    readonly SettingsTree _tree;
    readonly string _schemaFolder;
    readonly string _pipeline;
    readonly Dictionary<Type, object> _bound = [];

    SettingsFile(string pipeline, SettingsTree tree, string schemaFolder)
    {
        _pipeline = pipeline;
        _tree = tree;
        _schemaFolder = schemaFolder;
    }

    /// <summary>The classes of the records that were asked for.</summary>
    public IEnumerable<Type> Records => _bound.Keys;

    /// <summary>All settings in force, as dotted keys and rendered values, sorted.</summary>
    public ImmutableSortedDictionary<string, string> InForce
    {
        get
        {
            var settings = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
            foreach (var record in _bound.Values)
                foreach (var (label, value) in StageFacts.AllSettings(record)) settings.Add(label, value);
            return settings.ToImmutable();
        }
    }

    /// <param name="pipeline">The pipeline's name.</param>
    /// <param name="path">The absolute path of settings.yaml; it may be absent where every setting has a default.</param>
    /// <param name="shownAs">The path for messages.</param>
    /// <param name="overrides">What <c>--set</c> gave.</param>
    /// <param name="schemaFolder">Where the verdicts and schemas of validation are kept.</param>
    public static SettingsFile Load(string pipeline, string path, string shownAs, IReadOnlyList<string> overrides, string schemaFolder)
    {
        var text = File.Exists(path) ? File.ReadAllText(path) : "";
        return new SettingsFile(pipeline, SettingsTree.Parse(shownAs, text, overrides), schemaFolder);
    }

    /// <summary>The record bound from its section; the same instance each time.</summary>
    public object Bind(Type record)
    {
        if (_bound.TryGetValue(record, out var known)) return known;
        if (!record.IsClass || record.IsAbstract || record == typeof(string)) throw Errors.NotASettingsRecord(record.Name);
        var section = SettingsSection.NameOf(record);
        var node = Section(section);
        return _bound[record] = SettingsBinder.Bind(_tree, section, node, record);
    }

    /// <summary>Where a bound record, or one of its keys, was written.</summary>
    public string PlaceOf(object record, string? key) => _tree.PlaceOf(record, key);

    /// <summary>Whether a pair that <c>--set</c> gives is of a setting that was asked for, whatever its value.</summary>
    public bool Has(string pair) =>
        SettingsTree.PathOf(pair) is [var section, .. var keys] && Records.FirstOrDefault(record => SettingsSection.NameOf(record) == section) is { } record && SettingsBinder.Has(record, keys);

    /// <summary>Validates every bound section against the JSON schema of its record, and refuses sections nobody asked for.</summary>
    public void Validate()
    {
        if (_bound.Count == 0 && _tree.Root.Children.Count == 0) return;
        var sections = _bound.Keys.ToDictionary(SettingsSection.NameOf);
        foreach (var (key, _) in _tree.Root.Children)
            if ((key as YamlScalarNode)?.Value is not { } section || !sections.ContainsKey(section))
                throw SettingsErrors.UnknownKey(_tree.PlaceOf(key), key.ToString(), _pipeline + "'s settings", sections.Keys);
        SettingsSchema.Validate(_pipeline, _tree, sections, _schemaFolder);
    }

    YamlMappingNode? Section(string name)
    {
        if (!_tree.Root.Children.TryGetValue(name, out var node)) return null;
        return node switch
        {
            YamlMappingNode mapping => mapping,
            YamlScalarNode { Value: "" or "~" or "null" or null } => null,
            _ => throw SettingsErrors.WrongType(_tree.PlaceOf(node), name, node.ToString(), "a section of settings"),
        };
    }
}
