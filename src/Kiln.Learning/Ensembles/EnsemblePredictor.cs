using System.Buffers;
using System.Collections.Immutable;
using Kiln.Learning.Models;

namespace Kiln.Learning.Ensembles;

/// <summary>
/// The weighted mean of several models' answers: of values the arithmetic one; of probabilities that of their log odds (of several classes,
/// of their logarithms), so that a model which is sure counts as it does on its own scale.
/// </summary>
sealed class EnsemblePredictor(Target target, ImmutableArray<(IPredictor Predictor, double Weight)> members) : IPredictor
{
    // Single precision does not tell a probability nearer to 1 from 1.
    const float Least = 1e-7f;

    readonly double total = members.Sum(member => member.Weight);

    /// <summary>The models, and each one's share in the mean.</summary>
    public IEnumerable<(IPredictor Predictor, double Share)> Members => members.Select(member => (member.Predictor, member.Weight / total));

    public void Predict(ReadOnlySpan<float> rows, Span<float> answers)
    {
        var sums = ArrayPool<double>.Shared.Rent(answers.Length);
        try
        {
            var means = sums.AsSpan(0, answers.Length);
            means.Clear();
            foreach (var (predictor, weight) in members)
            {
                predictor.Predict(rows, answers);
                for (var i = 0; i < answers.Length; i++) means[i] += weight / total * ToScale(answers[i]);
            }
            FromScale(means, answers);
        }
        finally
        {
            ArrayPool<double>.Shared.Return(sums);
        }
    }

    public void Save(string folder)
    {
        foreach (var (place, (predictor, _)) in members.Index())
            predictor.Save(Directory.CreateDirectory(EnsembleEstimator.PlaceOf(folder, place)).FullName);
    }

    public void Dispose()
    {
        foreach (var (predictor, _) in members) predictor.Dispose();
    }

    double ToScale(float answer)
    {
        if (target.Task == LearningTask.Regression) return answer;
        double probability = Math.Clamp(answer, Least, 1 - Least);
        return target.Task == LearningTask.Binary ? Math.Log(probability / (1 - probability)) : Math.Log(probability);
    }

    void FromScale(ReadOnlySpan<double> means, Span<float> answers)
    {
        for (var start = 0; start < answers.Length; start += target.Outputs)
        {
            if (target.Task == LearningTask.Regression) answers[start] = (float)means[start];
            else if (target.Task == LearningTask.Binary) answers[start] = (float)(1 / (1 + Math.Exp(-means[start])));
            else Normalize(means.Slice(start, target.Outputs), answers.Slice(start, target.Outputs));
        }
    }

    static void Normalize(ReadOnlySpan<double> logarithms, Span<float> answers)
    {
        var sum = 0.0;
        foreach (var logarithm in logarithms) sum += Math.Exp(logarithm);
        for (var i = 0; i < answers.Length; i++) answers[i] = (float)(Math.Exp(logarithms[i]) / sum);
    }
}
