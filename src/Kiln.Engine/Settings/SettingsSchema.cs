using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using Kiln.Fingerprinting;
using Newtonsoft.Json.Converters;
using Newtonsoft.Json.Linq;
using Newtonsoft.Json.Serialization;
using NJsonSchema;
using NJsonSchema.Generation;
using NJsonSchema.Validation;
using YamlDotNet.RepresentationModel;

namespace Kiln.Settings;

/// <summary>
/// Validates settings against the JSON schema generated from their records, and keeps the schema for editors.
/// A verdict is kept by the hash of what was judged, so that unchanged settings are not judged again.
/// </summary>
static class SettingsSchema
{
    public static void Validate(string pipeline, SettingsTree tree, IReadOnlyDictionary<string, Type> sections, string folder)
    {
        var verdictFile = Path.Combine(folder, pipeline + ".verdict");
        var subject = Subject(tree, sections);
        if (File.Exists(verdictFile) && File.ReadAllText(verdictFile) == subject) return;
        Judge(pipeline, tree, sections, folder);
        Keep(verdictFile, subject);
    }

    [MethodImpl(MethodImplOptions.NoInlining)] // keeps the schema library unloaded where the verdict is known
    static void Judge(string pipeline, SettingsTree tree, IReadOnlyDictionary<string, Type> sections, string folder)
    {
        var schema = Of(pipeline, sections);
        Keep(Path.Combine(folder, pipeline + ".schema.json"), schema.ToJson() + "\n");
        var places = new Dictionary<string, YamlNode>();
        var json = ToJson(tree.Root, "", places, null, sections);
        foreach (var error in schema.Validate(json).SelectMany(Leaves))
        {
            var path = (error.Path ?? "").TrimStart('#', '/').Replace('/', '.');
            var place = places.TryGetValue(path, out var node) || places.TryGetValue(path[..Math.Max(0, path.LastIndexOf('.'))], out node) ? tree.PlaceOf(node) : "settings";
            throw SettingsErrors.AgainstSchema(place, path, error.Kind.ToString());
        }
    }

    /// <summary>A verdict only saves time: where it cannot be written, or another start writes it just now, the settings are judged again next time.</summary>
    static void Keep(string file, string text)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllText(file, text);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
        }
    }

    /// <summary>The schema of a whole settings file: a property a section.</summary>
    public static JsonSchema Of(string pipeline, IReadOnlyDictionary<string, Type> sections)
    {
        var settings = new JsonSchemaGeneratorSettings
        {
            DefaultReferenceTypeNullHandling = ReferenceTypeNullHandling.NotNull,
            // Else a record and its base would each refuse the other's keys.
            FlattenInheritanceHierarchy = true,
            SerializerSettings = new()
            {
                ContractResolver = new CamelCasePropertyNamesContractResolver(),
                Converters = { new StringEnumConverter(new CamelCaseNamingStrategy()) },
            },
        };
        var root = new JsonSchema { Title = pipeline, Type = JsonObjectType.Object, AllowAdditionalProperties = false };
        foreach (var (name, record) in sections.OrderBy(section => section.Key, StringComparer.Ordinal))
        {
            var section = JsonSchema.FromType(record, settings);
            section.AllowAdditionalProperties = false;
            section.Properties.Remove("equalityContract");
            foreach (var (key, member) in SettingsBinder.MembersOf(record))
                if (member.IsDefined(typeof(RequiredMemberAttribute)) && !section.RequiredProperties.Contains(key)) section.RequiredProperties.Add(key);
            root.Definitions[name] = section;
            root.Properties[name] = new JsonSchemaProperty { OneOf = { new JsonSchema { Type = JsonObjectType.Null }, new JsonSchema { Reference = section } } };
        }

        return root;
    }

    static string Subject(SettingsTree tree, IReadOnlyDictionary<string, Type> sections)
    {
        var text = new StringBuilder();
        foreach (var type in sections.Values.OrderBy(type => type.FullName, StringComparer.Ordinal))
            text.Append(type.FullName).Append(' ').Append(type.Module.ModuleVersionId).Append('\n');
        text.Append(tree.Root);
        return ContentHash.Of(Encoding.UTF8.GetBytes(text.ToString())).ToString();
    }

    static IEnumerable<ValidationError> Leaves(ValidationError error) =>
        error is ChildSchemaValidationError parent ? parent.Errors.Values.SelectMany(errors => errors).Where(child => !IsNullBranch(child)).SelectMany(Leaves) : [error];

    /// <summary>A section may be left empty, so each is "null or the record": the complaint that it is not null says nothing.</summary>
    static bool IsNullBranch(ValidationError error) => error.Kind == ValidationErrorKind.NullExpected;

    /// <summary>YAML has one kind of scalar where JSON has four; the record's type says which is meant.</summary>
    static JToken ToJson(YamlNode node, string path, Dictionary<string, YamlNode> places, Type? type, IReadOnlyDictionary<string, Type>? sections)
    {
        places[path] = node;
        var target = type is null ? null : Nullable.GetUnderlyingType(type) ?? type;
        switch (node)
        {
            case YamlMappingNode mapping:
                var json = new JObject();
                var members = target is null ? null : SettingsBinder.MembersOf(target);
                foreach (var (keyNode, value) in mapping.Children)
                {
                    var key = ((YamlScalarNode)keyNode).Value!;
                    var childType = sections is not null ? sections.GetValueOrDefault(key) : members?.GetValueOrDefault(key)?.PropertyType;
                    json[key] = ToJson(value, path.Length == 0 ? key : $"{path}.{key}", places, childType, null);
                }

                return json;
            case YamlSequenceNode sequence:
                var element = target?.GetElementType() ?? (target?.IsGenericType == true ? target.GenericTypeArguments[0] : null);
                return new JArray(sequence.Children.Select((item, i) => ToJson(item, $"{path}[{i}]", places, element, null)));
            default:
                return Scalar((YamlScalarNode)node, target);
        }
    }

    static JValue Scalar(YamlScalarNode scalar, Type? type)
    {
        var text = scalar.Value ?? "";
        if (scalar.Style == YamlDotNet.Core.ScalarStyle.Plain && text is "" or "~" or "null") return JValue.CreateNull();
        if (type == typeof(string) || type is null || type.IsEnum) return new JValue(text);
        if (type == typeof(bool) && bool.TryParse(text, out var flag)) return new JValue(flag);
        if ((type == typeof(int) || type == typeof(long)) && long.TryParse(text, out var whole)) return new JValue(whole);
        if (type.IsPrimitive && double.TryParse(text, out var number)) return new JValue(number);
        return new JValue(text);
    }
}
