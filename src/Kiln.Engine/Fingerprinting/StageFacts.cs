using System.Collections;
using System.Collections.Concurrent;
using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using Kiln.Settings;

namespace Kiln;

/// <summary>
/// Reads, as labelled facts, the values a stage instance holds: its settings records, a partition's key, constants.
/// Inputs, outputs and other stages are edges, not facts. A value that cannot be written down is an error, never left out.
/// </summary>
static class StageFacts
{
    static readonly ConcurrentDictionary<Type, FieldInfo[]> FieldsOfType = new();
    static readonly ConcurrentDictionary<Type, bool> Records = new();
    static readonly ConditionalWeakTable<object, List<(string Label, string Value)>> Flattened = [];

    public static IEnumerable<(string Label, string Value)> Of(Stage stage) => stage.OwnFacts ?? Reflected(stage);

    /// <summary>The same, found by reflection.</summary>
    public static IEnumerable<(string Label, string Value)> Reflected(Stage stage)
    {
        foreach (var field in FieldsOfType.GetOrAdd(stage.GetType(), static type => [.. FactFields(type, stopAt: typeof(Stage))]))
        {
            var value = field.GetValue(stage);
            if (IsEdge(value)) continue;
            if (value is not null && IsRecord(value.GetType()))
                foreach (var fact in OfSettings(value)) yield return fact;
            else
                foreach (var fact in Flatten(Label(field), value, stage)) yield return fact;
        }
    }

    /// <summary>A single value, written so that equal values give equal text on every machine.</summary>
    public static string Render(object? value) => TryRender(value) ?? throw Errors.CannotFingerprint(value!.GetType().Name, "a key");

    /// <summary>A value or a list of values, for a message.</summary>
    public static string RenderList(object value) => TryRender(value) ?? (value is IEnumerable items ? RenderAll(items) : null) ?? value.GetType().Name;

    /// <summary>A partition's key as people write it: a text without quotes.</summary>
    public static string Key(object key) => key as string ?? Render(key);

    /// <summary>A settings record's fingerprinted values under their dotted keys, such as <c>train.epochs</c>.</summary>
    public static IReadOnlyList<(string Label, string Value)> OfSettings(object record) =>
        Flattened.GetValue(record, static record => [.. Flatten(SettingsSection.NameOf(record.GetType()), record, record)]);

    /// <summary>All of a settings record's values, those too that no fingerprint holds: what the ledger keeps.</summary>
    public static IEnumerable<(string Label, string Value)> AllSettings(object record) => OfSettings(record)
        .Concat(record.GetType().GetProperties().Where(property => property.IsDefined(typeof(NotFingerprintedAttribute)))
            .SelectMany(property => Flatten($"{SettingsSection.NameOf(record.GetType())}.{JsonNamingPolicy.CamelCase.ConvertName(property.Name)}", property.GetValue(record), record)));

    static IEnumerable<(string Label, string Value)> Flatten(string label, object? value, object holder)
    {
        if (TryRender(value) is { } text)
        {
            yield return (label, text);
            yield break;
        }

        if (value is IEnumerable items && RenderAll(items) is { } list)
        {
            yield return (label, list);
            yield break;
        }

        if (value is IEnumerable records)
        {
            var all = records.Cast<object?>().ToList();
            var names = NamesOf(all);
            if (names is not null) yield return (label, RenderAll(names)!);
            foreach (var (i, item) in all.Index())
                foreach (var fact in Flatten(names is null ? $"{label}[{i}]" : $"{label}.{names[i]}", item, holder)) yield return fact;
            yield break;
        }

        if (!IsRecord(value!.GetType())) throw Errors.CannotFingerprint(value.GetType().Name, $"{(holder is Stage ? holder : holder.GetType().Name)} ({label})");
        foreach (var field in FieldsOfType.GetOrAdd(value.GetType(), static type => [.. FactFields(type, typeof(object))]))
            foreach (var fact in Flatten($"{label}.{Label(field)}", field.GetValue(value), holder)) yield return fact;
    }

    /// <summary>What the items of a list are told apart by, in their order: each has a name of its own. So one that is put in or taken out changes the facts of no other. Else null.</summary>
    static List<string>? NamesOf(List<object?> items)
    {
        var names = items.Select(item => item?.GetType().GetProperty("Name") is { } name && name.PropertyType == typeof(string) ? (string?)name.GetValue(item) : null).ToList();
        return names.TrueForAll(name => !string.IsNullOrEmpty(name)) && names.Distinct(StringComparer.Ordinal).Count() == names.Count ? [.. names.OfType<string>()] : null;
    }

    static string? TryRender(object? value) => value switch
    {
        null => "null",
        bool flag => flag ? "true" : "false",
        string text => JsonText.Quote(text),
        Enum name => name.ToString(),
        double number => number.ToString("R", CultureInfo.InvariantCulture),
        float number => number.ToString("R", CultureInfo.InvariantCulture),
        DateOnly date => date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        DateTime or DateTimeOffset => ((IFormattable)value).ToString("O", CultureInfo.InvariantCulture),
        TimeSpan span => span.ToString("c", CultureInfo.InvariantCulture),
        sbyte or byte or short or ushort or int or uint or long or ulong or decimal or Int128 or Guid or TimeOnly =>
            ((IFormattable)value).ToString(null, CultureInfo.InvariantCulture),
        _ => null,
    };

    static string? RenderAll(IEnumerable items)
    {
        var text = new StringBuilder("[");
        foreach (var item in items)
        {
            if (TryRender(item) is not { } rendered) return null;
            text.Append(text.Length > 1 ? ", " : "").Append(rendered);
        }

        return text.Append(']').ToString();
    }

    static bool IsEdge(object? value) => value is Input or Output or IInputs or Stage or IEnumerable<Input> or IEnumerable<Output> or IEnumerable<Stage>;

    static bool IsRecord(Type type) => Records.GetOrAdd(type, static type => type.GetMethod("<Clone>$") is not null);

    static IEnumerable<FieldInfo> FactFields(Type type, Type stopAt)
    {
        for (var level = type; level is not null && level != stopAt; level = level.BaseType)
            foreach (var field in level.GetFields(BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.Public | BindingFlags.DeclaredOnly)
                .OrderBy(Label, StringComparer.Ordinal))
                if (!field.IsDefined(typeof(NotFingerprintedAttribute))
                    && PropertyOf(level, field)?.IsDefined(typeof(NotFingerprintedAttribute)) != true)
                    yield return field;
    }

    static PropertyInfo? PropertyOf(Type type, FieldInfo field) =>
        field.Name.EndsWith("k__BackingField", StringComparison.Ordinal)
            ? type.GetProperty(RawName(field), BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly)
            : null;

    /// <summary>The name as the author wrote it: compiler-made names are &lt;settings&gt;P and &lt;Name&gt;k__BackingField.</summary>
    static string Label(FieldInfo field)
    {
        var name = RawName(field).TrimStart('_');
        return JsonNamingPolicy.CamelCase.ConvertName(name);
    }

    static string RawName(FieldInfo field)
    {
        var name = field.Name;
        return name[0] == '<' ? name[1..name.IndexOf('>')] : name;
    }
}
