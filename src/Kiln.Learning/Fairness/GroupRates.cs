using Kiln.Data;
using Kiln.Learning.Evaluating;
using Kiln.Learning.Models;
using Kiln.Learning.Slicing;

namespace Kiln.Learning.Fairness;

/// <summary>
/// Rows told apart into groups once, so that what a measure of fairness comes to is one pass over them, with whatever weights. Which groups are compared is settled
/// by the numbers of rows, not by weights: in a bootstrap the groups stay the same. Several threads may ask at once.
/// </summary>
public sealed class GroupRates
{
    // What a row adds to: its group's four cells, by label and answer.
    const int Cells = 4, Positive = 2, Selected = 1;

    readonly SliceGroups _groups;
    readonly int[] _cells;
    readonly ReadOnlyMemory<double> _weights;
    readonly long[] _counts;
    readonly FairnessSettings _settings;

    GroupRates(SliceGroups groups, JudgedRows judged, FairnessSettings settings)
    {
        (_groups, _weights, _settings) = (groups, judged.Weights, settings);
        _cells = new int[judged.Rows];
        _counts = new long[groups.Groups.Length * Cells];
        for (var row = 0; row < _cells.Length; row++)
        {
            _cells[row] = (groups.Of[row] * Cells) + (judged.Labels.Span[row] == 1 ? Positive : 0) + (judged.ClassOf(row) == 1 ? Selected : 0);
            _counts[_cells[row]]++;
        }
    }

    /// <summary>Tells rows apart.</summary>
    /// <param name="rows">The column of the groups.</param>
    /// <param name="judged">The rows' answers and labels, in the same order.</param>
    /// <param name="settings">The groups.</param>
    /// <exception cref="KilnException">The task is not of two classes, the rows differ in number or cannot be judged, or the column cannot be told apart.</exception>
    public static GroupRates Of(TableColumns rows, JudgedRows judged, FairnessSettings settings)
    {
        SettingsCheck.All("fairness", settings);
        if (judged.Task != LearningTask.Binary) throw FairnessErrors.NotTwoClasses(judged.Task.ToString());
        judged.Check();
        if (rows.RowCount != judged.Rows) throw FairnessErrors.Lengths(rows.RowCount, judged.Rows);
        return new(settings.Divide(rows), judged, settings);
    }

    /// <summary>What a measure comes to with one set of weights after another. NaN where fewer than two groups can be compared, or a ratio is of zeros.</summary>
    public Statistic Over(FairnessMeasure measure) => weights => Compare(measure, Sums(weights)).Value;

    /// <summary>All measures, and what each group has, with the rows' own weights.</summary>
    public FairnessReport Report()
    {
        var sums = Sums(_weights.Span);
        return new()
        {
            Column = _settings.Column,
            Groups = [.. Enumerable.Range(0, _groups.Groups.Length).Select(group => Describe(group, sums))],
            LeastRows = _settings.LeastRows,
            LeastOfClass = _settings.LeastOfClass,
            Figures = [.. Enum.GetValues<FairnessMeasure>().Select(measure => Compare(measure, sums))],
        };
    }

    double[] Sums(ReadOnlySpan<double> weights)
    {
        var sums = new double[_counts.Length];
        if (weights.IsEmpty) Array.Copy(_counts, sums, sums.Length);
        else
            for (var row = 0; row < _cells.Length; row++) sums[_cells[row]] += weights[row];
        return sums;
    }

    FairnessGroup Describe(int group, double[] sums)
    {
        var counts = _counts.AsSpan(group * Cells, Cells);
        return new()
        {
            Name = _groups.Groups[group].Name,
            Rows = (int)(counts[0] + counts[1] + counts[2] + counts[3]),
            Positives = (int)(counts[Positive] + counts[Positive + Selected]),
            Selected = (int)(counts[Selected] + counts[Positive + Selected]),
            SelectionRate = Rate(GroupRate.Selection, group, sums),
            TruePositiveRate = Rate(GroupRate.TruePositive, group, sums),
            FalsePositiveRate = Rate(GroupRate.FalsePositive, group, sums),
            IsCompared = IsCompared(GroupRate.Selection, group),
        };
    }

