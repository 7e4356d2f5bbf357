using System.Collections;
using System.Collections.Immutable;
using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Numerics;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Json;
using YamlDotNet.RepresentationModel;

namespace Kiln.Settings;

/// <summary>
/// Makes a settings record from its YAML section: camel-case keys, the record's own defaults where a key is absent,
/// <c>required</c> members demanded, the ranges its annotations state checked, and what a record says of itself as a whole
/// (<see cref="IValidatableObject"/>). Quick, because every start does it.
/// </summary>
static class SettingsBinder
{
    public static object Bind(SettingsTree tree, string path, YamlMappingNode? node, Type record)
    {
        var members = MembersOf(record);
        if (record.GetConstructor(Type.EmptyTypes) is null) throw Errors.NotASettingsRecord(record.Name);
        var instance = Activator.CreateInstance(record)!;
        tree.Remember(instance, node);
        var given = new HashSet<string>();
        foreach (var (keyNode, valueNode) in node?.Children ?? Enumerable.Empty<KeyValuePair<YamlNode, YamlNode>>())
        {
            var key = (keyNode as YamlScalarNode)?.Value ?? "";
            if (!members.TryGetValue(key, out var member)) throw SettingsErrors.UnknownKey(tree.PlaceOf(keyNode), key, path, members.Keys);
            member.SetValue(instance, Convert(tree, $"{path}.{key}", valueNode, member.PropertyType, member));
            given.Add(key);
        }

        foreach (var (key, member) in members)
        {
            if (!given.Contains(key) && member.IsDefined(typeof(RequiredMemberAttribute)))
                throw SettingsErrors.Missing(path, key, node is null ? null : tree.PlaceOf(node));
            if (!given.Contains(key) && IsImmutableArray(member.PropertyType) && member.GetValue(instance)!.Equals(Activator.CreateInstance(member.PropertyType)))
                member.SetValue(instance, List([], ElementOf(member.PropertyType)!, member.PropertyType));
            CheckRanges(tree, path, key, member, instance, node);
        }

        CheckWhole(tree, path, instance, node);
        return instance;
    }

    /// <summary>Whether a record has a setting at a path of keys, those in sections, and in named items of lists, of its own included.</summary>
    public static bool Has(Type record, ReadOnlySpan<string> path)
    {
        if (path.IsEmpty) return true;
        if (!MembersOf(record).TryGetValue(path[0], out var member)) return false;
        var held = Nullable.GetUnderlyingType(member.PropertyType) ?? member.PropertyType;
        var rest = path[1..];
        if (rest.IsEmpty) return true;
        return ElementOf(held) is not { } item ? IsSection(held) && Has(held, rest) : IsSection(item) && Has(item, rest[1..]);
    }

    public static Dictionary<string, PropertyInfo> MembersOf(Type record) => record
        .GetProperties(BindingFlags.Instance | BindingFlags.Public)
        .Where(property => property.CanWrite)
        .ToDictionary(property => JsonNamingPolicy.CamelCase.ConvertName(property.Name));

    public static bool IsNullable(PropertyInfo member) =>
        Nullable.GetUnderlyingType(member.PropertyType) is not null
        || (!member.PropertyType.IsValueType && new NullabilityInfoContext().Create(member).WriteState == NullabilityState.Nullable);

    static void CheckRanges(SettingsTree tree, string path, string key, PropertyInfo member, object instance, YamlMappingNode? node)
    {
        var value = member.GetValue(instance);
        if (value is null) return;
        foreach (var rule in member.GetCustomAttributes<ValidationAttribute>())
            if (!rule.IsValid(value))
                throw SettingsErrors.OutOfRange(
                    node is not null && node.Children.TryGetValue(key, out var written) ? tree.PlaceOf(written) : "(default)",
                    $"{path}.{key}", StageFacts.RenderList(value), rule.FormatErrorMessage(key));
    }

    static void CheckWhole(SettingsTree tree, string path, object instance, YamlMappingNode? node)
    {
        if (instance is not IValidatableObject whole) return;
        foreach (var fault in whole.Validate(new ValidationContext(instance)))
            throw SettingsErrors.Unusable(node is null ? "(default)" : tree.PlaceOfWhole(node), path, fault.ErrorMessage ?? "");
    }

    static object? Convert(SettingsTree tree, string path, YamlNode node, Type type, PropertyInfo? member)
    {
        var target = Nullable.GetUnderlyingType(type) ?? type;
        if (!IsHeld(ElementOf(target) ?? target)) throw SettingsErrors.NotATypeOfSettings(path, ElementOf(target) ?? target);
        switch (node)
        {
            case YamlScalarNode scalar when IsNull(scalar):
                return member is not null && IsNullable(member) ? null : throw SettingsErrors.WrongType(tree.PlaceOf(node), path, "nothing", Describe(target));
            case YamlScalarNode scalar when ElementOf(target) is null:
                return Scalar(scalar, target) ?? throw SettingsErrors.WrongType(tree.PlaceOf(node), path, $"'{scalar.Value}'", Describe(target) + RangeBrokenBy(scalar, target));
            case YamlSequenceNode sequence when ElementOf(target) is { } element:
                return List(sequence.Children.Select((item, i) => Convert(tree, SettingsTree.NameOf(item) is { } name ? $"{path}.{name}" : $"{path}[{i}]", item, element, null)), element, target);
            case YamlMappingNode mapping when IsSection(target):
                return Bind(tree, path, mapping, target);
            default:
                throw SettingsErrors.WrongType(tree.PlaceOf(node), path, node is YamlSequenceNode ? "a list" : node is YamlMappingNode ? "a mapping" : $"'{node}'", Describe(target));
        }
    }

