using System.Collections;
using System.ComponentModel.DataAnnotations;
using System.Text.Json;

namespace Kiln.Learning.Models;

/// <summary>Holds settings that were not read from YAML, where the engine checks them, to the same rules.</summary>
static class SettingsCheck
{
    /// <summary>Checks a record of settings and all that are in it.</summary>
    /// <exception cref="KilnException">A value is out of its range, or a section cannot be used as it is.</exception>
    public static void All(string name, object settings)
    {
        var faults = new List<ValidationResult>();
        if (!Validator.TryValidateObject(settings, new(settings), faults, validateAllProperties: true))
            throw faults[0].MemberNames.FirstOrDefault() is { } member
                ? ModelErrors.BadSetting($"{name}.{JsonNamingPolicy.CamelCase.ConvertName(member)}", faults[0].ErrorMessage ?? "")
                : ModelErrors.Unusable(name, faults[0].ErrorMessage ?? "");
        foreach (var member in settings.GetType().GetProperties().Where(member => member.CanWrite))
        {
            var path = $"{name}.{JsonNamingPolicy.CamelCase.ConvertName(member.Name)}";
            if (IsRecord(member.PropertyType) && member.GetValue(settings) is { } section) All(path, section);
            if (member.PropertyType.GenericTypeArguments is [var element] && IsRecord(element))
                foreach (var (place, item) in ((IEnumerable)member.GetValue(settings)!).Cast<object>().Index()) All($"{path}[{place}]", item);
        }
    }

    static bool IsRecord(Type type) => type.IsClass && type.Assembly == typeof(SettingsCheck).Assembly;
}