    FairnessFigure Compare(FairnessMeasure measure, double[] sums) => measure switch
    {
        FairnessMeasure.DemographicParityDifference => Difference(measure, GroupRate.Selection, sums),
        FairnessMeasure.DemographicParityRatio => Ratio(measure, GroupRate.Selection, sums),
        FairnessMeasure.EqualOpportunityDifference => Difference(measure, GroupRate.TruePositive, sums),
        FairnessMeasure.EqualOpportunityRatio => Ratio(measure, GroupRate.TruePositive, sums),
        FairnessMeasure.EqualizedOddsDifference => Worse(Difference(measure, GroupRate.TruePositive, sums), Difference(measure, GroupRate.FalsePositive, sums), higherIsWorse: true),
        _ => Worse(Ratio(measure, GroupRate.TruePositive, sums), Ratio(measure, GroupRate.FalsePositive, sums), higherIsWorse: false),
    };

    FairnessFigure Difference(FairnessMeasure measure, GroupRate rate, double[] sums) => Extremes(rate, sums) is var (lowest, highest)
        ? Figure(measure, Rate(rate, highest, sums) - Rate(rate, lowest, sums), lowest, highest)
        : new() { Measure = measure, Value = double.NaN };

    FairnessFigure Ratio(FairnessMeasure measure, GroupRate rate, double[] sums) => Extremes(rate, sums) is var (lowest, highest)
        ? Figure(measure, Rate(rate, lowest, sums) / Rate(rate, highest, sums), lowest, highest)
        : new() { Measure = measure, Value = double.NaN };

    FairnessFigure Figure(FairnessMeasure measure, double value, int lowest, int highest) =>
        new() { Measure = measure, Value = value, Lowest = _groups.Groups[lowest].Name, Highest = _groups.Groups[highest].Name };

    /// <summary>The worse of two, or the one that is not defined: what is unknown is not fair.</summary>
    static FairnessFigure Worse(FairnessFigure one, FairnessFigure other, bool higherIsWorse) =>
        double.IsNaN(one.Value) ? one : double.IsNaN(other.Value) ? other : one.Value == other.Value || (one.Value > other.Value) == higherIsWorse ? one : other;

    /// <summary>The groups with the lowest and the highest rate, the first of equals; null where fewer than two are compared.</summary>
    (int Lowest, int Highest)? Extremes(GroupRate rate, double[] sums)
    {
        var compared = Enumerable.Range(0, _groups.Groups.Length).Where(group => IsCompared(rate, group) && !double.IsNaN(Rate(rate, group, sums))).ToList();
        return compared.Count < 2 ? null : (compared.MinBy(group => Rate(rate, group, sums)), compared.MaxBy(group => Rate(rate, group, sums)));
    }

    bool IsCompared(GroupRate rate, int group)
    {
        var counts = _counts.AsSpan(group * Cells, Cells);
        var (negatives, positives) = (counts[0] + counts[1], counts[2] + counts[3]);
        return negatives + positives >= _settings.LeastRows && rate switch
        {
            GroupRate.TruePositive => positives >= _settings.LeastOfClass,
            GroupRate.FalsePositive => negatives >= _settings.LeastOfClass,
            _ => true,
        };
    }

    /// <summary>The share that is selected; NaN where nothing weighs anything.</summary>
    static double Rate(GroupRate rate, int group, double[] sums)
    {
        var cells = sums.AsSpan(group * Cells, Cells);
        return rate switch
        {
            GroupRate.TruePositive => cells[3] / (cells[2] + cells[3]),
            GroupRate.FalsePositive => cells[1] / (cells[0] + cells[1]),
            _ => (cells[1] + cells[3]) / (cells[0] + cells[1] + cells[2] + cells[3]),
        };
    }
}
