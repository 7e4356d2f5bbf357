using System.Globalization;
using System.Text;
using Kiln.Fingerprinting;
using Kiln.Learning.Fitting;

namespace Kiln.Registry;

/// <summary>
/// What tells a version from others of its model: the bytes of the model, of its figures, and of what its gate decided, what people say of it on its card, and what differed from the commit where something did.
/// So the same model is one version, whichever commit it comes out of; but one that no commit holds is another, and so is one whose card says something else. Pages tell when they were made, and do not count by their bytes.
/// </summary>
static class VersionIdentity
{
    /// <param name="facts">Where the run stands.</param>
    /// <param name="model">The model, with what tells of it.</param>
    public static string Of(RunFacts facts, LearnedModel model)
    {
        var text = new StringBuilder("kiln version 2\n");
        if (facts.Git is not { IsDirty: false, Commit.Length: > 0 }) text.Append(CultureInfo.InvariantCulture, $"not committed {facts.Git?.Commit} {facts.Git?.Patch}\n");
        foreach (var path in (ReadOnlySpan<string>)[model.Model.Path, model.Review.Path, model.Decision.Path]) text.Append(CultureInfo.InvariantCulture, $"{path} {HashOf(facts, path)}\n");
        foreach (var (key, value) in WriterOf(facts, model.Card.Path).Settings.Where(setting => setting.Key.StartsWith("card.", StringComparison.Ordinal)).OrderBy(setting => setting.Key, StringComparer.Ordinal))
            text.Append(CultureInfo.InvariantCulture, $"{key} {value.Length}:{value}\n");
        return ContentHash.Of(Encoding.UTF8.GetBytes(text.ToString())).ToString();
    }

    /// <summary>The hash of what a stage upstream wrote.</summary>
    public static string HashOf(RunFacts facts, string path) =>
        WriterOf(facts, path).Outputs.First(output => output.Path == path).Hash;

    static StageRecord WriterOf(RunFacts facts, string path) => facts.Upstream.First(stage => stage.Outputs.Any(output => output.Path == path));
}
