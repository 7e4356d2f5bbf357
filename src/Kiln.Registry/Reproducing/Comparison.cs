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
        if (!plan.Made.Contains(stage.Name)) return new(stage.Name, stage.Group, Sameness.NotCompared, ComparedFiles.None with { NotCompared = stage.Outputs.Count }, null, "its outputs tell of the run");
        var cause = stage.Read.Select(file => file.Path).FirstOrDefault(_others.ContainsKey);
        var files = ComparedFiles.None;
        var (path, why, differs) = ((string?)null, "", (Difference?)null);
        foreach (var (output, hash) in stage.Outputs)
        {
            var now = Path.Combine(root, output);
            var found = ContentHash.OfPath(now)?.ToString();
            if (stage.Varying.Contains(output))
            {
                files = files with { NotCompared = files.NotCompared + 1 };
                if (found != hash) _others[output] = "varies by run";
            }
            else if (found == hash) files = files with { Equal = files.Equal + 1 };
            else if (cause is not null)
            {
                files = files with { NotCompared = files.NotCompared + 1 };
                _others[output] = "differs";
                if (path is null) (path, why) = (output, $"it reads {cause}, which {_others[cause]}");
            }
            else
            {
                var difference = found is null ? new(false, "was not made") : Difference.Of(originalOf(output, hash), now, tolerance);
                files = difference.IsNear ? files with { Near = files.Near + 1 } : files with { Differing = files.Differing + 1 };
                _others[output] = difference.IsNear ? "is the same only within the tolerance" : "differs";
                if (differs is null || (differs.IsNear && !difference.IsNear)) (path, why, differs) = (output, difference.Where, difference);
            }
        }

        var sameness = files switch
        {
            { Differing: > 0 } => Sameness.Differs,
            { Near: > 0 } => Sameness.Near,
            { Equal: > 0 } => path is null ? Sameness.Equal : Sameness.PartlyEqual,
            _ => Sameness.NotCompared,
        };
        if (path is null && sameness == Sameness.NotCompared) why = "its outputs tell of the run";
        return new(stage.Name, stage.Group, sameness, files, sameness == Sameness.Differs ? path : null, why) { Lines = sameness == Sameness.Differs ? differs!.Lines : null };
    }
}
