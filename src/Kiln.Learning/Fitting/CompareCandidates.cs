using System.Collections.Immutable;
using System.Globalization;
using Kiln.Learning.Reporting;

namespace Kiln.Learning.Fitting;

/// <summary>How the candidates did, over all folds.</summary>
public sealed record Comparison
{
    /// <summary>The measure that decides.</summary>
    public required string Measure { get; init; }

    /// <summary>Whether more of it is better.</summary>
    public bool IsHigherBetter { get; init; } = true;

    /// <summary>The candidates, the best first.</summary>
    public required ImmutableArray<CandidateResult> Candidates { get; init; }
}

/// <summary>How one candidate did.</summary>
public sealed record CandidateResult
{
    /// <summary>The candidate.</summary>
    public required string Name { get; init; }

    /// <summary>Each measure's mean over the folds.</summary>
    public required ImmutableSortedDictionary<string, double> Mean { get; init; }

    /// <summary>Each measure's standard deviation over the folds (divisor n − 1); NaN for one fold.</summary>
    public required ImmutableSortedDictionary<string, double> Deviation { get; init; }

    /// <summary>The folds, in order.</summary>
    public required ImmutableArray<FoldResult> Folds { get; init; }
}

/// <summary>Gathers what candidates reached on the folds, and ranks them by one measure.</summary>
/// <param name="name">The pipeline's name, and the folds': the report's place.</param>
/// <param name="measure">The measure that decides, by the name it has in results.</param>
/// <param name="isHigherBetter">Whether more of it is better.</param>
/// <param name="fits">The candidates on the folds.</param>
/// <param name="templates">The pipeline's own templates, or none.</param>
[TaskDescription("Compares the candidates over all folds."), OnDemand]
public sealed class CompareCandidates(string name, string measure, bool isHigherBetter, IEnumerable<FitFold> fits, Inputs<Folder> templates) : Stage
{
    /// <summary>The scripts that draw the charts.</summary>
    public Inputs<PlainFile> Scripts { get; } = ChartScripts.Files;

    /// <summary>The templates that override the built-in ones.</summary>
    public Inputs<Folder> Templates { get; } = templates;

    /// <summary>The candidates on the folds.</summary>
    public Inputs<Json<FoldResult>> Folds { get; } = new(fits.Select(fit => fit.Result));

    /// <summary>How they did.</summary>
    public Output<Json<Comparison>> Result { get; } = new($"reports/{name}/comparison.json");

    /// <summary>The same as a page.</summary>
    public Output<Page> Page { get; } = new($"reports/{name}/comparison.html") { VariesByRun = true };

    /// <inheritdoc/>
    protected override Task RunAsync(StageRun run)
    {
        var results = run.Open(Folds).Select(fold => fold.Read()).GroupBy(fold => fold.Candidate).Select(Summarize).ToList();
        if (results.Count == 0) throw FittingErrors.NothingCompared();
        results.Sort((one, other) => (isHigherBetter ? -1 : 1) * one.Mean[measure].CompareTo(other.Mean[measure]));
        var comparison = new Comparison { Measure = measure, IsHigherBetter = isHigherBetter, Candidates = [.. results] };
        run.Open(Result).Write(comparison);
        run.Open(Page).Write(new PageRenderer(run.Open(Templates) is [var own] ? own.Path : null).Render(ComparisonPages.Of(name, FullName, comparison, run.Facts)));
        run.Metric($"best {measure}", results[0].Mean[measure]);
        run.Conclude(Table(results));
        return Task.CompletedTask;
    }

    static CandidateResult Summarize(IGrouping<string, FoldResult> folds)
    {
        var names = folds.First().Measures.Keys;
        var means = names.ToImmutableSortedDictionary(key => key, key => folds.Average(fold => fold.Measures[key]), StringComparer.Ordinal);
        return new()
        {
            Name = folds.Key,
            Mean = means,
            Deviation = names.ToImmutableSortedDictionary(key => key, key => Math.Sqrt(folds.Sum(fold => Math.Pow(fold.Measures[key] - means[key], 2)) / (folds.Count() - 1)), StringComparer.Ordinal),
            Folds = [.. folds],
        };
    }

    static string Table(List<CandidateResult> results)
    {
        var measures = results[0].Mean.Keys.ToList();
        var width = results.Max(result => result.Name.Length);
        var lines = results.Select(result => result.Name.PadRight(width) + string.Concat(measures.Select(key =>
            string.Create(CultureInfo.InvariantCulture, $"  {result.Mean[key]:0.000} ± {result.Deviation[key]:0.000}").PadRight(Math.Max(key.Length, 15) + 2))));
        return string.Join('\n', lines.Prepend("Candidate".PadRight(width) + string.Concat(measures.Select(key => "  " + key.PadRight(Math.Max(key.Length, 15))))));
    }
}
