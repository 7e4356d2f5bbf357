namespace Kiln.Registry;

/// <summary>Looks whether a model card says what a version has to have on record. The pipeline's own template may leave it out.</summary>
static class CardCheck
{
    static readonly string[] Required = ["What it is for", "What it is not for", "Known limits", "Who answers for it", "Results on the test rows"];

    /// <exception cref="KilnException">A required section is missing or empty; the error names them all.</exception>
    public static void Demand(string path, string markdown)
    {
        var lines = markdown.Split('\n').Select(line => line.TrimEnd()).ToList();
        string[] missing = [.. Required.Where(section => !IsFilled(lines, section))];
        if (missing.Length > 0) throw RegistryErrors.CardLacks(path, missing);
    }

    static bool IsFilled(List<string> lines, string section)
    {
        var at = lines.FindIndex(line => line.TrimStart('#').Trim() == section && line.StartsWith('#'));
        return at >= 0 && lines.Skip(at + 1).TakeWhile(line => !line.StartsWith('#')).Any(line => line.Length > 0 && line != "-");
    }
}
