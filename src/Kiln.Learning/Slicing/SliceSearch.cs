using System.Collections.Immutable;
using Kiln.Data;
using Kiln.Learning.Evaluating;
using Kiln.Learning.Gates;
using Kiln.Learning.Models;
using Kiln.Learning.Preparing;

namespace Kiln.Learning.Slicing;

/// <summary>
/// Looks for the slices on which a model is worst, over conjunctions of a few predicates (in the spirit of Chung et al. 2019, "Slice Finder", and Sagadeeva and
/// Boehm 2021, "SliceLine"). The same rows give the same slices. Each row counts once, and rows are taken to be independent: where one customer has
/// many, p-values are too small.
/// </summary>
public static class SliceSearch
{
    /// <summary>What a row may lose: squares of more cannot be summed up.</summary>
    const double MostLoss = 1e140;

    /// <summary>The slices whose rows lose most beside the others, by the loss that the settings name.</summary>
    /// <param name="rows">The columns that slices are made of: neither the label nor the answer.</param>
    /// <param name="judged">The rows' answers and labels, in the same order.</param>
    /// <param name="settings">How they are looked for.</param>
    /// <exception cref="KilnException">Rows differ in number, are too few or cannot be judged, or a column that is named cannot be used.</exception>
    public static SliceSearchResult Worst(TableColumns rows, JudgedRows judged, SliceSearchSettings settings) =>
        Worst(rows, RowLosses.Of(settings.Loss ?? RowLosses.Usual(judged.Task), judged), settings);

    /// <summary>The slices whose rows lose most beside the others.</summary>
    /// <param name="rows">The columns that slices are made of: neither the label nor the answer.</param>
    /// <param name="losses">Each row's loss, a number up to 1e140.</param>
    /// <param name="settings">How they are looked for.</param>
    /// <exception cref="KilnException">Rows and losses differ in number, are too few, a loss is not finite, or a column that is named cannot be used.</exception>
    public static SliceSearchResult Worst(TableColumns rows, ReadOnlySpan<double> losses, SliceSearchSettings settings)
    {
        SettingsCheck.All("search", settings);
        if (losses.Length != rows.RowCount) throw SlicingErrors.Lengths(rows.RowCount, losses.Length);
        for (var row = 0; row < losses.Length; row++)
            if (!(Math.Abs(losses[row]) <= MostLoss)) throw SlicingErrors.NotALoss(row, losses[row]);
        var least = Math.Max(settings.LeastRows, (int)Math.Ceiling(settings.LeastShare * losses.Length));
        if (losses.Length < 2L * least) throw SlicingErrors.FewRows(losses.Length, least);

        var mean = Moments.Mean(losses);
        var centered = losses.ToArray();
        for (var row = 0; row < centered.Length; row++) centered[row] -= mean;
        // Losses that are all the same differ from their mean by its rounding, which is no effect.
        var (lowest, highest) = Moments.Range(losses);
        if (highest - lowest <= 1e-12 * Math.Abs(mean)) Array.Clear(centered);
        var columns = SearchColumn.Of(rows, settings, least);
        var sweep = new SliceSweep(columns, centered, least, settings.MostCandidates);
        var tested = Ranked(sweep.Run(settings.MostPredicates), LossSums.Of(centered), settings.Alpha);
        return new()
        {
            Slices = [.. Distinct(tested, columns, settings).Select(found => found.Test.ToSlice(found.Rows.ToRows(), columns, mean, rows.RowCount, settings.Alpha))],
            Columns = [.. columns.Select(column => column.Name)],
            LeastRows = least,
            MeanLoss = mean,
            Tested = tested.Count,
            LeftOut = sweep.LeftOut,
        };
    }

    /// <summary>All slices with their tests, those first that are worst for certain.</summary>
    static List<TestedSlice> Ranked(List<SliceCandidate> candidates, LossSums all, double alpha)
    {
        var tests = candidates.ConvertAll(candidate => new WelchTest(candidate.Sums, all.Without(candidate.Sums)));
        var values = tests.ConvertAll(test => test.PValue);
        var corrected = Holm.Correct(values.Select((value, place) => ($"{place}", value)));
        var z = -NormalDistribution.Quantile(alpha / Math.Max(1, tests.Count));
        return [.. Enumerable.Range(0, tests.Count)
            .Select(place => new TestedSlice(candidates[place], tests[place], all.Without(candidates[place].Sums), values[place], corrected[place].Adjusted, tests[place].Excess - (z * tests[place].StandardError)))
            .OrderByDescending(slice => slice.Score).ThenByDescending(slice => slice.Candidate.Sums.Rows)];
    }

    /// <summary>Those that lose more than the rest, without those that say about the same as a worse one: wider and narrower ones, and ones of nearly the same rows.</summary>
    static List<(TestedSlice Test, RowSet Rows)> Distinct(List<TestedSlice> ranked, ImmutableArray<SearchColumn> columns, SliceSearchSettings settings)
    {
        var kept = new List<(TestedSlice Test, RowSet Rows)>();
        foreach (var slice in ranked)
        {
            if (kept.Count == settings.Top) break;
            if (slice.Test.Excess <= 0 || kept.Exists(one => one.Test.Candidate.IsNestedWith(slice.Candidate))) continue;
            var rows = slice.Candidate.Columns.Zip(slice.Candidate.Predicates, (column, predicate) => columns[column].Rows[predicate]).Aggregate((one, other) => one.And(other));
            if (!kept.Exists(one => one.Rows.Common(rows) > settings.MostOverlap * Math.Min(one.Test.Candidate.Sums.Rows, slice.Candidate.Sums.Rows))) kept.Add((slice, rows));
        }
        return kept;
    }
}

/// <summary>A slice and its test.</summary>
sealed record TestedSlice(SliceCandidate Candidate, WelchTest Test, LossSums Rest, double PValue, double CorrectedPValue, double Score)
{
    /// <param name="rows">The slice's rows.</param>
    /// <param name="columns">The columns of the search.</param>
    /// <param name="mean">The mean loss of all rows, which the sums are taken less.</param>
    /// <param name="all">How many rows there are.</param>
    /// <param name="alpha">The level of significance.</param>
    public FoundSlice ToSlice(ImmutableArray<int> rows, ImmutableArray<SearchColumn> columns, double mean, int all, double alpha)
    {
        var predicates = Candidate.Columns.Zip(Candidate.Predicates, (column, predicate) => columns[column].Predicates[predicate]).ToList();
        var loss = Candidate.Sums.Mean + mean;
        return new()
        {
            Slice = new() { Name = string.Join(" & ", predicates.Select(predicate => predicate.Name)), Definition = string.Join(", and ", predicates.Select(predicate => predicate.Definition)), Rows = rows },
            Columns = [.. Candidate.Columns.Select(column => columns[column].Name)],
            MeanLoss = loss,
            RestLoss = Rest.Mean + mean,
            LossShare = loss * rows.Length / (mean * all),
            EffectSize = Test.EffectSize,
            T = Test.T,
            DegreesOfFreedom = Test.DegreesOfFreedom,
            PValue = PValue,
            CorrectedPValue = CorrectedPValue,
            IsSignificant = CorrectedPValue <= alpha,
            Score = Score,
        };
    }
}
