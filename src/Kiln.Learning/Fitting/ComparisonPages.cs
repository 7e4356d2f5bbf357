using System.Collections.Immutable;
using System.Text.Json;
using Kiln.Learning.Reporting;

namespace Kiln.Learning.Fitting;

/// <summary>What the page of a comparison says, gathered from the results and from the settings that candidates were fitted with.</summary>
static class ComparisonPages
{
    const string OfCandidate = "candidate.", NameOfCandidate = OfCandidate + "name";

    /// <param name="name">What is compared: the pipeline, and which folds.</param>
    /// <param name="stage">The stage that makes the page.</param>
    /// <param name="comparison">The results.</param>
    /// <param name="facts">The run; the stages that fitted are upstream.</param>
    public static ComparisonPage Of(string name, string stage, Comparison comparison, RunFacts facts) => new()
    {
        Name = name,
        Measure = comparison.Measure,
        IsHigherBetter = comparison.IsHigherBetter,
        Measures = [.. comparison.Candidates[0].Mean.Keys.OrderByDescending(measure => measure == comparison.Measure)],
        Candidates = [.. comparison.Candidates.Select(candidate => Compared(candidate, facts))],
        Provenance = RunPages.ProvenanceOf(facts, [], RunPages.Reproduce(facts, stage)),
    };

    static ComparedCandidate Compared(CandidateResult candidate, RunFacts facts) => new()
    {
        Name = candidate.Name,
        Mean = candidate.Mean,
        Deviation = candidate.Deviation,
        Folds = [.. candidate.Folds.Select(fold => new ComparedFold(fold.Fold, fold.TrainingRows, fold.AssessedRows, fold.Measures))],
        Curves =
        [
            .. candidate.Folds.SelectMany(fold => fold.Curves).GroupBy(curve => curve.Name).Select(folds => new ComparedCurve
            {
                Name = folds.Key,
                X = folds.First().X,
                Y = folds.First().Y,
                Points = [.. Mean(folds.Select(curve => curve.Values)).Select((value, step) => (step * folds.First().Most / FoldCurve.Steps, value))],
            }),
            .. Losses(candidate),
        ],
        Settings = SettingsOf(candidate.Name, facts),
    };

    /// <summary>Losses of fits of different lengths lie over one another by the share of the training that is done.</summary>
    static IEnumerable<ComparedCurve> Losses(CandidateResult candidate)
    {
        var losses = candidate.Folds.Select(fold => fold.Losses).Where(losses => losses.Length > 1).ToList();
        if (losses.Count == 0) yield break;
        var shortest = losses.Min(fold => fold.Length);
        yield return new()
        {
            Name = "Training loss",
            X = "Share of the training that is done",
            Y = "Loss on the rows learned from",
            Points = [.. Mean(losses.Select(fold => fold[..shortest])).Select((loss, place) => ((double)place / (shortest - 1), loss))],
        };
    }

    static IEnumerable<double> Mean(IEnumerable<ImmutableArray<double>> curves)
    {
        var all = curves.ToList();
        return Enumerable.Range(0, all[0].Length).Select(place => all.Average(curve => curve[place]));
    }

    static ImmutableSortedDictionary<string, string> SettingsOf(string candidate, RunFacts facts)
    {
        var quoted = JsonSerializer.Serialize(candidate);
        var fit = facts.Upstream.FirstOrDefault(stage => stage.Settings.Any(setting => setting.Key == NameOfCandidate && setting.Value == quoted));
        return (fit?.Settings ?? []).Where(setting => setting.Key.StartsWith(OfCandidate, StringComparison.Ordinal) && setting.Key != NameOfCandidate && setting.Value is not ("null" or "[]"))
            .ToImmutableSortedDictionary(setting => setting.Key[OfCandidate.Length..], setting => setting.Value, StringComparer.Ordinal);
    }
}
