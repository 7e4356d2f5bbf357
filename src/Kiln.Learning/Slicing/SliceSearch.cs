using System.Collections.Immutable;
using Kiln.Data;
using Kiln.Learning.Evaluating;
using Kiln.Learning.Gates;
using Kiln.Learning.Models;
using Kiln.Learning.Preparing;

namespace Kiln.Learning.Slicing;

/// <summary>
/// Looks for the slices on which a model is worst, over conjunctions of a few predicates (in the spirit of Chung et al. 2019, "Slice Finder", and Sagadeeva and
/// Boehm 2021, "SliceLine"). The same rows give the same slices. A row counts as often as it weighs, but tells no more for it, and rows are taken to be independent:
/// where one customer has many, p-values are too small.
/// </summary>
public static class SliceSearch
{
    /// <summary>What a row may lose: squares of more cannot be summed up.</summary>
    const double MostLoss = 1e140;

    /// <summary>The slices whose rows lose most beside the others, by the loss that the settings name.</summary>
    /// <param name="rows">The columns that slices are made of: neither the label nor the answer.</param>
    /// <param name="judged">The rows' answers, labels and weights, in the same order.</param>
    /// <param name="settings">How they are looked for.</param>
    /// <exception cref="KilnException">Rows differ in number, are too few or cannot be judged, or a column that is named cannot be used.</exception>
    public static SliceSearchResult Worst(TableColumns rows, JudgedRows judged, SliceSearchSettings settings) =>
        Worst(rows, RowLosses.Of(settings.Loss ?? RowLosses.Usual(judged.Task), judged), settings, judged.Weights.Span);

    /// <summary>The slices whose rows lose most beside the others.</summary>
    /// <param name="rows">The columns that slices are made of: neither the label nor the answer.</param>
    /// <param name="losses">Each row's loss, a number up to 1e140.</param>
    /// <param name="settings">How they are looked for.</param>
    /// <param name="weights">How much each row counts, from 0, where a row is not there; empty: each counts 1. Only their ratios matter.</param>
    /// <exception cref="KilnException">Rows, losses and weights differ in number, are too few, a loss is not finite, a weight is none, or a column that is named cannot be used.</exception>
    public static SliceSearchResult Worst(TableColumns rows, ReadOnlySpan<double> losses, SliceSearchSettings settings, ReadOnlySpan<double> weights = default)
    {
        SettingsCheck.All("search", settings);
        if (losses.Length != rows.RowCount) throw SlicingErrors.Lengths("losses", rows.RowCount, losses.Length);
        if (!weights.IsEmpty && weights.Length != rows.RowCount) throw SlicingErrors.Lengths("weights", rows.RowCount, weights.Length);
        if (weights.Contains(0)) return WorstOfCounted(rows, losses, settings, weights);
        for (var row = 0; row < losses.Length; row++)
            if (!(Math.Abs(losses[row]) <= MostLoss)) throw SlicingErrors.NotALoss(row, losses[row]);
        var least = Math.Max(settings.LeastRows, (int)Math.Ceiling(settings.LeastShare * losses.Length));
        if (losses.Length < 2L * least) throw SlicingErrors.FewRows(losses.Length, least);

        var shares = Shares(weights);
        var mean = shares.Length == 0 ? Moments.Mean(losses) : Weighted(losses, shares);
        var centered = losses.ToArray();
        for (var row = 0; row < centered.Length; row++) centered[row] -= mean;
        // Losses that are all the same differ from their mean by its rounding, which is no effect.
        var (lowest, highest) = Moments.Range(losses);
        if (highest - lowest <= 1e-12 * Math.Abs(mean)) Array.Clear(centered);
        var columns = SearchColumn.Of(rows, settings, least);
        var sweep = new SliceSweep(columns, centered, shares, least, settings.MostCandidates);
        var tested = Ranked(sweep.Run(settings.MostPredicates), sweep.All, settings.Alpha);
        return new()
        {
            Slices = [.. Distinct(tested, columns, settings).Select(found => found.Test.ToSlice(found.Rows.ToRows(), columns, mean, sweep.All.Weight, settings.Alpha))],
            Columns = [.. columns.Select(column => column.Name)],
            LeastRows = least,
            MeanLoss = mean,
            Tested = tested.Count,
            LeftOut = sweep.LeftOut,
        };
    }

    /// <summary>Without the rows of no weight.</summary>
    static SliceSearchResult WorstOfCounted(TableColumns rows, ReadOnlySpan<double> losses, SliceSearchSettings settings, ReadOnlySpan<double> weights)
    {
        var counted = new List<int>();
        for (var row = 0; row < weights.Length; row++)
            if (weights[row] != 0) counted.Add(row);
        if (counted.Count == 0) throw EvaluatingErrors.NoWeight(rows.RowCount);
        var (their, own) = (new double[counted.Count], new double[counted.Count]);
        for (var place = 0; place < own.Length; place++) (their[place], own[place]) = (losses[counted[place]], weights[counted[place]]);
        var found = Worst(rows.Take([.. counted]), their, settings, own);
        return found with { Slices = [.. found.Slices.Select(slice => slice with { Slice = slice.Slice with { Rows = [.. slice.Slice.Rows.Select(place => counted[place])] } })] };
    }

    static double Weighted(ReadOnlySpan<double> losses, ReadOnlySpan<double> shares)
    {
        var sum = 0.0;
        for (var row = 0; row < losses.Length; row++) sum += losses[row] * shares[row];
        return sum / losses.Length;
    }

    /// <summary>Weights whose mean is 1: of any size their squares can be summed up.</summary>
    static double[] Shares(ReadOnlySpan<double> weights)
    {
        for (var row = 0; row < weights.Length; row++)
            if (!(weights[row] > 0 && double.IsFinite(weights[row]))) throw EvaluatingErrors.NotAWeight(row, weights[row]);
        if (weights.IsEmpty) return [];
        var (_, most) = Moments.Range(weights);
        var shares = weights.ToArray();
        for (var row = 0; row < shares.Length; row++) shares[row] /= most;
        var mean = Moments.Mean(shares);
        for (var row = 0; row < shares.Length; row++) shares[row] /= mean;
        return shares;
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
    /// <param name="all">What all rows weigh; as many as they are where each weighs 1.</param>
    /// <param name="alpha">The level of significance.</param>
    public FoundSlice ToSlice(ImmutableArray<int> rows, ImmutableArray<SearchColumn> columns, double mean, double all, double alpha)
    {
        var predicates = Candidate.Columns.Zip(Candidate.Predicates, (column, predicate) => columns[column].Predicates[predicate]).ToList();
        var loss = Candidate.Sums.Mean + mean;
        return new()
        {
            Slice = new() { Name = string.Join(" & ", predicates.Select(predicate => predicate.Name)), Definition = string.Join(", and ", predicates.Select(predicate => predicate.Definition)), Rows = rows },
            Columns = [.. Candidate.Columns.Select(column => columns[column].Name)],
            MeanLoss = loss,
            RestLoss = Rest.Mean + mean,
            LossShare = loss * Candidate.Sums.Weight / (mean * all),
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
