using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Kiln.Learning.Evaluating;

/// <summary>
/// The probability as the least-squares function of the score that never falls: pool adjacent violators (Ayer et al. 1955), linear between the scores it
/// was fitted to, level outside of them; as scikit-learn's <c>IsotonicRegression</c> with <c>out_of_bounds="clip"</c>.
/// </summary>
public sealed record IsotonicScaling : Calibrator
{
    /// <param name="scores">The scores at which its slope changes, rising.</param>
    /// <param name="values">The probability at each, never falling.</param>
    /// <exception cref="KilnException">They are no such function.</exception>
    [JsonConstructor]
    public IsotonicScaling(ImmutableArray<double> scores, ImmutableArray<double> values)
    {
        if (scores.IsDefaultOrEmpty || values.IsDefault || scores.Length != values.Length) throw EvaluatingErrors.NotIsotonic("as many scores as values are needed");
        for (var i = 0; i < scores.Length; i++)
        {
            if (!double.IsFinite(scores[i]) || (i > 0 && !(scores[i] > scores[i - 1]))) throw EvaluatingErrors.NotIsotonic($"scores do not rise at {i}");
            if (!(values[i] is >= 0 and <= 1) || (i > 0 && values[i] < values[i - 1])) throw EvaluatingErrors.NotIsotonic($"values are no rising probabilities at {i}");
        }
        (Scores, Values) = (scores, values);
    }

    /// <summary>The scores at which its slope changes, rising.</summary>
    public ImmutableArray<double> Scores { get; }

    /// <summary>The probability at each.</summary>
    public ImmutableArray<double> Values { get; }

    /// <summary>Fits it to scores on any scale.</summary>
    /// <param name="validation">Scored rows of two classes.</param>
    /// <exception cref="KilnException">Rows have no meaning, or are of one class.</exception>
    public static IsotonicScaling Fit(JudgedRows validation)
    {
        CheckedScores(validation);
        var steps = Distinct(validation);
        var level = Pool(steps);
        var kept = Enumerable.Range(0, steps.Count).Where(i => i == 0 || i == steps.Count - 1 || level[i] != level[i - 1] || level[i] != level[i + 1]).ToList();
        return new([.. kept.Select(i => steps[i].Score)], [.. kept.Select(i => level[i])]);
    }

    /// <inheritdoc/>
    public override void Apply(Span<double> answers)
    {
        ref var score = ref TheOne(answers);
        score = At(score);
    }

    /// <summary>Equal, where the same function.</summary>
    public bool Equals(IsotonicScaling? other) => other is not null && Scores.SequenceEqual(other.Scores) && Values.SequenceEqual(other.Values);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Scores.Length, Scores[0], Values[^1]);

    double At(double score)
    {
        if (score <= Scores[0]) return Values[0];
        if (score >= Scores[^1]) return Values[^1];
        var found = Scores.AsSpan().BinarySearch(score);
        if (found >= 0) return Values[found];
        var next = ~found;
        var slope = (Values[next] - Values[next - 1]) / (Scores[next] - Scores[next - 1]);
        return Values[next - 1] + (slope * (score - Scores[next - 1]));
    }

    /// <summary>Each score that counts once, rising, with what its rows weigh and what share of that is positive.</summary>
    static List<(double Score, double Weight, double Share)> Distinct(JudgedRows rows)
    {
        var order = Enumerable.Range(0, rows.Rows).Where(row => WeightOf(rows, row) > 0).ToArray();
        Array.Sort(Array.ConvertAll(order, row => rows.Answers.Span[row]), order);
        var steps = new List<(double Score, double Weight, double Share)>();
        for (int start = 0, end; start < order.Length; start = end)
        {
            var score = rows.Answers.Span[order[start]];
            double weight = 0, positives = 0;
            for (end = start; end < order.Length && rows.Answers.Span[order[end]] == score; end++)
            {
                weight += WeightOf(rows, order[end]);
                positives += WeightOf(rows, order[end]) * rows.Labels.Span[order[end]];
            }
            steps.Add((score, weight, positives / weight));
        }
        return steps;
    }

    /// <summary>What never falls and is nearest to the shares: neighbours that fall are pooled until none do.</summary>
    static double[] Pool(List<(double Score, double Weight, double Share)> steps)
    {
        var pools = new Stack<(double Sum, double Weight, int Length)>();
        foreach (var (_, weight, share) in steps)
        {
            var pool = (Sum: weight * share, Weight: weight, Length: 1);
            while (pools.TryPeek(out var before) && before.Sum / before.Weight >= pool.Sum / pool.Weight)
            {
                pools.Pop();
                pool = (before.Sum + pool.Sum, before.Weight + pool.Weight, before.Length + pool.Length);
            }
            pools.Push(pool);
        }
        var level = new double[steps.Count];
        var end = level.Length;
        foreach (var (sum, weight, length) in pools) // the last first
        {
            level.AsSpan(end - length, length).Fill(Math.Min(sum / weight, 1));
            end -= length;
        }
        return level;
    }
}
