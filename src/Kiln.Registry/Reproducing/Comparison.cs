using System.Collections.Immutable;
using Kiln.Fingerprinting;

namespace Kiln.Registry;

/// <summary>Holds what was made again against what a version's document says, stage by stage. What was made from something that differs is not held against it.</summary>
/// <param name="root">The workspace in which it was made again.</param>
/// <param name="plan">What was made again.</param>
/// <param name="tolerance">How far weights may be apart.</param>
/// <param name="originalOf">Where what was made then may be found: a file or folder by its path and hash, or null.</param>
sealed class Comparison(string root, ReproducePlan plan, double tolerance, Func<string, string, string?> originalOf)
{
    /// <summary>Files that are other than they were, each with why.</summary>
    readonly Dictionary<string, string> _others = new(StringComparer.Ordinal);

    /// <summary>Compares all stages, each after its needs.</summary>
    public ImmutableArray<ReproducedStage> Of(IEnumerable<MadeStage> stages) => [.. stages.Select(Of)];

    ReproducedStage Of(MadeStage stage)
    {
        if (!plan.Made.Contains(stage.Name)) return new(stage.Name, stage.Group, Sameness.NotCompared, 0, null, "its outputs tell of the run");
        var cause = stage.Read.Select(file => file.Path).FirstOrDefault(_others.ContainsKey);
        var (same, answer, first, detail) = (0, Sameness.NotCompared, (string?)null, "its outputs tell of the run");
        foreach (var (path, hash) in stage.Outputs)
        {
            var now = Path.Combine(root, path);
            var found = ContentHash.OfPath(now)?.ToString();
            if (found == hash)
            {
                if (!stage.Varying.Contains(path)) same++;
                continue;
            }

            if (stage.Varying.Contains(path)) _others[path] = "varies by run";
            else if (cause is not null)
            {
                _others[path] = "differs";
                if (first is null) (first, detail) = (path, $"it reads {cause}, which {_others[cause]}");
            }
            else
            {
                var difference = found is null ? new(false, "was not made") : Difference.Of(originalOf(path, hash), now, tolerance);
                _others[path] = difference.IsNear ? "is the same only within the tolerance" : "differs";
                if (answer != Sameness.Differs && (first is null || !difference.IsNear)) (answer, first, detail) = (difference.IsNear ? Sameness.Near : Sameness.Differs, path, difference.Where);
            }
        }

        if (first is null && same > 0) (answer, detail) = (Sameness.Equal, "");
        return new(stage.Name, stage.Group, answer, same, answer == Sameness.Differs ? first : null, detail);
    }
}
