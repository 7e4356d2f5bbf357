using System.Reflection;
using System.Text.Json;

namespace Kiln.Settings;

/// <summary>The rule that names a settings record's section.</summary>
static class SettingsSection
{
    public static string NameOf(Type record)
    {
        if (record.GetCustomAttribute<SettingsSectionAttribute>() is { } named) return named.Name;
        var name = record.Name.EndsWith("Settings", StringComparison.Ordinal) ? record.Name[..^"Settings".Length] : record.Name;
        return JsonNamingPolicy.CamelCase.ConvertName(name);
    }
}
