using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using Kiln.Learning.Preparing;

namespace Kiln.Learning.Models;

/// <summary>Holds settings that were not read from YAML, where the engine checks them, to the same rules.</summary>
static class SettingsCheck
{
    /// <summary>Checks a way to learn, and all that is in it.</summary>
    /// <exception cref="KilnException">A value is out of its range, or a section cannot be used as it is.</exception>
    public static void Whole(string name, EstimatorSettings settings)
    {
        Each(name, ("", settings), (".linear", settings.Linear), (".xgboost", settings.Xgboost), (".network", settings.Network), (".ensemble", settings.Ensemble));
        if (settings.Network is { } network)
            Each(
                $"{name}.network",
                (".feedForward", network.FeedForward), (".resNet", network.ResNet), (".ftTransformer", network.FtTransformer), (".convolutional", network.Convolutional),
                (".own", network.Own), (".script", network.Script), (".training", network.Training));
        foreach (var (place, member) in settings.Ensemble?.Members.Index() ?? [])
        {
            Each($"{name}.ensemble", ($".members[{place}]", member));
            Whole($"{name}.ensemble.members[{place}]", member.Model);
        }
    }

    /// <summary>Checks what is done to columns.</summary>
    /// <exception cref="KilnException">A value is out of its range, or a section cannot be used as it is.</exception>
    public static void Whole(string name, PreparationSettings settings)
    {
        Each(name, ("", settings), (".bytes", settings.Bytes));
        foreach (var (place, own) in settings.Columns.Index()) Each(name, ($".columns[{place}]", own));
    }

    /// <summary>Checks one section, but not what is in its sections.</summary>
    /// <exception cref="KilnException">A value is out of its range, or the section cannot be used as it is.</exception>
    public static void All(string name, object settings) => Each(name, ("", settings));

    static void Each(string name, params ReadOnlySpan<(string Path, object? Section)> sections)
    {
        var faults = new List<ValidationResult>();
        foreach (var (path, section) in sections)
        {
            if (section is null || Validator.TryValidateObject(section, new(section), faults, validateAllProperties: true)) continue;
            throw faults[0].MemberNames.FirstOrDefault() is { } member
                ? ModelErrors.BadSetting($"{name}{path}.{JsonNamingPolicy.CamelCase.ConvertName(member)}", faults[0].ErrorMessage ?? "")
                : ModelErrors.Unusable(name + path, faults[0].ErrorMessage ?? "");
        }
    }
}