    /// <summary>Whether a setting may be of a type: one that a scalar is read as, or a record of further settings.</summary>
    static bool IsHeld(Type type) => type.IsPrimitive || type.IsEnum || !type.IsValueType || type == typeof(decimal) || type == typeof(DateOnly) || type == typeof(TimeSpan) || ElementOf(type) is not null;

    static bool IsSection(Type type) => type.IsClass && type != typeof(string) && ElementOf(type) is null;

    static bool IsNull(YamlScalarNode scalar) =>
        scalar.Style == YamlDotNet.Core.ScalarStyle.Plain && scalar.Value is null or "" or "~" or "null";

    static object? Scalar(YamlScalarNode scalar, Type type)
    {
        var text = scalar.Value ?? "";
        var culture = CultureInfo.InvariantCulture;
        if (type == typeof(string)) return text;
        if (type == typeof(bool)) return text switch { "true" => true, "false" => false, _ => null };
        if (type == typeof(int)) return int.TryParse(text, NumberStyles.AllowLeadingSign, culture, out var i) ? i : null;
        if (type == typeof(long)) return long.TryParse(text, NumberStyles.AllowLeadingSign, culture, out var l) ? l : null;
        if (type == typeof(double)) return double.TryParse(text, NumberStyles.Float, culture, out var d) && double.IsFinite(d) ? d : null;
        if (type == typeof(float)) return float.TryParse(text, NumberStyles.Float, culture, out var f) && float.IsFinite(f) ? f : null;
        if (type == typeof(decimal)) return decimal.TryParse(text, NumberStyles.Float, culture, out var m) ? m : null;
        if (type == typeof(DateOnly)) return DateOnly.TryParseExact(text, "yyyy-MM-dd", culture, DateTimeStyles.None, out var date) ? date : null;
        if (type == typeof(TimeSpan)) return text.Contains(':') && TimeSpan.TryParse(text, culture, out var span) ? span : null;
        if (type.IsEnum) return Enum.GetNames(type).FirstOrDefault(name => JsonNamingPolicy.CamelCase.ConvertName(name) == text) is { } match ? Enum.Parse(type, match) : null;
        return null;
    }

    /// <summary>The range of a type that a whole number does not fit; nothing for what is none, whose range is not what is wrong with it.</summary>
    static string RangeBrokenBy(YamlScalarNode scalar, Type type) =>
        (type == typeof(double) || type == typeof(float)) && IsNotFinite(scalar.Value) ? " that is finite: it says how much"
        : !BigInteger.TryParse(scalar.Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _) ? ""
        : type == typeof(int) ? $" from {int.MinValue} to {int.MaxValue}"
        : type == typeof(long) ? $" from {long.MinValue} to {long.MaxValue}"
        : "";

    /// <summary>Whether a text is YAML's or .NET's word for what is no number, or has no end.</summary>
    static bool IsNotFinite(string? text) => text?.TrimStart('+', '-').ToUpperInvariant() is ".NAN" or "NAN" or ".INF" or "INF" or "INFINITY" or "∞";

    static object List(IEnumerable<object?> items, Type element, Type target)
    {
        var values = items.ToList();
        var array = Array.CreateInstance(element, values.Count);
        for (var i = 0; i < values.Count; i++) array.SetValue(values[i], i);
        if (!IsImmutableArray(target)) return target.IsInstanceOfType(array) ? array : throw Errors.NotASettingsList(target.Name);
        return typeof(ImmutableArray).GetMethods()
            .Single(method => method.Name == nameof(ImmutableArray.Create) && method.GetParameters() is [{ ParameterType.IsArray: true }])
            .MakeGenericMethod(element).Invoke(null, [array])!;
    }

    static bool IsImmutableArray(Type type) => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(ImmutableArray<>);

    static Type? ElementOf(Type type) =>
        type == typeof(string) ? null
        : type.IsArray ? type.GetElementType()
        : type.IsGenericType && typeof(IEnumerable).IsAssignableFrom(type) && type.GenericTypeArguments.Length == 1 ? type.GenericTypeArguments[0]
        : null;

    static string Describe(Type type) =>
        type == typeof(int) || type == typeof(long) ? "a whole number"
        : type == typeof(double) || type == typeof(float) || type == typeof(decimal) ? "a number"
        : type == typeof(bool) ? "true or false"
        : type == typeof(string) ? "text"
        : type == typeof(DateOnly) ? "a date such as 2018-04-01"
        : type == typeof(TimeSpan) ? "a duration such as 00:05:00"
        : type.IsEnum ? "one of " + string.Join(", ", Enum.GetNames(type).Select(JsonNamingPolicy.CamelCase.ConvertName))
        : ElementOf(type) is { } element ? "a list of " + (element == typeof(int) || element == typeof(long) ? "whole numbers" : element == typeof(string) ? "texts" : "values")
        : "a section of settings";
}
