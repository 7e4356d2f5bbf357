using System.Collections.Immutable;
using Kiln.Learning.Models;

namespace Kiln.Learning.Preparing;

/// <summary>
/// The smoothed mean label of each value: (sum of its labels + smoothing · mean of all) / (its rows + smoothing), as scikit-learn's
/// TargetEncoder with a fixed smoothing. A training row's encoding is made of the labels of the other folds alone.
/// </summary>
public sealed record TargetEncoding(int Folds, double Smoothing) : CategoryEncoding
{
    internal override (FittedEncoding, float[]?) Fit(string column, CategoryCounts counts, FittingLabels? labels)
    {
        if (labels is null) throw PreparingErrors.NoTarget(column);
        if (labels.Labels.Length != counts.Codes.Length) throw PreparingErrors.Lengths(column, labels.Labels.Length, counts.Codes.Length);
        if (counts.Codes.Length < Folds) throw PreparingErrors.FewRows(column, counts.Codes.Length, Folds);
        var categories = counts.Known.Length + CategoryCodes.First;
        var outputs = labels.Target.Outputs;
        if ((long)categories * outputs * Folds > int.MaxValue / 8) throw PreparingErrors.ManyFeatures(column, (long)categories * outputs, int.MaxValue / 8 / Folds);
        var folds = labels.FoldsOf(Folds);
        var sums = Enumerable.Range(0, Folds).Select(_ => new FoldSums(categories, outputs)).ToArray();
        var answers = labels.Labels.Span;
        for (var row = 0; row < answers.Length; row++)
            sums[folds[row]].Add(counts.Codes[row], answers[row], labels.Target.Task == LearningTask.MultiClass);

        var means = Enumerable.Range(0, Folds).Select(fold => Means(sums.Where((_, other) => other != fold), categories, outputs)).ToArray();
        var training = new float[answers.Length * outputs];
        for (var row = 0; row < answers.Length; row++)
            for (var output = 0; output < outputs; output++)
                training[row * outputs + output] = (float)means[folds[row]][counts.Codes[row] * outputs + output];
        return (
            new FittedTargetMeans
            {
                Classes = labels.Target.Task == LearningTask.MultiClass ? labels.Target.Classes : [],
                Means = [.. Means(sums, categories, outputs)],
            },
            training);
    }

    // [categories, outputs]; unseen has the mean of all. Added up from the folds that are meant, not subtracted from all: a left-out
    // label must not be felt even in the last bit.
    double[] Means(IEnumerable<FoldSums> folds, int categories, int outputs)
    {
        var all = new FoldSums(categories, outputs);
        foreach (var fold in folds) all.Add(fold);
        var means = new double[categories * outputs];
        for (var output = 0; output < outputs; output++)
        {
            var (sum, rows) = (0.0, 0L);
            for (var category = 0; category < categories; category++) (sum, rows) = (sum + all.Sums[category * outputs + output], rows + all.Rows[category]);
            var mean = sum / rows;
            for (var category = 0; category < categories; category++)
            {
                var weight = all.Rows[category] + Smoothing;
                means[category * outputs + output] = all.Rows[category] == 0 ? mean : (all.Sums[category * outputs + output] + Smoothing * mean) / weight;
            }
        }
        return means;
    }

    sealed class FoldSums(int categories, int outputs)
    {
        public double[] Sums { get; } = new double[categories * outputs];
        public int[] Rows { get; } = new int[categories];

        public void Add(int category, float label, bool isClass)
        {
            Rows[category]++;
            if (isClass) Sums[category * outputs + (int)label]++;
            else Sums[category] += label;
        }

        public void Add(FoldSums other)
        {
            for (var i = 0; i < Sums.Length; i++) Sums[i] += other.Sums[i];
            for (var i = 0; i < Rows.Length; i++) Rows[i] += other.Rows[i];
        }
    }
}

/// <summary>What the training rows' answers are, for columns that are encoded by them.</summary>
sealed class FittingLabels(Target target, ReadOnlyMemory<float> labels, long seed)
{
    readonly Dictionary<int, int[]> _folds = [];

    public Target Target { get; } = target;

    public ReadOnlyMemory<float> Labels { get; } = labels;

    /// <summary>Each row's fold: as many rows in each, by chance, the same for the same seed everywhere.</summary>
    public int[] FoldsOf(int folds)
    {
        lock (_folds)
        {
            if (_folds.TryGetValue(folds, out var known)) return known;
            var order = new int[Labels.Length];
            for (var row = 0; row < order.Length; row++) order[row] = row % folds;
            var state = unchecked((ulong)seed);
            for (var last = order.Length - 1; last > 0; last--)
            {
                var other = (int)(Next(ref state) % (ulong)(last + 1));
                (order[last], order[other]) = (order[other], order[last]);
            }
            return _folds[folds] = order;
        }
    }

    // SplitMix64.
    static ulong Next(ref ulong state)
    {
        var mixed = state += 0x9E3779B97F4A7C15;
        mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
        return mixed ^ (mixed >> 31);
    }
}
