using System.Text;
using Kiln.Fingerprinting;

namespace Kiln.Registry;

/// <summary>
/// What tells a version from others of its model: the bytes of the model, of its figures, and of what its gate decided, and what differed from the commit where something did. So the same model is one version,
/// whichever commit it comes out of; but one that no commit holds is another. Pages tell when they were made, and do not count.
/// </summary>
static class VersionIdentity
{
    public static string Of(RunFacts facts, IEnumerable<string> paths) =>
        ContentHash.Of(Encoding.UTF8.GetBytes($"kiln version 1\n{(facts.Git is { IsDirty: false, Commit.Length: > 0 } ? "" : $"not committed {facts.Git?.Commit} {facts.Git?.Patch}")}\n{string.Concat(paths.Select(path => $"{path} {HashOf(facts, path)}\n"))}")).ToString();

    /// <summary>The hash of what a stage upstream wrote.</summary>
    public static string HashOf(RunFacts facts, string path) =>
        facts.Upstream.SelectMany(stage => stage.Outputs).Where(output => output.Path == path).Select(output => output.Hash).First();
}
