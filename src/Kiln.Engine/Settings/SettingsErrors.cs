namespace Kiln.Settings;

static class SettingsErrors
{
    public static UsageException NotYaml(string place, string reason) =>
        new("The settings are not YAML:", [("at", place), ("reason", reason)], "Mend the line; indentation is made of spaces.");

    public static UsageException SeveralDocuments(string place) =>
        new("The settings are more than one YAML document:", [("at", place)], "Remove the line ---: only one document is read.");

    public static UsageException NotAMapping(string place) =>
        new("The settings are not a mapping of sections:", [("at", place)], "Write them as `section:` with indented `key: value` lines.");

    public static UsageException NotAnOverride(string pair) =>
        new(
        "This is not a setting:", [("given", $"--set {(pair.Length > 200 ? pair[..200] + "…" : pair)}")],
        "Write --set section.key=value, such as --set train.epochs=3; a list is [1, 2], with every bracket closed.");

    public static UsageException UnknownKey(string place, string key, string section, IEnumerable<string> valid)
    {
        var names = valid.Order(StringComparer.Ordinal).ToList();
        var near = Nearest.Name(key, names);
        return new("There is no such setting:", [("at", place), ("key", key), ("section", section)],
            (near is null ? "" : $"Did you mean {near}? ") + "Known here: " + string.Join(", ", names) + ".");
    }

    public static UsageException WrongType(string place, string key, string found, string wanted) =>
        new("A setting has the wrong type:", [("at", place), ("key", key), ("found", found), ("wanted", wanted)], $"Write {wanted}.");

    public static UsageException NotATypeOfSettings(string key, Type type) => new(
        "A setting is declared as something that settings cannot be:", [("key", key), ("type", type.Name)],
        type == typeof(DateTime) || type == typeof(DateTimeOffset) ? "Declare it as DateOnly, such as 2018-04-01, or as a text that the stage reads as a time."
        : "Declare it as a number, a text, true or false, a DateOnly, a TimeSpan, an enum, a list of these, or a record of settings.");

    public static UsageException OutOfRange(string place, string key, string value, string rule) =>
        new("A setting is out of range:", [("at", place), ("key", key), ("value", value), ("rule", rule)], "Choose a value the rule allows.");

    public static UsageException Unusable(string place, string section, string reason) =>
        new("A section of settings cannot be used:", [("at", place), ("section", section), ("reason", reason)], "Correct the section.");

    public static UsageException Missing(string section, string key, string? place) =>
        new("A required setting is missing:", [("section", place is null ? section : $"{section} ({place})"), ("key", key)],
            $"Add it to settings.yaml, or give --set {section}.{key}=….");

    public static UsageException AgainstSchema(string place, string key, string rule) =>
        new("A setting breaks its schema:", [("at", place), ("key", key), ("rule", rule)], "Choose a value the schema allows.");
}
