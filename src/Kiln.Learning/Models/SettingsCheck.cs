using System.Collections.Immutable;
using System.ComponentModel.DataAnnotations;
using System.Text.Json;

namespace Kiln.Learning.Models;

/// <summary>Holds settings that were not read from YAML, where the engine checks them, to the same ranges.</summary>
static class SettingsCheck
{
    /// <exception cref="KilnException">A value is out of its range.</exception>
    public static void All(string name, object settings)
    {
        foreach (var property in settings.GetType().GetProperties())
        {
            var key = JsonNamingPolicy.CamelCase.ConvertName(property.Name);
            var value = property.GetValue(settings);
            foreach (var rule in property.GetCustomAttributes(typeof(ValidationAttribute), true).Cast<ValidationAttribute>())
                if (value is not null && !rule.IsValid(value)) throw ModelErrors.BadSetting($"{name}.{key}", $"{value}", rule.FormatErrorMessage(key));
            if (value is ImmutableArray<int> sizes && (sizes.IsDefault || sizes.Any(size => size is < 1 or > 1 << 20)))
                throw ModelErrors.BadSetting($"{name}.{key}", sizes.IsDefault ? "nothing" : string.Join(", ", sizes), "every size is from 1 to 1,048,576");
        }
    }
}
