using System.Globalization;
using System.Text.RegularExpressions;

namespace Kiln.Registry;

/// <summary>Names a version: <c>fraud/3</c>, <c>fraud@champion</c>, <c>fraud@production</c>, or <c>fraud</c> for its newest.</summary>
/// <param name="Model">The model.</param>
/// <param name="Number">The number, or null.</param>
/// <param name="Alias">The alias or stage, or null.</param>
public sealed partial record VersionName(string Model, long? Number, string? Alias)
{
    /// <summary>Reads a name.</summary>
    /// <exception cref="UsageException">It is none.</exception>
    public static VersionName Parse(string text)
    {
        if (text.Split('/') is [var model, var number] && IsName(model) && number.Length is > 0 and < 10 && number.All(char.IsAsciiDigit)) return new(model, long.Parse(number, CultureInfo.InvariantCulture), null);
        if (text.Split('@') is [var named, var alias] && IsName(named) && IsName(alias)) return new(named, null, alias);
        return IsName(text) ? new(text, null, null) : throw RegistryErrors.NotAVersion(text);
    }

    /// <summary>A name that a model or an alias may have: lower-case letters, digits, dots, dashes and underscores, up to 100, the first a letter or a digit.</summary>
    public static bool IsName(string text) => NamePattern().IsMatch(text);

    /// <inheritdoc/>
    public override string ToString() => Number is { } number ? string.Create(CultureInfo.InvariantCulture, $"{Model}/{number}") : Alias is null ? Model : $"{Model}@{Alias}";

    [GeneratedRegex(@"\A[a-z0-9][a-z0-9._-]{0,99}\z")]
    private static partial Regex NamePattern();
}
