using System.Collections.Immutable;
using System.ComponentModel.DataAnnotations;

namespace Kiln.Learning.Models;

/// <summary>Holds settings that were not read from YAML, where the engine checks them, to the same ranges.</summary>
static class SettingsCheck
{
    /// <exception cref="KilnException">A value is out of its range.</exception>
    public static void All(string name, object settings)
    {
        var faults = new List<ValidationResult>();
        if (!Validator.TryValidateObject(settings, new(settings), faults, validateAllProperties: true)) throw ModelErrors.BadSetting(name, faults[0].ErrorMessage ?? "");
    }

    /// <exception cref="KilnException">A size is not from 1 to 2²⁰.</exception>
    public static void Sizes(string name, ImmutableArray<int> sizes)
    {
        if (sizes.IsDefault || sizes.Any(size => size is < 1 or > 1 << 20))
            throw ModelErrors.BadSetting(name, $"every size is from 1 to 1,048,576, not {(sizes.IsDefault ? "nothing" : string.Join(", ", sizes))}");
    }
}
